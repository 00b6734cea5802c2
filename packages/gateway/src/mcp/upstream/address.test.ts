import { describe, expect, test } from 'vitest';
import { addressProblem, checkedLookup } from './address.ts';

describe('addresses', () => {
  test.each([
    ['169.254.169.254', 'the metadata service of most clouds'],
    ['169.254.0.1', 'link-local'],
    ['::ffff:169.254.169.254', 'mapped'],
    ['::ffff:a9fe:a9fe', 'mapped, in digits'],
    ['::a9fe:a9fe', 'compatible'],
    ['64:ff9b::a9fe:a9fe', 'translated'],
    ['2002:a9fe:a9fe::1', '6to4'],
    ['fe80::1', 'link-local of IPv6'],
    ['fe80::1%eth0', 'with a zone'],
    ['fd00:ec2::254', 'the metadata service of Amazon'],
    ['fd20:ce::254', 'the metadata service of Google'],
    ['100.100.100.200', 'the metadata service of Alibaba'],
    ['168.63.129.16', 'the wire server of Azure'],
  ])('%s is refused (%s), and taken where link-local addresses are allowed', (address) => {
    expect(addressProblem(address, false)).toContain('link-local');
    expect(addressProblem(address, true)).toBeUndefined();
  });

  test.each(['0.0.0.0', '0.1.2.3', '::', '::ffff:0.0.0.0', '224.0.0.1', '255.255.255.255', 'ff02::1'])(
    '%s is no machine and always refused',
    (address) => {
      expect(addressProblem(address, true)).toContain('no machine');
    },
  );

  test.each([
    '127.0.0.1',
    '::1',
    '10.1.2.3',
    '192.168.0.1',
    'fd12::1',
    '93.184.216.34',
    '2606:2800::1',
    '64:ff9b::102:304',
  ])('%s is the operator’s to choose', (address) => {
    expect(addressProblem(address, false)).toBeUndefined();
  });
});

describe('names', () => {
  test.each([true, false])('are resolved once for a connection (all: %s)', async (all) => {
    const found = await new Promise((resolve, reject) => {
      checkedLookup('s', false)('localhost', { all }, (error, address) => {
        if (error === null) resolve(address);
        else reject(error);
      });
    });
    expect(JSON.stringify(found)).toMatch(/127\.0\.0\.1|::1/);
  });

  test('that stand for a refused address are refused', async () => {
    const error = await new Promise((resolve) => {
      checkedLookup('s', false)('169.254.169.254', {}, resolve);
    });
    expect(error).toMatchObject({ code: 'upstream.start' });
  });
});
