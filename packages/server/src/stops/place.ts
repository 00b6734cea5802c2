/** Places a stop: by a person or by a rule, in one entry. */
import { KILL_ALL, type KillScope, SERVER_NAME } from '@writ/core';
import type { Call } from '../api/index.ts';
import { Problem } from '../http/index.ts';
import { TEAMS } from '../people/index.ts';
import type { Stored } from '../state/index.ts';
import { isInForce, type StopRecord, STOPS } from './stop.ts';

/** Most stops in force in an organisation: nodes are given all of them. */
const MOST_IN_FORCE = 1_000;
const LONGEST_AGENT_ID = 256;

/** What a stop is placed with: of a call, or of a rule. */
export interface Placing extends Pick<Call, 'objects' | 'commit' | 'now'> {
  readonly newId: () => string;
}

/** Places `stop`. Throws `request.invalid` for a target that could never match: a switch that stops nothing is a false comfort. */
export async function placeStop(
  { objects, commit, now, newId }: Placing,
  stop: Pick<StopRecord, 'scope' | 'target' | 'reason' | 'words' | 'placedBy' | 'drillUntil'>,
): Promise<Stored<StopRecord>> {
  requireTarget(stop.scope, stop.target);
  if (stop.scope === 'team' && objects(TEAMS).get(stop.target) === undefined)
    throw new Problem('request.invalid', 'there is no such team', [
      { pointer: '/target', detail: 'the id of a team' },
    ]);
  const stops = objects(STOPS);
  // A drill that ended stops nothing, and everything can be stopped however much is.
  const inForce = stops.list().filter((other) => isInForce(other, now));
  const mayStopAll = stop.scope === 'all' && inForce.every(({ scope }) => scope !== 'all');
  if (inForce.length >= MOST_IN_FORCE && !mayStopAll)
    throw new Problem('request.conflict', 'a thousand stops are in force; stop everything, or lift some');
  const id = newId();
  const record: StopRecord = { ...stop, placed: now, status: 'in_force' };
  const { scope, target, reason, words } = stop;
  const index = await commit({
    action: stop.drillUntil === undefined ? 'stops.place' : 'stops.drill',
    object: id,
    details: { scope, target, reason, words },
    effects: [stops.put(id, record, null)],
  });
  return { ...record, id, index };
}

function requireTarget(scope: KillScope, target: string): void {
  if (isTarget(scope, target)) return;
  const hint = scope === 'tool' ? 'server/tool, as receipts say it' : `a ${scope} as receipts say it`;
  throw new Problem('request.invalid', `that is no target of a stop of scope ${scope}`, [
    { pointer: '/target', detail: scope === 'all' ? `\`${KILL_ALL}\`` : hint },
  ]);
}

function isTarget(scope: KillScope, target: string): boolean {
  // What no log can hold would keep nodes from everything that is stopped after it.
  if (/\p{Cc}/u.test(target) || !target.isWellFormed()) return false;
  const slash = target.indexOf('/');
  switch (scope) {
    case 'all':
      return target === KILL_ALL;
    case 'agent':
    case 'team':
      return target.length <= LONGEST_AGENT_ID;
    case 'server':
      return SERVER_NAME.test(target);
    case 'tool':
      return slash > 0 && SERVER_NAME.test(target.slice(0, slash)) && slash < target.length - 1;
    default:
      return scope satisfies never;
  }
}
