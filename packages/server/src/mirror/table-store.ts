/** The state of a mirror in tables, SQLite's or PostgreSQL's: what any number of servers share. */
import { createHash } from 'node:crypto';
import {
  type EnrolledLog,
  type EvidenceKind,
  Fault,
  MAX_EVIDENCE,
  type MirrorChange,
  type MirrorPosition,
  type MirrorStore,
  type ProducerPlace,
} from '@writ/core';
import type { Kysely } from 'kysely';
import type { MirrorLogRow, Tables } from '../tables/index.ts';
import { available } from './available.ts';

/** A store, and the beginning of a log that something else says is enrolled. */
export interface TableMirrorStore extends MirrorStore {
  /** Makes room for the position of `origin`, where there is none. */
  begin(origin: string, time: number): Promise<void>;
}

export function createTableMirrorStore(tables: Kysely<Tables>): TableMirrorStore {
  const logRow = (origin: string): Promise<MirrorLogRow | undefined> =>
    tables.selectFrom('mirror_logs').selectAll().where('origin', '=', origin).executeTakeFirst();
  const begin = async (origin: string, time: number): Promise<void> => {
    const row = { origin, enrolled_at: time, retired_at: null, ...NOTHING_HELD };
    await tables
      .insertInto('mirror_logs')
      .values(row)
      .onConflict((conflict) => conflict.column('origin').doNothing())
      .execute();
  };
  const log = async (origin: string): Promise<EnrolledLog | undefined> => {
    const row = await logRow(origin);
    if (row === undefined) return undefined;
    const keys = await tables.selectFrom('mirror_keys').select('key').where('origin', '=', origin).execute();
    return {
      origin,
      keys: keys.map(({ key }) => key),
      enrolledAt: row.enrolled_at,
      ...(row.retired_at === null ? {} : { retiredAt: row.retired_at }),
    };
  };
  return {
    begin: (origin, time) => available(() => begin(origin, time)),
    logs: () =>
      available(async () => {
        const rows = await tables.selectFrom('mirror_logs').select('origin').orderBy('origin').execute();
        const logs = await Promise.all(rows.map(({ origin }) => log(origin)));
        return logs.filter((found) => found !== undefined);
      }),
    log: (origin) => available(() => log(origin)),
    enrol: (origin, key, time) =>
      available(async () => {
        await begin(origin, time);
        await tables
          .updateTable('mirror_logs')
          .set({ retired_at: null })
          .where('origin', '=', origin)
          .execute();
        await tables
          .insertInto('mirror_keys')
          .values({ origin, key })
          .onConflict((conflict) => conflict.columns(['origin', 'key']).doNothing())
          .execute();
      }),
    retire: (origin, time) =>
      available(async () => {
        await tables
          .updateTable('mirror_logs')
          .set({ retired_at: time })
          .where('origin', '=', origin)
          .where('retired_at', 'is', null)
          .execute();
      }),
    position: (origin) => available(async () => positionOf(origin, await logRow(origin))),
    producer: (origin, boot) => available(async () => (await producersOf(tables, origin, [boot])).get(boot)),
    advance: (origin, revision, change) => available(() => advance(tables, origin, revision, change)),
    keepEvidence: (origin, { kind, message, held, offered, time }) =>
      available(async () => {
        const { count } = await tables
          .selectFrom('mirror_evidence')
          .select(({ fn }) => fn.countAll<number>().as('count'))
          .where('origin', '=', origin)
          .where('kind', '=', kind)
          .executeTakeFirstOrThrow();
        if (Number(count) >= MAX_EVIDENCE) return;
        const id = createHash('sha256')
          .update(JSON.stringify([origin, kind, message, offered]))
          .digest('hex');
        await tables
          .insertInto('mirror_evidence')
          .values({ id, origin, kind, message, held, offered, time, place: Number(count) })
          .onConflict((conflict) => conflict.column('id').doNothing())
          .execute();
      }),
    evidence: (origin) =>
      available(async () => {
        const rows = await tables
          .selectFrom('mirror_evidence')
          .selectAll()
          .where('origin', '=', origin)
          .orderBy('time')
          .orderBy('place')
          .execute();
        return rows.map(({ kind, time, message, held, offered }) => ({
          kind: kind as EvidenceKind,
          time,
          message,
          held,
          offered,
        }));
      }),
  };
}

const NOTHING_HELD = {
  revision: 0,
  pending: '[]',
  next: 0,
  edge: new Uint8Array(),
  cosigned: null,
  time_floor: 0,
  witnessed_size: 0,
  indexed: 0,
};

function positionOf(origin: string, row: MirrorLogRow | undefined): MirrorPosition {
  if (row === undefined) throw new Fault('log.missing', `the log \`${origin}\` is not mirrored`);
  return {
    revision: row.revision,
    pending: JSON.parse(row.pending) as readonly string[],
    next: row.next,
    edge: row.edge,
    timeFloor: row.time_floor,
    witnessedSize: row.witnessed_size,
    ...(row.cosigned === null ? {} : { cosigned: row.cosigned }),
  };
}

/** All of `change`, or nothing: one transaction, and one of two that change the same revision. */
function advance(
  tables: Kysely<Tables>,
  origin: string,
  revision: number,
  { pending, next, edge, cosigned, timeFloor, witnessedSize, producers = new Map() }: MirrorChange,
): Promise<void> {
  return tables.transaction().execute(async (within) => {
    const { numUpdatedRows } = await within
      .updateTable('mirror_logs')
      .set({
        revision: revision + 1,
        ...(pending === undefined ? {} : { pending: JSON.stringify(pending) }),
        ...(next === undefined ? {} : { next }),
        ...(edge === undefined ? {} : { edge }),
        ...(cosigned === undefined ? {} : { cosigned }),
        ...(timeFloor === undefined ? {} : { time_floor: timeFloor }),
        ...(witnessedSize === undefined ? {} : { witnessed_size: witnessedSize }),
      })
      .where('origin', '=', origin)
      .where('revision', '=', revision)
      .executeTakeFirst();
    if (numUpdatedRows !== 1n)
      throw new Fault('log.conflict', `another process changed the copy of \`${origin}\``);
    for (const [boot, { counter, index }] of producers)
      await within
        .insertInto('mirror_producers')
        .values({ origin, boot, counter, idx: index })
        .onConflict((conflict) => conflict.columns(['origin', 'boot']).doUpdateSet({ counter, idx: index }))
        .execute();
  });
}

/** Last places of the producers `boots`, by boot. */
export async function producersOf(
  tables: Kysely<Tables>,
  origin: string,
  boots: readonly string[],
): Promise<ReadonlyMap<string, ProducerPlace>> {
  if (boots.length === 0) return new Map();
  const rows = await tables
    .selectFrom('mirror_producers')
    .selectAll()
    .where('origin', '=', origin)
    .where('boot', 'in', boots)
    .execute();
  return new Map(rows.map(({ boot, counter, idx }) => [boot, { counter, index: idx }]));
}
