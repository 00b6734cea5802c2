/** Whether an address can belong to a person's connection (IANA special-purpose address registries). */

/** `public` addresses are assigned; the rest lead to no one in particular. */
export type AddressScope = 'public' | 'private' | 'loopback' | 'reserved';

/** First two octets or the first alone → scope; more than two octets matter nowhere else. */
export function scopeOfIpv4(octets: readonly number[]): AddressScope {
  const [first = 0, second = 0, third = 0] = octets;
  if (first === 127) return 'loopback';
  if (first === 10 || (first === 172 && second >= 16 && second <= 31) || (first === 192 && second === 168))
    return 'private';
  if (first === 100 && second >= 64 && second <= 127) return 'private';
  if (first === 169 && second === 254) return 'private';
  if (first === 0 || first >= 224) return 'reserved';
  if (first === 192 && second === 0 && (third === 0 || third === 2)) return 'reserved';
  if (first === 198 && (second === 18 || second === 19 || (second === 51 && third === 100)))
    return 'reserved';
  return first === 203 && second === 0 && third === 113 ? 'reserved' : 'public';
}

/** Scope of an address of eight groups; IPv4-mapped and translated ones take that of the address inside. */
export function scopeOfIpv6(groups: readonly number[]): AddressScope {
  const first = groups[0] ?? 0;
  const isZeroTo = (end: number): boolean => groups.slice(0, end).every((group) => group === 0);
  if (isZeroTo(7)) return groups[7] === 1 ? 'loopback' : 'reserved';
  if (isZeroTo(5) && (groups[5] === 0xffff || groups[5] === 0)) return scopeOfIpv4(lastOctets(groups));
  if ((first & 0xfe00) === 0xfc00 || (first & 0xffc0) === 0xfe80) return 'private';
  if (first === 0x2001 && (groups[1] === 0xdb8 || groups[1] === 0)) return 'reserved';
  return (first & 0xe000) === 0x2000 ? 'public' : 'reserved';
}

function lastOctets(groups: readonly number[]): readonly number[] {
  const [high = 0, low = 0] = groups.slice(6);
  return [high >> 8, high & 0xff, low >> 8, low & 0xff];
}
