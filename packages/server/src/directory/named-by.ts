/** What names a team or a person: it would name nobody once they were removed. */
import { AGENTS } from '../agents/index.ts';
import type { Call } from '../api/index.ts';
import { CHANNELS } from '../channels/index.ts';
import { ENROLMENTS } from '../enrolments/index.ts';
import { Problem } from '../http/index.ts';
import { NODES } from '../nodes/index.ts';
import { ORGANISATIONS, PEOPLE } from '../people/index.ts';
import type { Plane } from '../plane.ts';
import { isInForce, STOPS } from '../stops/index.ts';

/** Named in a refusal; how many more there are is counted. */
const MOST_NAMED = 20;

/** Whoever names it, as `agent 01…`, for a person. */
export function namersOfTeam(
  {
    objects,
    plane,
    caller,
    now,
  }: Pick<Call, 'objects' | 'caller' | 'now'> & { readonly plane: Pick<Plane, 'identityProviders'> },
  team: string,
): readonly string[] {
  const of = (kind: string, found: readonly { readonly id: string }[]): string[] =>
    found.map(({ id }) => `${kind} ${id}`);
  const rule = objects(ORGANISATIONS).get(caller.organisation)?.reviewRule;
  const rules = rule === undefined ? [] : [rule, rule.loosened?.from];
  return [
    ...of(
      'person',
      objects(PEOPLE)
        .list()
        .filter(({ teams }) => teams.includes(team)),
    ),
    ...of(
      'agent',
      objects(AGENTS)
        .list()
        .filter((one) => one.team === team && one.status !== 'removed'),
    ),
    ...of(
      'node',
      objects(NODES)
        .list()
        .filter((one) => one.team === team && one.status !== 'removed'),
    ),
    ...of(
      'enrolment',
      objects(ENROLMENTS)
        .list()
        .filter((one) => one.team === team && one.status === 'open' && now < one.expires),
    ),
    ...of(
      'channel',
      objects(CHANNELS)
        .list()
        .filter(({ teams }) => teams.includes(team)),
    ),
    ...of(
      'stop',
      objects(STOPS)
        .list()
        .filter((stop) => stop.scope === 'team' && stop.target === team && isInForce(stop, now)),
    ),
    ...(rules.some((one) => one?.teams.includes(team) === true) ? ['the review rule'] : []),
    ...plane.identityProviders
      .filter(({ settings: { organisation = caller.organisation } }) => organisation === caller.organisation)
      .filter(({ settings }) => settings.groups.some(({ teams }) => teams.includes(team)))
      .map(({ settings: { id } }) => `the groups of identity provider ${id}, which the operator configures`),
  ];
}

/** Agents that a person answers for. */
export function agentsOwnedBy({ objects }: Pick<Call, 'objects'>, person: string): readonly string[] {
  return objects(AGENTS)
    .list()
    .filter(({ owner, status }) => owner === person && status !== 'removed')
    .map(({ id }) => `agent ${id}`);
}

/** Throws `request.conflict` with the list where there is any. */
export function requireUnnamed(what: string, namers: readonly string[]): void {
  if (namers.length === 0) return;
  const shown = namers.slice(0, MOST_NAMED).join(', ');
  const more = namers.length > MOST_NAMED ? `, and ${namers.length - MOST_NAMED} more` : '';
  throw new Problem('request.conflict', `${what}: ${shown}${more}`);
}
