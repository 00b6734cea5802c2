/** Log and tables of a control plane, where its settings say: in the data folder, or in PostgreSQL. */
import { chmodSync, closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import {
  Fault,
  LOCAL_TENANT,
  openDataKeys,
  type OpenLog,
  systemClock,
  systemRandom,
  systemRepeater,
} from '@writ/core';
import type { NoteSigner } from '@writ/core/proof';
import {
  connectionString,
  openDataLog,
  openTenantKeys,
  settleLogPlace,
  SOFTWARE_VERSION,
} from '@writ/gateway';
import { openPostgresTables, openSqliteTables, type TableStore } from '../tables/index.ts';
import { openMirrorKey } from './mirror-key.ts';
import type { ServerSettings } from './settings.ts';

/** The tables beside the log, in its data folder. */
const TABLES_FILE = 'plane.db';
/** Ending of the tables' schema beside that of the log. */
const TABLES_SCHEMA = '_plane';

/** What a server keeps. */
export interface Stores {
  readonly log: OpenLog;
  readonly tables: TableStore;
  /** What it cosigns the logs of nodes with. */
  readonly mirrorSigners: readonly NoteSigner[];
  /** Idempotent. */
  close(): Promise<void>;
}

/** What is needed beside the settings. */
export interface StorePorts {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Told why the log could not be published at an interval. */
  readonly onPublishFault: (fault: unknown) => void;
}

/** Opens them; keys are made where there are none and nothing else yet. Throws as `openDataKeys`, `openTenantKeys` and `openDataLog` do; nothing is left open then. */
export async function openStores(settings: ServerSettings, ports: StorePorts): Promise<Stores> {
  const { data } = settings;
  const { environment, onPublishFault } = ports;
  const place = settleLogPlace(data, settings.log?.postgres);
  const keys = openDataKeys(data, { create: true, clock: systemClock, random: systemRandom });
  const mirrorSigners = [openMirrorKey(data, keys.origin, systemRandom)];
  const connecting = { environment };
  const log = await openDataLog(
    place,
    {
      path: data,
      origin: keys.origin,
      tenant: LOCAL_TENANT,
      node: keys.node,
      softwareVersion: SOFTWARE_VERSION,
      signingKey: keys.signingKey,
      ...(await openTenantKeys({ data, node: keys.node }, connecting)),
      clock: systemClock,
      random: systemRandom,
      timer: systemRepeater,
      onPublishFault,
    },
    connecting,
  );
  try {
    const tables =
      place.kind === 'folder'
        ? openFileTables(data)
        : await openServerTables(connectionString(place.url, environment), `${place.schema}${TABLES_SCHEMA}`);
    let closing: Promise<void> | undefined;
    const closeBoth = async (): Promise<void> => {
      try {
        await tables.database.destroy();
      } finally {
        await log.close();
      }
    };
    return { log, tables, mirrorSigners, close: () => (closing ??= closeBoth()) };
  } catch (thrown) {
    await log.close();
    throw thrown;
  }
}

function openFileTables(data: string): TableStore {
  const file = join(data, TABLES_FILE);
  // INVARIANT: made before SQLite opens it, whose files beside it take its mode.
  closeSync(openSync(file, 'a', 0o600));
  chmodSync(file, 0o600);
  return openSqliteTables(file);
}

async function openServerTables(url: string, schema: string): Promise<TableStore> {
  const { openPool } = await import('@writ/postgres');
  const pool = openPool(url, schema);
  try {
    return await openPostgresTables(pool, schema);
  } catch (cause) {
    await pool.end();
    const hint = 'the role needs the right to make a schema, or one of that name that it owns';
    throw new Fault('io.failed', `the schema \`${schema}\` cannot be used`, { hint }, { cause });
  }
}
