/** A webhook: `type: webhook`. */
import type { WebhookBody, WebhookSettings } from '@writ/stream';
import { invalid } from '../place.ts';
import { parseSecret } from '../read-secret.ts';
import { parseTls } from '../read-tls.ts';
import { readUrl } from '../read-url.ts';
import type { PlacedValue } from '../read-yaml.ts';
import { type Fields, readChoice, readFields, readText } from '../shape.ts';
import { parseHeaders, readHeaderName } from './parse-headers.ts';
import { readInsecure } from './read.ts';

/** Fields of a webhook, beside those of every destination. */
export const WEBHOOK_FIELDS: readonly string[] = [
  'url',
  'urlEnv',
  'urlFile',
  'insecure',
  'body',
  'format',
  'headers',
  'signature',
  'tls',
  'index',
];
const BODIES: readonly WebhookBody[] = ['array', 'lines', 'hec', 'bulk', 'single'];
const FORMATS: readonly WebhookSettings['format'][] = ['ocsf', 'cloudevents', 'cef'];
const INDEX = /^[a-z0-9][a-z0-9._-]{0,254}$/;

/** `fields` as a webhook; `folder` is where relative paths start. Throws `config.invalid`, and never quotes what could be a secret. */
export function parseWebhook(fields: Fields, folder: string): WebhookSettings {
  const [format, headers, signature, tls, index] = ['format', 'headers', 'signature', 'tls', 'index'].map(
    (name) => fields.get(name),
  );
  const isInsecure = readInsecure(fields);
  const body = readChoice(
    fields.need('body', `one of ${BODIES.map((one) => `\`${one}\``).join(', ')}`),
    BODIES,
  );
  if (index !== undefined && body !== 'bulk') throw invalid(index.place, '`index` is for `body: bulk`');
  return {
    type: 'webhook',
    url: parseAddress(fields, folder, isInsecure),
    ...(isInsecure ? { isInsecure } : {}),
    body,
    format: format === undefined ? 'ocsf' : readChoice(format, FORMATS),
    headers: headers === undefined ? [] : parseHeaders(headers, folder),
    ...(signature === undefined ? {} : { signature: parseSignature(signature, folder) }),
    ...(tls === undefined ? {} : { tls: parseTls(tls, folder) }),
    ...(index === undefined ? {} : { bulkIndex: readIndex(index) }),
  };
}

/** The address itself, or where it is kept: those of some services are secrets. */
function parseAddress(fields: Fields, folder: string, isInsecure: boolean): WebhookSettings['url'] {
  const url = fields.get('url');
  const [env, file] = ['urlEnv', 'urlFile'].map((name) => fields.get(name));
  if (url === undefined && env === undefined && file === undefined)
    throw invalid(fields.place, '`url` is missing', 'such as `url: https://siem.example.com/events`');
  if (url === undefined) return parseSecret(fields, 'url', folder);
  for (const other of [env, file])
    if (other !== undefined) throw invalid(other.place, 'the address is there already, as `url`');
  return readUrl(url, isInsecure);
}

function parseSignature(value: PlacedValue, folder: string): NonNullable<WebhookSettings['signature']> {
  const fields = readFields(value, ['header', 'key', 'keyEnv', 'keyFile']);
  const header = fields.need('header', 'such as `X-Writ-Signature`');
  return { name: readHeaderName(readText(header), header.place), key: parseSecret(fields, 'key', folder) };
}

function readIndex(value: PlacedValue): string {
  const text = readText(value);
  if (INDEX.test(text)) return text;
  throw invalid(value.place, 'the name of an index is expected', 'small letters, digits, `.`, `_` and `-`');
}
