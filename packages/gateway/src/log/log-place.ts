/** Where the log of a data folder is kept. One in PostgreSQL is named by a file in the folder, so that no command writes to another log by mistake. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  DATABASE_FILE,
  Fault,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  LOG_PLACE_FILE,
  ownProperty,
  parseStrictJson,
} from '@writ/core';
import type { ConnectionSource, PostgresConfiguration } from '../config/index.ts';

/** Schema of a log where nobody names one. */
const DEFAULT_SCHEMA = 'writ';

/** The data folder itself, or a schema of a PostgreSQL server. */
export type LogPlace =
  | { readonly kind: 'folder' }
  | {
      readonly kind: 'postgres';
      readonly schema: string;
      readonly url: ConnectionSource;
      /** Schema of the log that this one goes on from; absent for none. */
      readonly former?: string;
    };

/** Where the log of the data folder `data` is kept, as the folder says. Throws `config.invalid` where it says nothing that can be read. */
export function readLogPlace(data: string): LogPlace {
  const file = join(data, LOG_PLACE_FILE);
  if (!existsSync(file)) return { kind: 'folder' };
  return parsePlace(readFileSync(file, 'utf8'), file);
}

/**
 * Makes the folder say what `configured` says, and answers it. Throws `log.conflict` where the log is another: one in the folder, or in another schema. A log is
 * not moved by a change of configuration.
 */
export function settleLogPlace(data: string, configured: PostgresConfiguration | undefined): LogPlace {
  const present = readLogPlace(data);
  if (configured === undefined) return present;
  const hasOwn = existsSync(join(data, DATABASE_FILE));
  if (present.kind === 'folder' && hasOwn)
    throw new Fault(
      'log.conflict',
      `the data folder \`${data}\` holds a log, which is not moved into PostgreSQL`,
      {
        hint: 'take another data folder with `data:`, or leave out `log:`',
      },
    );
  const schema = configured.schema ?? (present.kind === 'postgres' ? present.schema : DEFAULT_SCHEMA);
  if (present.kind === 'postgres' && present.schema !== schema)
    throw new Fault(
      'log.conflict',
      `the log of \`${data}\` is in the schema \`${present.schema}\`, the configuration names \`${schema}\``,
      { hint: 'leave out `schema:`, or take another data folder' },
    );
  const former = present.kind === 'postgres' ? present.former : undefined;
  const place = {
    kind: 'postgres',
    schema,
    url: configured.url,
    ...(former === undefined ? {} : { former }),
  } as const;
  writeLogPlace(data, place);
  return place;
}

/** Makes the data folder name `place`, in one step. */
export function writeLogPlace(
  data: string,
  { schema, url, former }: Extract<LogPlace, { kind: 'postgres' }>,
): void {
  const file = join(data, LOG_PLACE_FILE);
  const source = 'env' in url ? { urlEnv: url.env } : { urlFile: url.file };
  const text = `${JSON.stringify({ postgres: { schema, ...source, ...(former === undefined ? {} : { former }) } })}\n`;
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return;
  mkdirSync(data, { recursive: true, mode: 0o700 });
  const draft = `${file}.${process.pid}.new`;
  writeFileSync(draft, text, { mode: 0o600 });
  renameSync(draft, file);
}

function parsePlace(text: string, file: string): LogPlace {
  const postgres = objectOf(objectOf(parseStrictJson(text))['postgres']);
  const [schema, env, path, before] = ['schema', 'urlEnv', 'urlFile', 'former'].map((name) =>
    ownProperty(postgres, name),
  );
  const url = typeof env === 'string' ? { env } : typeof path === 'string' ? { file: path } : undefined;
  if (typeof schema === 'string' && url !== undefined)
    return { kind: 'postgres', schema, url, ...(typeof before === 'string' ? { former: before } : {}) };
  throw new Fault('config.invalid', `\`${file}\` does not say where the log is kept`, { file });
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}
