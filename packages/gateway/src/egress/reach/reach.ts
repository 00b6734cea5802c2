/** The address that a host is reached at: looked up once, all of it classified, and refused where it is nobody's business of an agent. */
import { isIP } from 'node:net';
import { classifyAddress, ipBytes, isWithin, type NetworkClass, type Network } from '../../network/index.ts';
import type { IsOwnPlace } from './own-places.ts';
import type { Resolver } from './resolver.ts';

/** What an operator opens besides public addresses. */
export interface Named {
  /** Networks, whole. A metadata service is only opened by its own address. */
  readonly networks: readonly Network[];
  /** Hosts by name: a fixed address, or `dns` for whatever is looked up, but for metadata, multicast and reserved addresses. */
  readonly hosts: ReadonlyMap<string, string>;
}

/** What reaching stands on. */
export interface ReachPorts {
  readonly resolver: Resolver;
  readonly named: Named;
  readonly isOwnPlace: IsOwnPlace;
}

/** Where a host is, or why it is not gone to. `network` is the worst class of all addresses that were found. */
export type Reached =
  | { readonly is: 'reached'; readonly address: string; readonly network: NetworkClass }
  | {
      readonly is: 'refused';
      readonly code: 'egress.address' | 'egress.own-place' | 'egress.name';
      readonly reason: string;
      readonly network: NetworkClass;
      readonly address?: string;
    };

/** Classes that naming a host opens; the others are opened by naming the network. */
const OPENED_BY_NAME: ReadonlySet<NetworkClass> = new Set([
  'public',
  'private',
  'loopback',
  'link-local',
  'cgnat',
]);
/** From the best to the worst. */
const SEVERITY: readonly NetworkClass[] = [
  'public',
  'private',
  'cgnat',
  'loopback',
  'link-local',
  'multicast',
  'reserved',
  'metadata',
];
/** Addresses of one name that are looked at: a name with more is nobody's. */
const MAX_ADDRESSES = 64;

/**
 * Where `host` is. INVARIANT: the address that is answered is one of those that were classified, and no name is looked up after this; one refused address
 * refuses the name, since which of them a client is given is its server's choice.
 */
export async function reach(
  { resolver, named, isOwnPlace }: ReachPorts,
  host: string,
  port: number,
): Promise<Reached> {
  const fixed = named.hosts.get(host);
  const found = await addressesOf(resolver, host, fixed);
  if (typeof found === 'string')
    return {
      is: 'refused',
      code: 'egress.name',
      reason: `the host cannot be looked up: ${found}`,
      network: 'unknown',
    };
  let network: NetworkClass = 'public';
  for (const address of found) {
    const own = classifyAddress(address);
    if (SEVERITY.indexOf(own) > SEVERITY.indexOf(network)) network = own;
    if (isOwnPlace(address, port)) {
      const reason = 'the host leads back to Writ itself, which nothing opens';
      return { is: 'refused', code: 'egress.own-place', reason, network: own, address };
    }
    if (own === 'public' || isNamed(named, host, address, own)) continue;
    const reason = `the host leads to a ${own} address; the operator opens one by naming it in \`egress.allowNetworks\` or \`egress.hosts\``;
    return { is: 'refused', code: 'egress.address', reason, network: own, address };
  }
  return { is: 'reached', address: found[0] ?? '', network };
}

async function addressesOf(
  resolver: Resolver,
  host: string,
  fixed: string | undefined,
): Promise<readonly string[] | string> {
  if (isIP(host) !== 0) return [host];
  if (fixed !== undefined && fixed !== 'dns') return [fixed];
  try {
    const addresses = await resolver.resolve(host);
    return addresses.length > 0 && addresses.length <= MAX_ADDRESSES
      ? addresses
      : `it has ${addresses.length} addresses`;
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : 'the lookup failed';
  }
}

function isNamed({ networks, hosts }: Named, host: string, address: string, is: NetworkClass): boolean {
  const bytes = ipBytes(address);
  if (bytes === undefined) return false;
  const isWhole = ({ prefix }: Network): boolean => prefix === bytes.length * 8;
  if (networks.some((network) => isWithin(bytes, network) && (is !== 'metadata' || isWhole(network))))
    return true;
  const entry = hosts.get(host);
  return entry !== undefined && (entry === address || OPENED_BY_NAME.has(is));
}
