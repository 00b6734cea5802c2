/** The address that a channel's host is reached at: looked up once, all of it public, unless the operator names the host. */
import { isIP } from 'node:net';
import { Fault } from '@writ/core';
import { classifyAddress } from '@writ/gateway/network';
import type { ChannelPorts } from '../channel-ports/index.ts';

/** Where a host is. `isNamed`: the operator opened it. */
export interface CheckedAddress {
  readonly address: string;
  readonly isNamed: boolean;
  readonly isLoopback: boolean;
}

/** Throws `export.refused` for a host with an address that is not public. INVARIANT: what is answered is connected to, and nothing is looked up again. */
export async function checkedAddress(
  { hosts, resolve }: ChannelPorts,
  hostname: string,
): Promise<CheckedAddress> {
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const addresses = isIP(host) === 0 ? await found(resolve, host) : [host];
  const isNamed = hosts.has(host);
  const kinds = addresses.map(classifyAddress);
  if (!isNamed && kinds.some((kind) => kind !== 'public'))
    throw new Fault('export.refused', 'the host is not a public one, and the operator did not name it');
  return {
    address: addresses[0] ?? '',
    isNamed,
    isLoopback: kinds.every((kind) => kind === 'loopback'),
  };
}

async function found(resolve: ChannelPorts['resolve'], host: string): Promise<readonly string[]> {
  let addresses: readonly string[];
  try {
    addresses = await resolve(host);
  } catch (cause) {
    throw new Fault('export.unavailable', 'the host cannot be looked up', {}, { cause });
  }
  if (addresses.length === 0) throw new Fault('export.unavailable', 'the host has no address');
  return addresses;
}
