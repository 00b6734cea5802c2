/** Cedar's ipaddr: an address of version 4 or 6 with a prefix length. */

const V4_BITS = 32;
const V6_BITS = 128;
const GROUPS = 8;
/** `xxxx:…:xxxx/128`. */
const MAX_TEXT = 43;

/** An address, or a range of them. Two are equal where address and prefix are, host bits included. */
export class IpAddress {
  readonly version: 4 | 6;
  readonly address: bigint;
  /** 0 to 32 or 128. */
  readonly prefix: number;

  constructor(version: 4 | 6, address: bigint, prefix: number) {
    this.version = version;
    this.address = address;
    this.prefix = prefix;
  }

  /** `10.0.0.1`, `10.0.0.0/8`, `::1`, `fe80::/10`; no leading zeros in version 4, no mixed notation; `undefined` otherwise. */
  static parse(text: string): IpAddress | undefined {
    if (text.length > MAX_TEXT) return undefined;
    const slash = text.indexOf('/');
    const host = slash < 0 ? text : text.slice(0, slash);
    const version = host.includes(':') ? 6 : 4;
    const bits = version === 4 ? V4_BITS : V6_BITS;
    const address = version === 4 ? parseV4(host) : parseV6(host);
    const prefix = slash < 0 ? bits : parsePrefix(text.slice(slash + 1), bits);
    return address === undefined || prefix === undefined
      ? undefined
      : new IpAddress(version, address, prefix);
  }

  /** Whether every address of this range is in `range`; ranges of the other version hold none. */
  isInRange(range: IpAddress): boolean {
    if (this.version !== range.version || this.prefix < range.prefix) return false;
    const shift = BigInt((this.version === 4 ? V4_BITS : V6_BITS) - range.prefix);
    return this.address >> shift === range.address >> shift;
  }

  /** 127.0.0.0/8 or ::1, the whole range of it. */
  isLoopback(): boolean {
    return this.version === 4
      ? this.prefix >= 8 && this.address >> 24n === 127n
      : this.prefix === V6_BITS && this.address === 1n;
  }

  /** 224.0.0.0/4 or ff00::/8, the whole range of it. */
  isMulticast(): boolean {
    return this.version === 4
      ? this.prefix >= 4 && this.address >> 28n === 0xen
      : this.prefix >= 8 && this.address >> 120n === 0xffn;
  }

  /** A text that parses to it; the prefix stands where it is not that of one address. */
  toString(): string {
    const bits = this.version === 4 ? V4_BITS : V6_BITS;
    const host = this.version === 4 ? printV4(this.address) : printV6(this.address);
    return this.prefix === bits ? host : `${host}/${this.prefix}`;
  }
}

function parsePrefix(text: string, bits: number): number | undefined {
  if (!/^(?:0|[1-9][0-9]{0,2})$/.test(text)) return undefined;
  const prefix = Number(text);
  return prefix <= bits ? prefix : undefined;
}

function parseV4(text: string): bigint | undefined {
  const octets = text.split('.');
  if (octets.length !== 4) return undefined;
  let address = 0n;
  for (const octet of octets) {
    if (!/^(?:0|[1-9][0-9]{0,2})$/.test(octet) || Number(octet) > 255) return undefined;
    address = (address << 8n) | BigInt(octet);
  }
  return address;
}

function parseV6(text: string): bigint | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const head = parseGroups(halves[0] ?? '');
  const tail = halves.length === 2 ? parseGroups(halves[1] ?? '') : [];
  if (head === undefined || tail === undefined) return undefined;
  const missing = GROUPS - head.length - tail.length;
  // `::` stands for at least one group.
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...head, ...Array.from({ length: missing }, () => 0n), ...tail];
  return groups.reduce((address, group) => (address << 16n) | group, 0n);
}

function parseGroups(text: string): readonly bigint[] | undefined {
  if (text === '') return [];
  const groups = text.split(':');
  return groups.every((group) => /^[0-9A-Fa-f]{1,4}$/.test(group))
    ? groups.map((group) => BigInt(`0x${group}`))
    : undefined;
}

function printV4(address: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => (address >> shift) & 0xffn).join('.');
}

function printV6(address: bigint): string {
  const groups = Array.from({ length: GROUPS }, (_, index) =>
    ((address >> BigInt(16 * (GROUPS - 1 - index))) & 0xffffn).toString(16),
  );
  return groups.join(':');
}
