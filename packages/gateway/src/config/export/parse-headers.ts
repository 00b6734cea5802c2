/** Headers of requests: `headers: {NAME: VALUE}`. */
import type { WebhookHeader } from '@writ/stream';
import { invalid, type Place } from '../place.ts';
import { parseSecret } from '../read-secret.ts';
import type { PlacedValue } from '../read-yaml.ts';
import { readFields, readMap, readText } from '../shape.ts';

/** RFC 9110 §5.6.2. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,128}$/;
const VALUE = /^[\x20-\x7e]{1,1024}$/;
/** Headers that the sender itself writes. */
const RESERVED = /^(?:content-.*|host|connection|transfer-encoding|te|trailer|upgrade|expect)$/i;
/** Headers whose value is a secret, whatever it looks like. */
const TELLING = /auth|token|secret|cookie|key|password|credential/i;
const SECRET_HINT =
  'write `NAME: {valueEnv: VARIABLE}` or `NAME: {valueFile: FILE}`, with `scheme: Bearer` where one stands before it';

/** `value` as headers; `folder` is where relative paths start. Throws `config.invalid`, and never quotes what could be a secret. */
export function parseHeaders(value: PlacedValue, folder: string): readonly WebhookHeader[] {
  return [...readMap(value)].map(([name, entry]) => parseHeader(name, entry, folder));
}

/** `name`, where it is one of a header that may be chosen. Throws `config.invalid`. */
export function readHeaderName(name: string, place: Place): string {
  if (!TOKEN.test(name)) throw invalid(place, 'the name of a header is expected');
  if (RESERVED.test(name)) throw invalid(place, `\`${name}\` is written by Writ itself`);
  return name;
}

function parseHeader(
  name: string,
  { place, value }: { readonly place: PlacedValue['place']; readonly value: PlacedValue },
  folder: string,
): WebhookHeader {
  readHeaderName(name, place);
  if (value.kind === 'map') {
    const fields = readFields(value, ['scheme', 'value', 'valueEnv', 'valueFile']);
    const scheme = fields.get('scheme');
    const secret = parseSecret(fields, 'value', folder);
    return { name, value: { secret, ...(scheme === undefined ? {} : { scheme: readScheme(scheme) }) } };
  }
  if (TELLING.test(name)) throw invalid(place, 'a secret stands in the configuration', SECRET_HINT);
  const text = readText(value);
  if (!VALUE.test(text))
    throw invalid(
      value.place,
      'the value of a header is expected',
      'at most 1024 visible characters of ASCII',
    );
  return { name, value: text };
}

function readScheme(value: PlacedValue): string {
  const text = readText(value);
  if (TOKEN.test(text)) return text;
  throw invalid(value.place, 'a scheme such as `Bearer` is expected');
}
