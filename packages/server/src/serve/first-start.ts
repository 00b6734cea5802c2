/** What a control plane begins with: an organisation, and the way in for its first administrator. */
import { foundOrganisation, organisationsOf } from '../people/index.ts';
import type { Plane } from '../plane.ts';
import { Problem } from '../http/index.ts';
import { createFirstLink, type ShownLink } from '../sign-in/index.ts';
import type { ServerSettings } from './settings.ts';

/** Times that a link is made anew where another server made one at the same moment. */
const MAX_TRIES = 5;

/** Founds the organisation of the settings where there is none. Of several servers that start at once, one does. */
export async function foundOnce(plane: Plane, { organisation }: ServerSettings): Promise<void> {
  if (organisationsOf(plane).length > 0) return;
  try {
    await foundOrganisation(plane, { ...organisation, isFirst: true });
  } catch (thrown) {
    if (!(thrown instanceof Problem && thrown.code === 'idempotency.applied')) throw thrown;
  }
}

/** The link of the first administrator while nobody has signed in; any that was shown before is good no more. `undefined` where somebody has, or there are several organisations. */
export async function firstLink(plane: Plane): Promise<ShownLink | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    if (organisationsOf(plane).length !== 1) return undefined;
    try {
      return await createFirstLink(plane);
    } catch (thrown) {
      const isRace = thrown instanceof Problem && thrown.code === 'request.changed';
      if (!isRace || attempt === MAX_TRIES) throw thrown;
    }
  }
}
