import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { classifyAddress, ipBytes, isWithin, normalHost, readNetwork } from './index.ts';

describe('what an address is', () => {
  test.each([
    ['8.8.8.8', 'public'],
    ['192.0.0.9', 'public'],
    ['192.0.0.8', 'reserved'],
    ['172.15.255.255', 'public'],
    ['172.16.0.0', 'private'],
    ['172.32.0.0', 'public'],
    ['100.63.255.255', 'public'],
    ['100.64.0.0', 'cgnat'],
    ['100.128.0.0', 'public'],
    ['169.254.169.253', 'metadata'],
    ['169.254.169.252', 'link-local'],
    ['223.255.255.255', 'public'],
    ['239.255.255.255', 'multicast'],
    ['::1', 'loopback'],
    ['::2', 'reserved'],
    ['2606:4700:4700::1111', 'public'],
    ['2001:4860:4860::8888', 'public'],
    ['2001:db8::', 'reserved'],
    ['64:ff9b::808:808', 'public'],
    ['::ffff:808:808', 'reserved'],
    ['2002:808:808::1', 'reserved'],
    ['2002:a9fe:a9fe::1', 'metadata'],
    ['fd00:ec2::254', 'metadata'],
    ['169.254.42.42', 'metadata'],
    ['fd00:c1::a9fe:a9fe', 'metadata'],
    ['fd00:a9fe:a9fe::1', 'metadata'],
    ['fd00:100::100:200', 'metadata'],
    ['fe80::a9fe:a9fe', 'metadata'],
    ['fe80::1%eth0', 'reserved'],
    ['no address', 'reserved'],
  ])('%s is %s', (address, is) => {
    expect(classifyAddress(address)).toBe(is);
  });

  test('an IPv4 address hidden in IPv6 is never better than itself', () => {
    const inside = [
      (a: string) => `::ffff:${a}`,
      (a: string) => `::ffff:0:${a}`,
      (a: string) => `64:ff9b::${a}`,
    ];
    fc.assert(
      fc.property(fc.ipV4(), fc.constantFrom(...inside), (address, hide) => {
        const own = classifyAddress(address);
        if (own !== 'public') expect(classifyAddress(hide(address))).not.toBe('public');
      }),
    );
  });

  test('however an IPv6 address is written, it is the same bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
        const full = Array.from({ length: 8 }, (_one, at) =>
          (((bytes[at * 2] ?? 0) << 8) | (bytes[at * 2 + 1] ?? 0)).toString(16),
        ).join(':');
        const short = normalHost(`[${full}]`) ?? '';
        expect(ipBytes(full)).toEqual(bytes);
        expect(ipBytes(short)).toEqual(bytes);
      }),
    );
  });
});

describe('a network', () => {
  test.each([
    ['10.0.0.0/8', '10.255.255.255', true],
    ['10.0.0.0/8', '11.0.0.0', false],
    ['10.1.2.0/23', '10.1.3.7', true],
    ['10.1.2.3', '10.1.2.3', true],
    ['10.1.2.3', '10.1.2.4', false],
    ['fd00::/8', 'fdff::1', true],
    ['fd00::/8', '10.0.0.1', false],
    ['0.0.0.0/0', '::ffff:1.2.3.4', false],
  ])('%s holds %s: %s', (text, address, holds) => {
    const network = readNetwork(text);
    const bytes = ipBytes(address);
    expect(network !== undefined && bytes !== undefined && isWithin(bytes, network)).toBe(holds);
  });

  test.each(['10.0.0.1/8', '10.0.0.0/33', '10.0.0/8', 'fe80::1%eth0', 'fd00::/129', 'example.com', ''])(
    'is not %s',
    (text) => {
      expect(readNetwork(text)).toBeUndefined();
    },
  );
});

describe('the name of a host', () => {
  test.each([
    ['EXAMPLE.com.', 'example.com'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['xn--bcher-kva.example', 'xn--bcher-kva.example'],
    ['０x7f.1', '127.0.0.1'],
    ['[::FFFF:127.0.0.1]', '::ffff:7f00:1'],
    ['a_b.example', 'a_b.example'],
  ])('%s is %s', (text, host) => {
    expect(normalHost(text)).toBe(host);
  });

  test.each([
    '',
    '.',
    'a..b',
    'a b',
    'a\tb',
    'a@b',
    'a%2eb',
    'a/b',
    'a\\b',
    'a?b',
    'a#b',
    'a:80',
    '[::1',
    '::1',
    '[::1%25lo]',
    '1.2.3.4.5',
    '256.0.0.1',
    '-a.example',
    `${'a'.repeat(64)}.example`,
    `${'a.'.repeat(130)}b`,
    '\ud800',
  ])('%j is none', (text) => {
    expect(normalHost(text)).toBeUndefined();
  });

  test('read again, it is itself', () => {
    fc.assert(
      fc.property(fc.oneof(fc.domain(), fc.string(), fc.ipV4Extended(), fc.webAuthority()), (text) => {
        const host = normalHost(text);
        if (host !== undefined) expect(normalHost(host.includes(':') ? `[${host}]` : host)).toBe(host);
      }),
    );
  });
});
