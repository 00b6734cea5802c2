/** Places of Writ itself, which no policy opens: who reaches the proxy through the proxy, or another of Writ's doors, is not who it seems. */
import { networkInterfaces } from 'node:os';
import { type IpBytes, ipBytes, isWithin, readNetwork } from '../../hosts/index.ts';

/** Addresses that mean this machine, whatever its interfaces are: loopback, and what Linux takes for itself. */
const THIS_MACHINE = [
  '127.0.0.0/8',
  '0.0.0.0/8',
  '::1/128',
  '::/128',
  '::ffff:127.0.0.0/104',
  '::ffff:0.0.0.0/104',
].flatMap((text) => readNetwork(text) ?? []);

/** Whether a connection to `address` and `port` would come back to Writ. */
export type IsOwnPlace = (address: string, port: number) => boolean;

/** Looks for `ports` on any address of this machine. Interfaces are looked at for each. */
export function ownPlaces(ports: () => ReadonlySet<number>): IsOwnPlace {
  return (address, port) => {
    if (!ports().has(port)) return false;
    const bytes = ipBytes(address);
    if (bytes === undefined || THIS_MACHINE.some((network) => isWithin(bytes, network))) return true;
    return interfaceAddresses().some(
      (own) => own.length === bytes.length && own.every((byte, at) => byte === bytes[at]),
    );
  };
}

function interfaceAddresses(): readonly IpBytes[] {
  return Object.values(networkInterfaces()).flatMap((addresses) =>
    (addresses ?? []).flatMap(({ address }) => ipBytes(address.split('%', 1)[0] ?? '') ?? []),
  );
}
