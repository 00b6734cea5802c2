/**
 * Who is away, and who sees what waits for them meanwhile. It takes work to somebody; it never lets anybody approve who may not by themselves, for what a node
 * believes is in its bundle.
 */
import { z } from 'zod';
import { PEOPLE, ULID } from '../people/index.ts';
import type { Plane } from '../plane.ts';
import type { CollectionOf } from '../state/index.ts';

/** Longest absence, in milliseconds. */
export const MAX_ABSENCE_MS: number = 30 * 86_400_000;

/** One absence. */
export interface Delegation {
  /** ULIDs of people. */
  readonly from: string;
  readonly to: string;
  readonly start: number;
  readonly until: number;
}
export const DELEGATIONS: CollectionOf<Delegation> = {
  name: 'delegations',
  schema: z.strictObject({ from: ULID, to: ULID, start: z.int(), until: z.int() }),
};

/** ULIDs of those whom `person` stands in for at `now`. One step: whoever stands in for somebody does not stand in for those that they did. */
export function absentFor(
  plane: Plane,
  organisation: string,
  person: string,
  now: number,
): readonly string[] {
  return plane
    .objects(organisation, DELEGATIONS)
    .list()
    .filter(({ to, start, until }) => to === person && start <= now && now < until)
    .map(({ from }) => from)
    .filter((from) => plane.objects(organisation, PEOPLE).get(from)?.status === 'active');
}

/** Whether `to` may do for themselves something of what `from` may: they share a group, or neither is in any. */
export function couldStandIn(from: readonly string[], to: readonly string[]): boolean {
  return from.length === 0 || from.some((group) => to.includes(group));
}
