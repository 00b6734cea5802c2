/** Places of Writ itself, which no policy opens: who reaches the proxy through the proxy, or another of Writ's doors, is not who it seems. */
import { networkInterfaces } from 'node:os';
import { type IpBytes, ipBytes, isWithin, readNetwork } from '../../network/index.ts';

/** Addresses that mean this machine, whatever its interfaces are: loopback, and what Linux takes for itself. */
const THIS_MACHINE = ['127.0.0.0/8', '0.0.0.0/8', '::1/128', '::/128'].flatMap(
  (text) => readNetwork(text) ?? [],
);
const MAPPED = ['::ffff:0:0/96'].flatMap((text) => readNetwork(text) ?? []);
const V4_AT = 12;

/** Whether a connection to `address` and `port` would come back to Writ. */
export type IsOwnPlace = (address: string, port: number) => boolean;

/** Looks for `ports` on any address of this machine; `addresses` are those of its interfaces at that moment, default: as the system tells. */
export function ownPlaces(
  ports: () => ReadonlySet<number>,
  addresses: () => readonly string[] = interfaceAddresses,
): IsOwnPlace {
  return (address, port) => {
    if (!ports().has(port)) return false;
    const bytes = reachedBytes(address);
    if (bytes === undefined || THIS_MACHINE.some((network) => isWithin(bytes, network))) return true;
    return addresses().some((text) => {
      const own = reachedBytes(text.split('%', 1)[0] ?? '');
      return own?.length === bytes.length && own.every((byte, at) => byte === bytes[at]);
    });
  };
}

/** A mapped IPv4 address leads where the IPv4 address in it does (RFC 4291 §2.5.5.2). */
function reachedBytes(address: string): IpBytes | undefined {
  const bytes = ipBytes(address);
  if (bytes === undefined) return undefined;
  return MAPPED.some((network) => isWithin(bytes, network)) ? bytes.subarray(V4_AT) : bytes;
}

function interfaceAddresses(): readonly string[] {
  return Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address));
}
