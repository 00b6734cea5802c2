/** Addresses that no server is reached at: those of machines' own metadata, and those that are no single machine's. */
import type { LookupFunction } from 'node:net';
import { lookup } from 'node:dns';
import { BlockList, isIP } from 'node:net';
import { Fault } from '@writ/core';

/** An IPv4 range, and why it is refused. */
type Range = readonly [net: string, prefix: number];

/** Link-local addresses, where clouds keep credentials of the machine (RFC 3927), and metadata services that stand elsewhere. */
const LINK_LOCAL_4: readonly Range[] = [
  ['169.254.0.0', 16],
  // Alibaba Cloud, Azure, Oracle Cloud.
  ['100.100.100.200', 32],
  ['168.63.129.16', 32],
  ['192.0.0.192', 32],
];
const LINK_LOCAL_6: readonly Range[] = [
  ['fe80::', 10],
  // Amazon and Google.
  ['fd00:ec2::254', 128],
  ['fd20:ce::254', 128],
];
/** Nobody's: unspecified, multicast, broadcast (RFC 6890). */
const NOBODY_4: readonly Range[] = [
  ['0.0.0.0', 8],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];
const NOBODY_6: readonly Range[] = [
  ['::', 128],
  ['ff00::', 8],
];

const NOBODY = blockList(NOBODY_4, NOBODY_6);
const LINK_LOCAL = blockList(LINK_LOCAL_4, LINK_LOCAL_6);

/** Why `address`, an IP address, is refused; `undefined` where it may be connected to. IPv4 inside IPv6 counts as what it reaches. */
export function addressProblem(address: string, allowsLinkLocal: boolean): string | undefined {
  const family = isIP(address.split('%')[0] ?? '') === 6 ? 'ipv6' : 'ipv4';
  const bare = address.split('%')[0] ?? '';
  if (NOBODY.check(bare, family)) return `\`${address}\` is no machine's address`;
  if (!allowsLinkLocal && LINK_LOCAL.check(bare, family))
    return `\`${address}\` is link-local, where machines keep their credentials`;
  return undefined;
}

/**
 * Resolves names for connections. INVARIANT: what was checked is what is connected to, because nothing resolves the name again;
 * one refused address refuses the name.
 */
export function checkedLookup(server: string, allowsLinkLocal: boolean): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) {
        callback(error, '', 0);
        return;
      }
      for (const { address } of addresses) {
        const problem = addressProblem(address, allowsLinkLocal);
        if (problem === undefined) continue;
        callback(refusedAddress(server, problem), '', 0);
        return;
      }
      const [first] = addresses;
      if (options.all === true) callback(null, addresses);
      else callback(null, first?.address ?? '', first?.family ?? 0);
    });
  };
}

/** The fault for an address that is refused. */
export function refusedAddress(server: string, problem: string): Fault {
  return new Fault('upstream.start', `server \`${server}\` is not connected to: ${problem}`, {
    server,
    hint: 'write `allowLinkLocal: true` where this is meant',
  });
}

function blockList(ranges4: readonly Range[], ranges6: readonly Range[]): BlockList {
  const list = new BlockList();
  for (const [net, prefix] of ranges6) list.addSubnet(net, prefix, 'ipv6');
  for (const [net, prefix] of ranges4) {
    list.addSubnet(net, prefix, 'ipv4');
    const [a = 0, b = 0, c = 0, d = 0] = net.split('.').map(Number);
    const high = ((a << 8) | b).toString(16);
    const low = ((c << 8) | d).toString(16);
    // The same machines through IPv6: mapped, compatible (RFC 4291 §2.5.5), translated (RFC 6052) and 6to4 (RFC 3056).
    list.addSubnet(`::ffff:${high}:${low}`, 96 + prefix, 'ipv6');
    list.addSubnet(`64:ff9b::${high}:${low}`, 96 + prefix, 'ipv6');
    list.addSubnet(`2002:${high}:${low}::`, 16 + prefix, 'ipv6');
    // `::/8` would take in the loopback address.
    if (a !== 0) list.addSubnet(`::${high}:${low}`, 96 + prefix, 'ipv6');
  }
  return list;
}
