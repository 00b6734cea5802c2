/** A collector of OpenTelemetry: `type: otlp`. */
import type { OtlpSettings, OtlpSignal } from '@writ/stream';
import { invalid } from '../place.ts';
import { parseTls } from '../read-tls.ts';
import { readUrl } from '../read-url.ts';
import type { PlacedValue } from '../read-yaml.ts';
import { type Fields, readChoice, readList } from '../shape.ts';
import { parseHeaders } from './parse-headers.ts';
import { readInsecure } from './read.ts';

/** Fields of a collector, beside those of every destination. */
export const OTLP_FIELDS: readonly string[] = ['url', 'tls', 'insecure', 'signals', 'headers'];
/** Every signal, or this does not compile; the order in which they are sent. */
const SIGNALS: Readonly<Record<OtlpSignal, true>> = { logs: true, traces: true, metrics: true };
const PATH = /\/v1\/(?:logs|traces|metrics)\/?$/;

/** `fields` as a collector; log records alone unless `signals` says otherwise. Throws `config.invalid`. */
export function parseOtlp(fields: Fields, folder: string): OtlpSettings {
  const address = fields.need('url', 'write `url: https://collector.example.com:4318`');
  const [tls, signals, headers] = ['tls', 'signals', 'headers'].map((name) => fields.get(name));
  return {
    type: 'otlp',
    url: readBase(address, readInsecure(fields)),
    signals: signals === undefined ? ['logs'] : readSignals(signals),
    headers: headers === undefined ? [] : parseHeaders(headers, folder),
    ...(tls === undefined ? {} : { tls: parseTls(tls, folder) }),
  };
}

/** The paths of signals are added to it, so they are not in it, and nothing follows a path. */
function readBase(value: PlacedValue, isInsecure: boolean): string {
  const url = new URL(readUrl(value, isInsecure));
  if (PATH.test(url.pathname) || url.search !== '')
    throw invalid(
      value.place,
      'the address before `/v1/logs` is expected',
      'such as `https://collector.example.com:4318`, without a query',
    );
  return url.href;
}

function readSignals(value: PlacedValue): readonly OtlpSignal[] {
  const known = Object.keys(SIGNALS) as readonly OtlpSignal[];
  const named = new Set(readList(value).map((item) => readChoice(item, known)));
  if (named.size === 0) throw invalid(value.place, 'at least one signal is expected');
  return known.filter((signal) => named.has(signal));
}
