/** `writ log verify` of a log in PostgreSQL: its rows, and what the data folder beside it has published. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Fault, LOG_FOLDER, verifyFolder, type VerifyFolderOptions } from '@writ/core';
import { verifyPostgresLog } from '@writ/core/postgres';
import { CHECKPOINT_PATH, type LogReport } from '@writ/core/proof';
import { type LogPlace, openDatabase, readLogPlace } from '@writ/gateway';
import { CONNECTING } from '../../data/index.ts';

/** Flags that name such a log. */
export interface RowsFlags {
  /** `env:NAME` or `file:PATH`: where the connection string is. */
  readonly postgres?: string;
  readonly schema?: string;
}

/** A log in PostgreSQL. */
export type Rows = Extract<LogPlace, { kind: 'postgres' }>;

/** Schema where no flag names one. */
const DEFAULT_SCHEMA = 'writ';

/** The log that flags name, or the data folder `folder`; absent where it is in the folder. Throws `cli.usage`, and never quotes a connection string. */
export function rowsOf(folder: string | undefined, { postgres, schema }: RowsFlags): Rows | undefined {
  if (postgres !== undefined)
    return { kind: 'postgres', schema: schema ?? DEFAULT_SCHEMA, url: sourceOf(postgres) };
  const place = folder === undefined ? undefined : readLogPlace(folder);
  if (place?.kind === 'postgres') return { ...place, ...(schema === undefined ? {} : { schema }) };
  if (schema === undefined) return undefined;
  throw new Fault('cli.usage', '`--schema` is for a log in PostgreSQL', {
    hint: 'name its server with `--postgres`',
  });
}

/**
 * Verifies the rows, and the files that were published from them where `folder` has any: the rows must extend those. `size`, `root` and `uncovered` are then those of
 * the rows, `witnessed` is what is published.
 */
export async function verifyRows(
  { schema, url }: Rows,
  folder: string | undefined,
  options: VerifyFolderOptions,
): Promise<LogReport> {
  refuseForRows(options);
  const published = folder === undefined ? undefined : publishedIn(folder);
  const { keys, noted = [], minimumSize, dataKeys, progress, minimumWitnesses = 0, hasQuorum } = options;
  if (published === undefined && (minimumWitnesses > 0 || hasQuorum !== undefined))
    throw new Fault('cli.usage', 'witnesses cosign what is published, and rows are not', {
      hint: 'verify the published log, or name the data folder that holds it',
    });
  const files =
    folder === undefined || published === undefined ? undefined : await verifyFolder(folder, options);
  const database = await openDatabase(url, CONNECTING);
  try {
    const rows = await verifyPostgresLog({
      database,
      schema,
      keys,
      noted: published === undefined ? noted : [...noted, published.checkpoint],
      ...(minimumSize === undefined ? {} : { minimumSize }),
      ...(dataKeys === undefined ? {} : { dataKeys }),
      ...(progress === undefined ? {} : { progress }),
    });
    return files === undefined ? rows : joined(rows, files, schema);
  } finally {
    await database.close();
  }
}

function joined(rows: LogReport, files: LogReport, schema: string): LogReport {
  const placed = (report: LogReport, where: string): LogReport['problems'] =>
    report.problems.map((problem) => ({
      ...problem,
      place: problem.place === undefined ? where : `${where}/${problem.place}`,
    }));
  const problems = [...placed(rows, schema), ...placed(files, LOG_FOLDER)];
  const pruned = files.pruned === undefined ? {} : { pruned: files.pruned };
  return { ...rows, ok: rows.ok && files.ok, ...pruned, witnessed: files.witnessed, problems };
}

function publishedIn(
  folder: string,
): { readonly folder: string; readonly checkpoint: Uint8Array } | undefined {
  const file = join(folder, LOG_FOLDER, CHECKPOINT_PATH);
  return existsSync(file) ? { folder: join(folder, LOG_FOLDER), checkpoint: readFileSync(file) } : undefined;
}

function refuseForRows({ from, rootOnly, tenant }: VerifyFolderOptions): void {
  const [flag] = [
    ...(from === undefined ? [] : ['--from']),
    ...(rootOnly === true ? ['--root-only'] : []),
    ...(tenant === undefined ? [] : ['--tenant']),
  ];
  if (flag !== undefined) throw new Fault('cli.usage', `\`${flag}\` is not for a log in PostgreSQL`);
}

function sourceOf(text: string): Rows['url'] {
  if (/^env:[A-Za-z_][A-Za-z0-9_]*$/.test(text)) return { env: text.slice(4) };
  if (/^file:(?!\/\/)./.test(text)) return { file: resolve(text.slice(5)) };
  throw new Fault('cli.usage', '`--postgres` names where the connection string is', {
    hint: 'env:NAME or file:PATH; in the arguments themselves every user of the machine could read it',
  });
}
