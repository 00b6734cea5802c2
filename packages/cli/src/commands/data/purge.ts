/** Takes what was erased out of the files that the log lies in, once the log is closed. */
import { purgeErased } from '@writ/core';
import type { RewriteReport } from '@writ/core/postgres';
import { readLogPlace, rewriteDataLog } from '@writ/gateway';
import { CONNECTING } from '../../data/index.ts';

/** What became of it. */
export interface Purged {
  /** Whether no file of the log itself holds a byte of it. */
  readonly purged: boolean;
  /** What holds some, and what to do; empty where `purged`. */
  readonly left: readonly string[];
}

/** Of a log in PostgreSQL the tables are written anew, where they are not too large; what the server keeps beside them is the operator's (docs/guide/log-in-postgresql.md). */
export async function purgeFiles(data: string): Promise<Purged> {
  const place = readLogPlace(data);
  const report = await rewriteDataLog(place, CONNECTING);
  const left =
    report === undefined || place.kind === 'folder' ? leftInFolder(data) : leftInTables(report, place.schema);
  return { purged: left.length === 0, left };
}

function leftInFolder(data: string): readonly string[] {
  if (purgeErased(data)) return [];
  return [
    'old pages may still be in the write-ahead log: a process reads an older state; end it, or run this again once it is through',
  ];
}

const WHY: Readonly<Record<RewriteReport['left'][number]['why'], string>> = {
  large: 'is too large to be written anew while others append',
  busy: 'was in use all the time',
  not_owner: 'is not the role’s own',
};

function leftInTables({ left, watchers }: RewriteReport, schema: string): readonly string[] {
  const tables = left.map(
    ({ table, bytes, why }) =>
      `what was erased is still in the file of the table \`${schema}.${table}\` (${bytes} bytes), which ${WHY[why]}: run \`VACUUM FULL ${schema}.${table}\` as its owner when nobody appends`,
  );
  if (watchers === 0) return tables;
  const kept = `${watchers} sessions or replication slots began before and may still see what was erased: run this again once they are through`;
  return [...tables, kept];
}
