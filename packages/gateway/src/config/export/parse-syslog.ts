/** A receiver of syslog: `type: syslog`. */
import type { SyslogSettings } from '@writ/stream';
import { invalid } from '../place.ts';
import { parseTls } from '../read-tls.ts';
import type { PlacedValue } from '../read-yaml.ts';
import { type Fields, readChoice, readText } from '../shape.ts';
import { readCount, readHostPort, readInsecure, requirePrivate } from './read.ts';

/** Fields of a receiver of syslog, beside those of every destination. */
export const SYSLOG_FIELDS: readonly string[] = [
  'address',
  'tls',
  'insecure',
  'format',
  'hostname',
  'maxOctets',
];
const FORMATS: readonly SyslogSettings['format'][] = ['ocsf', 'cef'];
/** PRINTUSASCII of RFC 5424 §6.2.4. */
const HOSTNAME = /^[\x21-\x7e]{1,255}$/;
/** What a receiver must take (RFC 5424 §6.1), and more than any takes. */
const [LEAST_OCTETS, MOST_OCTETS] = [480, 1_048_576];

/** `fields` as a receiver of syslog: over TLS, unless `tls: false`. Throws `config.invalid`. */
export function parseSyslog(fields: Fields, folder: string): SyslogSettings {
  const address = fields.need('address', 'write `address: siem.example.com:6514`');
  const { host, port } = readHostPort(address);
  const [given, format, hostname, octets] = ['tls', 'format', 'hostname', 'maxOctets'].map((name) =>
    fields.get(name),
  );
  const tls = given === undefined ? {} : readTlsOrNone(given, folder);
  requirePrivate(address.place, { host, isTls: tls !== false, isInsecure: readInsecure(fields) });
  return {
    type: 'syslog',
    host,
    port,
    format: format === undefined ? 'ocsf' : readChoice(format, FORMATS),
    tls,
    ...(hostname === undefined ? {} : { hostname: readHostname(hostname) }),
    ...(octets === undefined ? {} : { maxOctets: readCount(octets, LEAST_OCTETS, MOST_OCTETS) }),
  };
}

function readTlsOrNone(value: PlacedValue, folder: string): SyslogSettings['tls'] {
  return value.kind === 'scalar' && value.value === false ? false : parseTls(value, folder);
}

function readHostname(value: PlacedValue): string {
  const text = readText(value);
  if (HOSTNAME.test(text)) return text;
  throw invalid(value.place, 'the name of a machine is expected', 'visible ASCII without spaces');
}
