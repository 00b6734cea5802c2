/** Whether the record can be written to: the database of a data folder, or its schema on a PostgreSQL server. */
import { accessSync, constants, existsSync } from 'node:fs';
import { join } from 'node:path';
import { DATABASE_FILE, describeFault, isFault, keyRingStatus, KEYS_FOLDER } from '@writ/core';
import {
  type LogPlace,
  openDatabase,
  openDataLogForReading,
  openTenantKeys,
  readLogPlace,
} from '@writ/gateway';
import { CONNECTING, logOptions, readKeys } from '../data/index.ts';

/** `fail` makes the command end with 1; `warn` is for the operator to weigh. */
export interface Finding {
  readonly check: string;
  readonly status: 'ok' | 'warn' | 'fail';
  readonly detail: string;
}

const SERVER = `SELECT current_setting('server_version') AS version, current_setting('transaction_read_only') = 'on' AS readonly`;
const DENIED = 'so every action would be denied';

/** Tries it, and whether the keys of bodies open: without them nothing is recorded. Key services are asked. Writes nothing. */
export async function recordFinding(data: string): Promise<Finding> {
  try {
    await requireOpenKeys(data);
    const place = readLogPlace(data);
    return place.kind === 'folder' ? folderFinding(data) : await postgresFinding(data, place);
  } catch (fault) {
    return record('fail', `${describeFault(fault)}, ${DENIED}${hintOf(fault)}`);
  }
}

/** Throws where what wraps the keys does not open them. */
async function requireOpenKeys(data: string): Promise<void> {
  // Before the first start there are none, and looking makes none.
  if (keyRingStatus(join(data, KEYS_FOLDER)) === undefined) return;
  await openTenantKeys({ data, node: readKeys(data).node }, CONNECTING);
}

function folderFinding(data: string): Finding {
  const file = [join(data, DATABASE_FILE), data].find((path) => existsSync(path)) ?? data;
  try {
    accessSync(file, constants.R_OK | constants.W_OK);
    return record('ok', `${file} can be written to`);
  } catch (cause) {
    return record('fail', `\`${file}\` cannot be written to, ${DENIED}: ${describeFault(cause)} (io.failed)`);
  }
}

async function postgresFinding(
  data: string,
  place: Extract<LogPlace, { kind: 'postgres' }>,
): Promise<Finding> {
  const database = await openDatabase(place.url, CONNECTING);
  try {
    const session = await database.connect();
    let row: Awaited<ReturnType<typeof session.query>>['rows'][number] | undefined;
    try {
      [row] = (await session.query(SERVER)).rows;
    } finally {
      await session.close();
    }
    const where = `PostgreSQL ${String(row?.['version'])}, schema \`${place.schema}\``;
    if (row?.['readonly'] === true) return record('fail', `${where} takes no writes, ${DENIED}`);
    return record('ok', `${where}: ${await sizeOf(data, place)}`);
  } finally {
    await database.close();
  }
}

async function sizeOf(data: string, place: LogPlace): Promise<string> {
  try {
    const log = await openDataLogForReading(place, await logOptions(data, readKeys(data)), CONNECTING);
    const size = log.reader.size();
    await log.close();
    return `${size} entries, and the state is what was sealed`;
  } catch (fault) {
    if (isFault(fault, 'log.missing')) return 'no log yet, it is made at the first start';
    throw fault;
  }
}

function record(status: Finding['status'], detail: string): Finding {
  return { check: 'record', status, detail };
}

export function hintOf(fault: unknown): string {
  const hint = isFault(fault) ? fault.data['hint'] : undefined;
  return typeof hint === 'string' ? `; ${hint}` : '';
}
