/** Reading what destinations have in common. */
import { invalid, type Place } from '../place.ts';
import type { PlacedValue } from '../read-yaml.ts';
import { type Fields, readBoolean, readText } from '../shape.ts';

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/;
const ADDRESS = /^(?:\[([0-9a-fA-F:.]{2,45})\]|([A-Za-z0-9.-]{1,253})):(\d{1,5})$/;
const MAX_PORT = 65_535;

/** `value` as a whole number from `least` to `most`. */
export function readCount(value: PlacedValue, least: number, most: number): number {
  const given = value.kind === 'scalar' ? value.value : undefined;
  if (typeof given === 'number' && Number.isSafeInteger(given) && given >= least && given <= most)
    return given;
  throw invalid(value.place, `a whole number from ${least} to ${most} is expected`);
}

/** `value` as HOST:PORT of something to connect to. */
export function readHostPort(value: PlacedValue): { readonly host: string; readonly port: number } {
  const text = readText(value);
  const [, six, other = '', digits = ''] = ADDRESS.exec(text) ?? [];
  const host = six ?? other;
  const port = Number(digits);
  if (host !== '' && port >= 1 && port <= MAX_PORT) return { host: host.toLowerCase(), port };
  throw invalid(
    value.place,
    'the address of a receiver is expected',
    'write HOST:PORT, such as `siem.example.com:6514`',
  );
}

/** Throws `config.invalid` unless events go to `host` over TLS, stay on this machine, or somebody wrote `insecure: true`. */
export function requirePrivate(
  place: Place,
  {
    host,
    isTls,
    isInsecure,
  }: { readonly host: string; readonly isTls: boolean; readonly isInsecure: boolean },
): void {
  if (isTls || isInsecure || LOOPBACK.test(host)) return;
  throw invalid(
    place,
    'events would leave this machine in the clear',
    'leave `tls` as it is, or write `insecure: true`',
  );
}

/** `insecure`, absent for no. */
export function readInsecure(fields: Fields): boolean {
  const given = fields.get('insecure');
  return given !== undefined && readBoolean(given);
}
