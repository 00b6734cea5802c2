/** A look of a person at what an entry holds in full: asked of its node, kept for minutes, and for nobody else. */
import type { DisclosableField, JsonObject } from '@writ/core';
import type { Plane } from '../plane.ts';

/** How long one stands, answered or not, in milliseconds. */
export const LOOK_MS = 300_000;
/** Most looks at entries of one node that wait at once. */
export const MOST_WAITING = 50;

/** A look, as whoever asked is shown it. */
export interface LookShown {
  readonly id: string;
  /** `expired`: it was not answered in time, or what was answered is gone by now. */
  readonly status: 'waiting' | 'answered' | 'refused' | 'expired';
  /** Values by field, each opened against the entry; of one that is answered. */
  readonly fields?: JsonObject | undefined;
  readonly expires: number;
}

/** A look that waits, as its node is told of it. */
export interface WaitingLook {
  readonly id: string;
  readonly index: number;
  readonly fields: readonly string[];
}

/** What is looked at. */
export interface LookedAt {
  readonly organisation: string;
  /** ULID. */
  readonly node: string;
  readonly origin: string;
  readonly index: number;
  readonly fields: readonly DisclosableField[];
  /** ULID of the person. */
  readonly askedBy: string;
}

/** Looks that wait for answers of `node`. */
export async function waitingLooks(
  { tables, clock }: Pick<Plane, 'tables' | 'clock'>,
  organisation: string,
  node: string,
): Promise<readonly WaitingLook[]> {
  const rows = await tables
    .selectFrom('looks')
    .select(['id', 'idx', 'fields'])
    .where('organisation', '=', organisation)
    .where('node', '=', node)
    .where('status', '=', 'waiting')
    .where('expires', '>', clock.now())
    .orderBy('id')
    .limit(MOST_WAITING)
    .execute();
  return rows.map(({ id, idx, fields }) => ({ id, index: idx, fields: JSON.parse(fields) as string[] }));
}

/** Keeps that somebody looks. */
export async function keepLook(
  { tables }: Pick<Plane, 'tables'>,
  id: string,
  { organisation, node, origin, index, fields, askedBy }: LookedAt,
  expires: number,
): Promise<void> {
  await tables
    .insertInto('looks')
    .values({
      id,
      organisation,
      node,
      origin,
      idx: index,
      fields: JSON.stringify(fields),
      asked_by: askedBy,
      status: 'waiting',
      answer: null,
      expires,
    })
    .execute();
}
