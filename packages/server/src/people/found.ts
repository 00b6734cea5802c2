/** The first organisation of a control plane, with its first administrator. */
import type { Plane } from '../plane.ts';
import type { Actor } from '../state/index.ts';
import { concernsOf, ORGANISATIONS, PEOPLE, type PersonRecord } from './collections.ts';

/** The server itself, where nobody else could ask. */
export const SERVER: Actor = { kind: 'server', id: 'server', concerns: [] };

/** The ids of what was founded. */
export interface Founded {
  readonly organisation: string;
  readonly administrator: string;
}

/** Used up by the organisation that a control plane begins with: of several servers that start at once, one founds it. */
const FIRST = 'organisations:first';

/** Founds an organisation with one administrator, who has not signed in yet. Throws `idempotency.applied` where it is to be the first and one was founded as such before. */
export async function foundOrganisation(
  plane: Plane,
  {
    name,
    administrator,
    isFirst = false,
  }: {
    readonly name: string;
    readonly administrator: Pick<PersonRecord, 'name' | 'email'>;
    readonly isFirst?: boolean;
  },
): Promise<Founded> {
  const { changes, clock } = plane;
  const [organisation, id] = [plane.newId(), plane.newId()];
  const created = clock.now();
  const person: PersonRecord = {
    ...administrator,
    roles: ['admin'],
    teams: [],
    groups: [],
    status: 'invited',
    created,
  };
  await changes.commit({
    action: 'organisations.create',
    object: organisation,
    organisation,
    actor: SERVER,
    concerns: concernsOf(person, id),
    details: { name, administrator: id },
    ...(isFirst ? { consumes: [FIRST] } : {}),
    effects: [
      plane.objects(organisation, ORGANISATIONS).put(organisation, { name, created }, null),
      plane.objects(organisation, PEOPLE).put(id, person, null),
    ],
  });
  return { organisation, administrator: id };
}

/** All organisations, by id. */
export function organisationsOf({ log }: Plane): readonly string[] {
  return log.state.records('organisations').map(({ key }) => key.slice(0, key.indexOf('/')));
}
