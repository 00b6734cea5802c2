/** What entries of nodes' logs say that somebody should know, once each: read from the copies, from where the last look ended. */
import { isJsonObject, type JsonObject } from '@writ/core';
import { sql } from 'kysely';
import type { RaisedAlert } from '../alerts/index.ts';
import { heldEntry } from '../mirror/index.ts';
import { nodeOfOrigin } from '../nodes/index.ts';
import type { Plane } from '../plane.ts';
import { readEntry } from '../receipts/index.ts';
import { alertOf, type NodeEvent } from './facts.ts';

const CURSOR = 'alerts/';
/** Kinds of entries that may tell something. */
const KINDS = ['export', 'key', 'downtime', 'issuer'] as const;
/** Logs, and entries of one log, that are looked at in one round; the rest in the next. */
const MOST_LOGS = 500;
const MOST_ENTRIES = 100;
/** A name that an operator gave to a destination or an issuer. */
const NAME = /^[a-z0-9][a-z0-9-]{0,31}$/;

/** An alert that an entry makes or ends, and whose. */
export interface ToldAlert {
  readonly organisation: string;
  readonly alert: RaisedAlert;
  readonly isOver: boolean;
}

/** Gives `tell` what entries say that came since the last round, in their order. What it threw for is told again: a log's place moves on after all of its alerts. */
export async function tellEntries(
  plane: Plane,
  tell: (told: ToldAlert) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const logs = await plane.tables
    .selectFrom('mirror_logs')
    .leftJoin('cursors', (join) => join.on('cursors.name', '=', sql<string>`${CURSOR} || mirror_logs.origin`))
    .select(['mirror_logs.origin', 'mirror_logs.indexed', 'cursors.position'])
    .where((build) => build('mirror_logs.indexed', '>', build.fn.coalesce('cursors.position', build.val(0))))
    .limit(MOST_LOGS)
    .execute();
  for (const { origin, indexed, position } of logs) {
    if (signal.aborted) return;
    await tellLog(plane, { origin, from: position ?? 0, to: indexed }, tell);
  }
}

async function tellLog(
  plane: Plane,
  { origin, from, to }: { readonly origin: string; readonly from: number; readonly to: number },
  tell: (told: ToldAlert) => Promise<void>,
): Promise<void> {
  const node = nodeOfOrigin(plane, origin);
  const rows = await plane.tables
    .selectFrom('receipts')
    .select('idx')
    .where('origin', '=', origin)
    .where('idx', '>=', from)
    .where('idx', '<', to)
    .where('kind', 'in', KINDS)
    .orderBy('idx')
    .limit(MOST_ENTRIES)
    .execute();
  for (const { idx } of rows) {
    const entry = await entryAt(plane, origin, idx);
    if (entry === undefined || node === undefined) continue;
    const { organisation } = node;
    for (const { event, part, isOver = false } of eventsOf(entry))
      await tell({ organisation, alert: alertOf(event, node, part), isOver });
  }
  const next = rows.length < MOST_ENTRIES ? to : (rows.at(-1)?.idx ?? to) + 1;
  await plane.tables
    .insertInto('cursors')
    .values({ name: `${CURSOR}${origin}`, position: next })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet({ position: next }).where('cursors.position', '<', next),
    )
    .execute();
}

interface Said {
  readonly event: NodeEvent;
  readonly part?: string;
  readonly isOver?: boolean;
}

function eventsOf(entry: JsonObject): readonly Said[] {
  const { kind } = entry;
  const detail = typeof kind === 'string' ? entry[kind] : undefined;
  if (!isJsonObject(detail)) return [];
  if (kind === 'export' && detail['status'] === 'skipped') {
    return [{ event: 'node.gap', ...partOf(detail['destination']) }];
  }
  if (kind === 'key' && detail['action'] === 'revoke') return [{ event: 'node.revoked' }];
  if (kind === 'issuer') return ofIssuer(detail);
  return kind === 'downtime' && detail['end'] === 'unknown' ? [{ event: 'node.down' }] : [];
}

/** Of an issuer one of both is told at once. */
function ofIssuer({ action, issuer }: JsonObject): readonly Said[] {
  const part = partOf(issuer);
  const [isKept, isEnded] = [action === 'keys_kept', action === 'keys_ended'];
  if (!isKept && !isEnded && action !== 'keys_fetched') return [];
  return [
    { event: 'node.issuer', ...part, isOver: !isKept },
    { event: 'node.tokens', ...part, isOver: !isEnded },
  ];
}

function partOf(name: JsonObject[string] | undefined): Pick<Said, 'part'> {
  return typeof name === 'string' && NAME.test(name) ? { part: name } : {};
}

async function entryAt(
  { tables }: Pick<Plane, 'tables'>,
  origin: string,
  index: number,
): Promise<JsonObject | undefined> {
  const entry = await heldEntry(tables, origin, index);
  return entry === undefined ? undefined : readEntry(entry);
}
