/** What an address is, whichever way it is written. */
import { type IpBytes, ipBytes, isWithin, type Network, readNetwork } from './ip-bytes.ts';
import { type NetworkClass, SPECIAL_PURPOSE } from './special-purpose.ts';

interface Row {
  readonly network: Network;
  readonly is: NetworkClass;
}

const ROWS: readonly Row[] = SPECIAL_PURPOSE.map(([text, is]) => ({ network: networkOf(text), is }));
const V4_ROWS: readonly Row[] = ROWS.filter(({ network }) => network.bytes.length === 4);
const V6_ROWS: readonly Row[] = ROWS.filter(({ network }) => network.bytes.length === 16);

/** A form of IPv6 in which an IPv4 address stands, from byte `at`. */
interface Embedding {
  readonly network: Network;
  readonly at: number;
  /** Whether its bits are turned over. */
  readonly isInverted?: true;
  /** Whether it is a way to public machines: translators use it (RFC 6052), nobody else does. */
  readonly reaches?: true;
}

const EMBEDDINGS: readonly Embedding[] = [
  // Mapped (RFC 4291 §2.5.5.2), translated (RFC 2765), NAT64 (RFC 6052, RFC 8215), 6to4 (RFC 3056), Teredo (RFC 4380), compatible (RFC 4291 §2.5.5.1).
  { network: networkOf('::ffff:0:0/96'), at: 12 },
  { network: networkOf('::ffff:0:0:0/96'), at: 12 },
  { network: networkOf('64:ff9b::/96'), at: 12, reaches: true },
  { network: networkOf('64:ff9b:1::/48'), at: 12 },
  { network: networkOf('2002::/16'), at: 2 },
  { network: networkOf('2001::/32'), at: 12, isInverted: true },
  { network: networkOf('::/96'), at: 12 },
];
const LOOPBACK_V6: Network = networkOf('::1/128');
const UNSPECIFIED_V6: Network = networkOf('::/128');

/**
 * The class of `address`, an IP address in any notation; `reserved` for what is none. An IPv4 address inside an IPv6 one counts as what it reaches;
 * where that is public it is still `reserved`, since nobody has to write it so, but for NAT64, by which networks without IPv4 reach the rest.
 */
export function classifyAddress(address: string): NetworkClass {
  const bytes = ipBytes(address);
  return bytes === undefined ? 'reserved' : classifyBytes(bytes);
}

function classifyBytes(bytes: IpBytes): NetworkClass {
  if (bytes.length === 4) return rowOf(V4_ROWS, bytes);
  const own = rowOf(V6_ROWS, bytes);
  if (isWithin(bytes, LOOPBACK_V6) || isWithin(bytes, UNSPECIFIED_V6)) return own;
  for (const { network, at, isInverted, reaches } of EMBEDDINGS) {
    if (!isWithin(bytes, network)) continue;
    const inner = bytes.slice(at, at + 4).map((byte) => (isInverted === true ? byte ^ 0xff : byte));
    const reached = classifyBytes(inner);
    if (reached !== 'public') return reached;
    return reaches === true ? 'public' : own === 'public' ? 'reserved' : own;
  }
  return own;
}

function rowOf(rows: readonly Row[], bytes: IpBytes): NetworkClass {
  return rows.find(({ network }) => isWithin(bytes, network))?.is ?? 'reserved';
}

function networkOf(text: string): Network {
  const network = readNetwork(text);
  if (network === undefined) throw new TypeError(`\`${text}\` is no network`);
  return network;
}
