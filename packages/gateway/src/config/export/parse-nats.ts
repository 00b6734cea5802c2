/** A stream of NATS JetStream: `type: nats`. */
import type { NatsLogin, NatsSettings } from '@writ/stream';
import { invalid } from '../place.ts';
import { parseSecret } from '../read-secret.ts';
import type { PlacedValue } from '../read-yaml.ts';
import { type Fields, readChoice, readFields, readText } from '../shape.ts';
import { readBrokers } from './read-brokers.ts';

/** Fields of a stream of NATS, beside those of every destination. */
export const NATS_FIELDS: readonly string[] = [
  'servers',
  'tls',
  'insecure',
  'login',
  'stream',
  'subject',
  'format',
];
const FORMATS: readonly NatsSettings['format'][] = ['ocsf', 'cloudevents'];
/** What a login is, by the field that names its secret. */
const SECRETS = ['token', 'password', 'credentials', 'seed'] as const;
/** What the server takes as the name of a stream, without what some file systems do not. */
const STREAM = /^[A-Za-z0-9_-]{1,64}$/;
const PLACE = /\{(?:tenant|producer|kind)\}/g;
/** Tokens of plain characters between single points: no wildcard, and nothing of the server's own. */
const SUBJECT = /^(?!\$)[A-Za-z0-9_$-]+(?:\.[A-Za-z0-9_$-]+)*$/;
const MAX_SUBJECT = 200;

/** `fields` as a stream of NATS: over TLS, unless `tls: false`. Throws `config.invalid`. */
export function parseNats(fields: Fields, folder: string): NatsSettings {
  const { addresses: servers, tls } = readBrokers(fields, 'servers', folder);
  const [login, format] = ['login', 'format'].map((name) => fields.get(name));
  return {
    type: 'nats',
    servers,
    tls,
    ...(login === undefined ? {} : { login: parseLogin(login, folder) }),
    stream: readStream(fields.need('stream', 'write `stream: WRIT`')),
    subject: readSubject(fields.need('subject', 'write `subject: writ.{tenant}.{kind}`')),
    format: format === undefined ? 'ocsf' : readChoice(format, FORMATS),
  };
}

function parseLogin(value: PlacedValue, folder: string): NatsLogin {
  const known = SECRETS.flatMap((name) => [name, `${name}Env`, `${name}File`]);
  const fields = readFields(value, ['user', ...known]);
  const named = SECRETS.filter((name) =>
    [name, `${name}Env`, `${name}File`].some((field) => fields.get(field) !== undefined),
  );
  const [name] = named;
  if (name === undefined || named.length > 1)
    throw invalid(
      fields.place,
      'one way to log in is expected',
      'name a token, a user with a password, credentials or a seed',
    );
  const user = fields.get('user');
  if ((name === 'password') !== (user !== undefined))
    throw invalid(fields.place, '`user` and its password belong together');
  const secret = parseSecret(fields, name, folder);
  switch (name) {
    case 'token':
      return { token: secret };
    case 'password':
      return { user: user === undefined ? '' : readText(user), password: secret };
    case 'credentials':
      return { credentials: secret };
    case 'seed':
      return { seed: secret };
    default:
      return name satisfies never;
  }
}

function readStream(value: PlacedValue): string {
  const text = readText(value);
  if (STREAM.test(text)) return text;
  throw invalid(value.place, 'the name of a stream is expected', 'letters, digits, `_` and `-`, at most 64');
}

function readSubject(value: PlacedValue): string {
  const text = readText(value);
  if (text.length <= MAX_SUBJECT && SUBJECT.test(text.replaceAll(PLACE, 'x'))) return text;
  throw invalid(
    value.place,
    'a subject to publish to is expected',
    'tokens of letters, digits, `_` and `-` between points, with `{tenant}`, `{producer}` and `{kind}` where wanted',
  );
}
