/** The bucket that the log is published to: `publish: {bucket: …}`. */
import { resolve } from 'node:path';
import { invalid } from './place.ts';
import type { PlacedValue } from './read-yaml.ts';
import { type Fields, readChoice, readDuration, readFields, readText } from './shape.ts';
import type { BucketLock, CredentialSource, PublishConfiguration } from './types.ts';

const FIELDS = ['bucket', 'endpoint', 'region', 'prefix', 'objectLock', 'credentials', 'every'];
/** Names of S3: what every store takes. */
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
/** What `openS3` takes, and the `/` at the end that says that names go on. */
const PREFIX = /^[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+)*\/?$/;
const REGION = /^[a-z0-9][a-z0-9-]{0,62}$/;
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;
/** How often it is published where nothing is said, in milliseconds: what is put there under a lock stays (decision 14). */
const EVERY_MS = 60_000;
const LEAST_EVERY_MS = 1_000;
const MOST_EVERY_MS = 86_400_000;
/** Longest lock: a hundred years. */
const MAX_LOCK_DAYS = 36_500;
const LOCK_HINT =
  'write `objectLock: {mode: compliance, days: 400}`, or `objectLock: none` for a bucket whose objects somebody may remove';
const CREDENTIALS_HINT =
  'write `credentials: env` and set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY where Writ is started, or `credentials: {file: PATH}` with a file of mode 0600';

/**
 * `value` as the bucket of a log; `folder` is where relative paths start. Throws `config.invalid`. INVARIANT: no fault quotes what could be a secret that was written to
 * the wrong place: names of buckets, endpoints and credentials are never repeated.
 */
export function parsePublish(value: PlacedValue, folder: string): PublishConfiguration {
  const fields = readFields(value, FIELDS);
  const [endpoint, region, prefix, every] = ['endpoint', 'region', 'prefix', 'every'].map((name) =>
    fields.get(name),
  );
  return {
    bucket: readUnquoted(
      fields.need('bucket', 'write `publish: {bucket: audit-log, …}`'),
      BUCKET,
      'the name of a bucket is expected',
      '3 to 63 small letters, digits, `.` and `-`; the server goes to `endpoint`',
    ),
    ...(endpoint === undefined ? {} : { endpoint: readEndpoint(endpoint) }),
    ...(region === undefined
      ? {}
      : {
          region: readUnquoted(region, REGION, 'the name of a region is expected', 'such as `eu-central-1`'),
        }),
    ...(prefix === undefined ? {} : { prefix: readPrefix(prefix) }),
    objectLock: parseLock(fields.need('objectLock', LOCK_HINT)),
    credentials: parseCredentials(fields, folder),
    everyMs: every === undefined ? EVERY_MS : readDuration(every, LEAST_EVERY_MS, MOST_EVERY_MS),
  };
}

function parseLock(value: PlacedValue): BucketLock | 'none' {
  if (value.kind !== 'map') {
    if (value.kind === 'scalar' && value.value === 'none') return 'none';
    throw invalid(value.place, 'neither a lock nor `none`', LOCK_HINT);
  }
  const fields = readFields(value, ['mode', 'days']);
  const mode = readChoice(fields.need('mode', LOCK_HINT), ['compliance', 'governance'] as const);
  const given = fields.need('days', LOCK_HINT);
  const days = given.kind === 'scalar' ? given.value : undefined;
  if (typeof days === 'number' && Number.isSafeInteger(days) && days >= 1 && days <= MAX_LOCK_DAYS)
    return { mode, days };
  throw invalid(given.place, 'a number of days is expected', `a whole number from 1 to ${MAX_LOCK_DAYS}`);
}

function parseCredentials(fields: Fields, folder: string): CredentialSource {
  const value = fields.get('credentials');
  if (value === undefined || (value.kind === 'scalar' && value.value === 'env')) return 'env';
  if (value.kind === 'map' && [...value.entries.keys()].join() === 'file') {
    const file = value.entries.get('file')?.value;
    if (file?.kind === 'scalar' && typeof file.value === 'string')
      return { file: resolve(folder, readText(file)) };
  }
  throw invalid(value.place, 'neither `env` nor a file', CREDENTIALS_HINT);
}

function readEndpoint(value: PlacedValue): string {
  const hint =
    'such as `https://s3.example.com`, without a user and a path; `http:` is for the loopback interface';
  const text = value.kind === 'scalar' && typeof value.value === 'string' ? readText(value) : '';
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isBare =
    url !== undefined && [url.username, url.password, url.search, url.hash].every((part) => part === '');
  const isPrivate = url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.test(url.hostname));
  if (isBare && isPrivate && url.pathname === '/') return text;
  throw invalid(value.place, 'the address of a server over `https:` is expected', hint);
}

function readPrefix(value: PlacedValue): string {
  const hint = 'letters, digits, `.`, `_`, `-`, with `/` between, such as `node-1/`';
  return readUnquoted(value, PREFIX, 'a prefix of names is expected', hint).replace(/\/$/, '');
}

function readUnquoted(value: PlacedValue, form: RegExp, problem: string, hint: string): string {
  const text = value.kind === 'scalar' && typeof value.value === 'string' ? value.value : '';
  if (form.test(text)) return text;
  throw invalid(value.place, problem, hint);
}
