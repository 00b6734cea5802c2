/** IP addresses as bytes: one form for every way to write one. */
import { isIPv4, isIPv6 } from 'node:net';

/** Four bytes, or sixteen. */
export type IpBytes = Uint8Array;

const V6_BYTES = 16;

/** `text` as bytes; `undefined` for what is no address, and for one with a zone (`fe80::1%eth0`): a zone means something else on each machine. */
export function ipBytes(text: string): IpBytes | undefined {
  if (isIPv4(text)) return Uint8Array.from(text.split('.'), Number);
  if (text.includes('%') || !isIPv6(text)) return undefined;
  // The URL standard writes an address in one way: hexadecimal groups, the longest run of zeros left out.
  const written = URL.parse(`http://[${text}]/`)?.hostname.slice(1, -1) ?? '';
  const [head = '', tail] = written.split('::');
  const before = groupsOf(head);
  const after = tail === undefined ? [] : groupsOf(tail);
  const zeros = V6_BYTES / 2 - before.length - after.length;
  const groups = [...before, ...Array.from({ length: Math.max(0, zeros) }, () => 0), ...after];
  return groups.length === V6_BYTES / 2
    ? Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff]))
    : undefined;
}

/** A network: the first `prefix` bits of `bytes`. */
export interface Network {
  readonly bytes: IpBytes;
  readonly prefix: number;
}

/** `text` (`10.0.0.0/8`, or one address) as a network; `undefined` for anything else, and where bits past the prefix are set. */
export function readNetwork(text: string): Network | undefined {
  const [, address = '', digits] = /^([^/]{2,45})(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const bytes = ipBytes(address);
  if (bytes === undefined) return undefined;
  const most = bytes.length * 8;
  const prefix = digits === undefined ? most : Number(digits);
  if (prefix > most) return undefined;
  const network = { bytes, prefix };
  const isExact = bytes.every((byte, at) => byte === (byte & maskAt(prefix, at)));
  return isExact ? network : undefined;
}

/** Whether `address` is in `network`. IPv4 and IPv6 have nothing in common. */
export function isWithin(address: IpBytes, { bytes, prefix }: Network): boolean {
  if (address.length !== bytes.length) return false;
  for (let at = 0; at * 8 < prefix; at += 1) {
    const mask = maskAt(prefix, at);
    if (((address[at] ?? 0) & mask) !== ((bytes[at] ?? 0) & mask)) return false;
  }
  return true;
}

/** Bits of byte `at` that a prefix of this length covers. */
function maskAt(prefix: number, at: number): number {
  const bits = Math.min(8, Math.max(0, prefix - at * 8));
  return (0xff << (8 - bits)) & 0xff;
}

function groupsOf(text: string): readonly number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
}
