/** The server that a log is kept on: its driver, and the connection string from where it is kept. */
import { Fault, isFault, readKeyFile } from '@writ/core';
import type { PostgresDatabase } from '@writ/postgres';
import type { ConnectionSource } from '../config/index.ts';

/** What is used of `@writ/postgres`. */
export interface PostgresDriver {
  openPostgres(options: { readonly url: string }): PostgresDatabase;
}

/** How to reach a server. */
export interface ConnectOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Loads the driver, which is installed where somebody needs it. Default: `@writ/postgres`. */
  readonly load?: () => Promise<PostgresDriver>;
}

/**
 * The server whose connection string `source` names. Nothing is connected yet. Throws `config.invalid` where there is no driver or no string, or where the string asks for
 * less than TLS with a server elsewhere; `key.*` for its file where others may read it. No fault quotes the string.
 */
export async function openDatabase(
  source: ConnectionSource,
  { environment, load = () => import('@writ/postgres') }: ConnectOptions,
): Promise<PostgresDatabase> {
  const url = connectionString(source, environment);
  let driver: PostgresDriver;
  try {
    driver = await load();
  } catch (cause) {
    throw new Fault(
      'config.invalid',
      'the log is kept in PostgreSQL, and `@writ/postgres` cannot be loaded',
      { hint: 'install it beside Writ: `npm install @writ/postgres`' },
      { cause },
    );
  }
  return driver.openPostgres({ url });
}

/** The connection string that `source` names. Throws as {@link openDatabase} does, and never quotes it. */
export function connectionString(
  source: ConnectionSource,
  environment: ConnectOptions['environment'],
): string {
  if ('file' in source) return textOf(source.file);
  const url = environment[source.env]?.trim() ?? '';
  if (url !== '') return url;
  throw new Fault(
    'config.invalid',
    `the environment has no \`${source.env}\`, which holds the connection string of the log`,
    {
      hint: `set ${source.env} where Writ is started`,
    },
  );
}

function textOf(file: string): string {
  try {
    return readKeyFile(file).trim();
  } catch (fault) {
    if (!isFault(fault, 'key.missing')) throw fault;
    const problem = `no file stands at \`${file}\`, which is to hold the connection string of the log`;
    throw new Fault('config.invalid', problem, { file, hint: 'write it there, in mode 0600' });
  }
}
