/** Where the log is kept: `log: {postgres: …}`. */
import { resolve } from 'node:path';
import { invalid } from './place.ts';
import type { PlacedValue } from './read-yaml.ts';
import { type Fields, readFields, readText } from './shape.ts';
import type { Configuration, ConnectionSource } from './types.ts';

const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;
/** What `requireSchemaName` of `@writ/core/postgres` takes. */
const SCHEMA = /^(?!pg_)[a-z_][a-z0-9_]{0,47}$/;
const SOURCE_HINT =
  'a connection string holds a password: put it into a file of mode 0600 and name that as `urlFile`, or into an environment variable named as `urlEnv`';

/** `value` as the place of a log; `folder` is where relative paths start. Throws `config.invalid`, and never quotes a connection string. */
export function parseLog(value: PlacedValue, folder: string): NonNullable<Configuration['log']> {
  const fields = readFields(value, ['postgres']);
  const postgres = readFields(
    fields.need('postgres', 'write `log: {postgres: {urlEnv: WRIT_POSTGRES_URL}}`'),
    ['urlEnv', 'urlFile', 'url', 'schema'],
  );
  const url = parseSource(postgres, folder);
  const schema = postgres.get('schema');
  if (schema === undefined) return { postgres: { url } };
  const name = readText(schema);
  if (SCHEMA.test(name)) return { postgres: { url, schema: name } };
  const hint = 'lower-case letters, digits and `_`, at most 48, not beginning with `pg_`';
  throw invalid(schema.place, `\`${name.slice(0, 60)}\` is not the name of a schema`, hint);
}

function parseSource(fields: Fields, folder: string): ConnectionSource {
  const [url, env, file] = [fields.get('url'), fields.get('urlEnv'), fields.get('urlFile')];
  if (url !== undefined)
    throw invalid(url.place, 'the connection string stands in the configuration', SOURCE_HINT);
  if ((env === undefined) === (file === undefined))
    throw invalid(fields.place, 'one of `urlEnv` and `urlFile` is expected', SOURCE_HINT);
  if (file !== undefined) return { file: resolve(folder, notAUrl(file)) };
  const name = env === undefined ? '' : notAUrl(env);
  if (VARIABLE.test(name)) return { env: name };
  throw invalid(
    fields.place,
    '`urlEnv` is not the name of an environment variable',
    'such as WRIT_POSTGRES_URL',
  );
}

function notAUrl(value: PlacedValue): string {
  const text = readText(value);
  if (!text.includes('://')) return text;
  throw invalid(value.place, 'the connection string stands in the configuration', SOURCE_HINT);
}
