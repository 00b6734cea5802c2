/**
 * Addresses that are no public machine's, as data.
 *
 * Sources: IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890, RFC 8190), IPv4 and IPv6 multicast registries, and what clouds document of
 * their own metadata services. The first row that holds an address tells its class, so that the particular stands before the general.
 */

/** What an address is; `unknown` is nobody's to say: a name that was not looked up. */
export type NetworkClass =
  | 'public'
  | 'private'
  | 'loopback'
  | 'link-local'
  | 'cgnat'
  | 'metadata'
  | 'multicast'
  | 'reserved'
  | 'unknown';

/** A network, its class, and where that is said. */
export type SpecialRow = readonly [network: string, is: NetworkClass, source: string];

/** Services that hand a machine's credentials to whoever asks from it, and agents of clouds on the same machine. */
const METADATA: readonly SpecialRow[] = [
  ['169.254.169.254/32', 'metadata', 'Amazon, Google, Azure, DigitalOcean, Hetzner, OpenStack'],
  ['169.254.169.253/32', 'metadata', 'Amazon: resolver of a network, beside it'],
  ['169.254.170.2/32', 'metadata', 'Amazon ECS: credentials of a task'],
  ['169.254.170.23/32', 'metadata', 'Amazon EKS: credentials of a pod'],
  ['169.254.0.23/32', 'metadata', 'Tencent Cloud'],
  ['100.100.100.200/32', 'metadata', 'Alibaba Cloud'],
  ['168.63.129.16/32', 'metadata', 'Azure: agent of the host, at a public address'],
  ['192.0.0.192/32', 'metadata', 'Oracle Cloud, older images'],
  ['fd00:ec2::254/128', 'metadata', 'Amazon'],
  ['fd00:ec2::253/128', 'metadata', 'Amazon: resolver of a network'],
  ['fd00:ec2::23/128', 'metadata', 'Amazon EKS'],
  ['fd20:ce::254/128', 'metadata', 'Google'],
  ['fd00:42::42/128', 'metadata', 'Scaleway'],
  ['169.254.42.42/32', 'metadata', 'Scaleway'],
  ['fd00:c1::a9fe:a9fe/128', 'metadata', 'Oracle Cloud'],
  ['fd00:a9fe:a9fe::1/128', 'metadata', 'Akamai'],
  ['fd00:100::100:200/128', 'metadata', 'Alibaba Cloud'],
  ['fe80::a9fe:a9fe/128', 'metadata', 'OpenStack'],
];

const IPV4: readonly SpecialRow[] = [
  // Anycast services that the registry marks as reachable from everywhere.
  ['192.0.0.9/32', 'public', 'RFC 7723'],
  ['192.0.0.10/32', 'public', 'RFC 8155'],
  ['0.0.0.0/8', 'reserved', 'RFC 791: this network. Linux takes 0.0.0.0 for itself'],
  ['10.0.0.0/8', 'private', 'RFC 1918'],
  ['100.64.0.0/10', 'cgnat', 'RFC 6598'],
  ['127.0.0.0/8', 'loopback', 'RFC 1122'],
  ['169.254.0.0/16', 'link-local', 'RFC 3927'],
  ['172.16.0.0/12', 'private', 'RFC 1918'],
  ['192.0.0.0/24', 'reserved', 'RFC 6890: protocol assignments'],
  ['192.0.2.0/24', 'reserved', 'RFC 5737: documentation'],
  ['192.88.99.0/24', 'reserved', 'RFC 7526: 6to4 relays, deprecated'],
  ['192.168.0.0/16', 'private', 'RFC 1918'],
  ['198.18.0.0/15', 'reserved', 'RFC 2544: benchmarks'],
  ['198.51.100.0/24', 'reserved', 'RFC 5737: documentation'],
  ['203.0.113.0/24', 'reserved', 'RFC 5737: documentation'],
  ['224.0.0.0/4', 'multicast', 'RFC 5771'],
  ['240.0.0.0/4', 'reserved', 'RFC 1112; 255.255.255.255 is everybody on the link'],
  ['0.0.0.0/0', 'public', 'everything else'],
];

/** Forms that hold an IPv4 address are taken apart before this table is asked, see `classify.ts`. */
const IPV6: readonly SpecialRow[] = [
  ['::1/128', 'loopback', 'RFC 4291'],
  ['::/128', 'reserved', 'RFC 4291: unspecified. Linux takes it for itself'],
  ['64:ff9b:1::/48', 'private', 'RFC 8215: translation inside a site'],
  ['100::/64', 'reserved', 'RFC 6666: discarded'],
  ['100:0:0:1::/64', 'reserved', 'RFC 9780: dummy prefix'],
  ['2001:1::1/128', 'public', 'RFC 7723'],
  ['2001:1::2/128', 'public', 'RFC 8155'],
  ['2001:1::3/128', 'public', 'RFC 9665'],
  ['2001:3::/32', 'public', 'RFC 7450'],
  ['2001:4:112::/48', 'public', 'RFC 7535'],
  ['2001::/23', 'reserved', 'RFC 2928: protocol assignments, Teredo and identifiers among them'],
  ['2001:db8::/32', 'reserved', 'RFC 3849: documentation'],
  ['2002::/16', 'reserved', 'RFC 3056: 6to4'],
  ['3fff::/20', 'reserved', 'RFC 9637: documentation'],
  ['5f00::/16', 'reserved', 'RFC 9602: segment routing'],
  ['fc00::/7', 'private', 'RFC 4193'],
  ['fe80::/10', 'link-local', 'RFC 4291'],
  ['fec0::/10', 'private', 'RFC 3879: site-local, deprecated'],
  ['ff00::/8', 'multicast', 'RFC 4291'],
  ['2000::/3', 'public', 'RFC 4291: the only range that is given out'],
  ['::/0', 'reserved', 'not given out'],
];

/** All rows, the particular before the general. */
export const SPECIAL_PURPOSE: readonly SpecialRow[] = [...METADATA, ...IPV4, ...IPV6];
