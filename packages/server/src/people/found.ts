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

/** Founds an organisation with one administrator, who has not signed in yet. */
export async function foundOrganisation(
  plane: Plane,
  {
    name,
    administrator,
  }: { readonly name: string; readonly administrator: Pick<PersonRecord, 'name' | 'email'> },
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
