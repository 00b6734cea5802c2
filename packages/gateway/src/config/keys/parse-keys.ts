/** `keys: {encryption: …, former: […]}`. */
import { resolve } from 'node:path';
import { invalid } from '../place.ts';
import type { PlacedValue } from '../read-yaml.ts';
import { type Fields, readFields, readList, readText } from '../shape.ts';
import type {
  AwsSource,
  KeyEncryptionSource,
  KeysConfiguration,
  TokenSource,
  TransitSource,
} from './types.ts';

const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;
const REGION = /^[a-z0-9][a-z0-9-]{0,62}$/;
/** What `openAwsKms` takes. */
const AWS_KEY = /^[A-Za-z0-9][A-Za-z0-9:/_-]{0,118}$/;
/** What `openTransit` takes. */
const TRANSIT_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,50}$/;
const MOUNT = /^[A-Za-z0-9][A-Za-z0-9._-]{0,30}(?:\/[A-Za-z0-9._-]{1,30})?$/;
const KINDS = ['file', 'env', 'awsKms', 'transit'];
const KIND_HINT =
  'write `folder`, `{file: PATH}`, `{env: NAME}`, `{awsKms: {key: …, region: …}}` or `{transit: {address: …, key: …, tokenFile: …}}`';

/** `value` as what wraps the keys; `folder` is where relative paths start. Throws `config.invalid`. INVARIANT: no fault quotes what could be a key that was written to the wrong place. */
export function parseKeys(value: PlacedValue, folder: string): KeysConfiguration {
  const fields = readFields(value, ['encryption', 'former']);
  const former = fields.get('former');
  return {
    encryption: parseSource(fields.need('encryption', KIND_HINT), folder),
    former: former === undefined ? [] : readList(former).map((one) => parseSource(one, folder)),
  };
}

function parseSource(value: PlacedValue, folder: string): KeyEncryptionSource {
  if (value.kind === 'scalar' && value.value === 'folder') return { kind: 'folder' };
  if (value.kind !== 'map') throw invalid(value.place, 'no key-encryption key is named', KIND_HINT);
  const fields = readFields(value, KINDS);
  const given = KINDS.filter((kind) => fields.get(kind) !== undefined);
  const [kind] = given;
  const inner = kind === undefined ? undefined : fields.get(kind);
  if (inner === undefined || given.length !== 1)
    throw invalid(fields.place, 'exactly one kind of key-encryption key is expected', KIND_HINT);
  if (kind === 'file') return { kind, file: readPath(inner, folder) };
  if (kind === 'env') return { kind, env: readVariable(inner) };
  return kind === 'awsKms' ? parseAws(inner, folder) : parseTransit(inner, folder);
}

function parseAws(value: PlacedValue, folder: string): KeyEncryptionSource {
  const fields = readFields(value, ['key', 'region', 'endpoint', 'credentials']);
  const endpoint = fields.get('endpoint');
  return {
    kind: 'awsKms',
    key: readUnquoted(
      fields.need('key', 'its id, ARN or alias'),
      AWS_KEY,
      'the id, ARN or alias of a key is expected',
    ),
    region: readUnquoted(
      fields.need('region', 'such as `eu-central-1`'),
      REGION,
      'the name of a region is expected',
    ),
    ...(endpoint === undefined ? {} : { endpoint: readAddress(endpoint) }),
    credentials: parseCredentials(fields, folder),
  };
}

function parseCredentials(fields: Fields, folder: string): AwsSource {
  const value = fields.get('credentials');
  if (value === undefined || (value.kind === 'scalar' && value.value === 'env')) return 'env';
  if (value.kind === 'map')
    return { file: readPath(readFields(value, ['file']).need('file', 'a file of mode 0600'), folder) };
  throw invalid(value.place, 'neither `env` nor a file', 'write `credentials: env`, or `{file: PATH}`');
}

/** A key of the transit engine. Throws `config.invalid`. */
export function parseTransit(value: PlacedValue, folder: string): TransitSource {
  const fields = readFields(value, [
    'address',
    'key',
    'mount',
    'namespace',
    'token',
    'tokenEnv',
    'tokenFile',
    'ca',
  ]);
  const [mount, namespace, ca] = ['mount', 'namespace', 'ca'].map((name) => fields.get(name));
  return {
    kind: 'transit',
    address: readAddress(fields.need('address', 'such as `https://vault.example.com:8200`')),
    key: readUnquoted(fields.need('key', 'its name'), TRANSIT_NAME, 'the name of a key is expected'),
    ...(mount === undefined
      ? {}
      : { mount: readUnquoted(mount, MOUNT, 'the path of a transit engine is expected') }),
    ...(namespace === undefined ? {} : { namespace: readText(namespace) }),
    token: parseToken(fields, folder),
    ...(ca === undefined ? {} : { ca: readPath(ca, folder) }),
  };
}

function parseToken(fields: Fields, folder: string): TokenSource {
  const hint =
    'put it into a file of mode 0600 named as `tokenFile`, or into an environment variable named as `tokenEnv`';
  const [open, env, file] = [fields.get('token'), fields.get('tokenEnv'), fields.get('tokenFile')];
  if (open !== undefined) throw invalid(open.place, 'a token stands in the configuration', hint);
  if (file !== undefined && env === undefined) return { file: readPath(file, folder) };
  if (env !== undefined && file === undefined) return { env: readVariable(env) };
  throw invalid(fields.place, 'one of `tokenEnv` and `tokenFile` is expected', hint);
}

function readAddress(value: PlacedValue): string {
  const text = value.kind === 'scalar' && typeof value.value === 'string' ? value.value : '';
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && url.username === '' && url.password === '' && /^https?:$/.test(url.protocol))
    return text;
  throw invalid(
    value.place,
    'the address of a key service is expected',
    'over `https:`, without a user; `http:` is for the loopback interface',
  );
}

function readPath(value: PlacedValue, folder: string): string {
  const text = readText(value);
  // A key that was written here instead of its file is not quoted further on.
  if (/^(?:[A-Za-z0-9+/]{43}=|hvs\..*|writ-.* .*)$/.test(text))
    throw invalid(
      value.place,
      'a secret stands in the configuration',
      'write it to a file of mode 0600, and its path here',
    );
  return resolve(folder, text);
}

function readVariable(value: PlacedValue): string {
  return readUnquoted(value, VARIABLE, 'the name of an environment variable is expected');
}

function readUnquoted(value: PlacedValue, form: RegExp, problem: string): string {
  const text = value.kind === 'scalar' && typeof value.value === 'string' ? value.value : '';
  if (form.test(text)) return text;
  throw invalid(value.place, problem);
}
