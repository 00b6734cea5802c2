import { describe, expect, test } from 'vitest';

import type { JsonValue } from '../../kernel/index.ts';
import type { Finding } from '../../model/index.ts';
import { createPersonalDataDetector, findingNames } from '../index.ts';

function findingsIn(value: JsonValue): readonly Finding[] {
  return createPersonalDataDetector().detect({ value, direction: 'result', target: 'test' });
}

function namesIn(value: JsonValue): readonly string[] {
  return findingNames(findingsIn(value)).filter(
    (name) => name.includes('/') || name === 'email' || name === 'jwt',
  );
}

describe('what is found', () => {
  test.each<[string, JsonValue, string]>([
    ['an address', 'write to ann.lee+x@mail.example.co.uk.', 'email'],
    ['a card with spaces', 'pay 4111 1111 1111 1111 now', 'payment-card/visa'],
    ['a card with hyphens', '5555-5555-5555-4444', 'payment-card/mastercard'],
    ['a card of fifteen digits in three groups', '3782 822463 10005', 'payment-card/amex'],
    ['a card with its expiry behind', '4111 1111 1111 1111 12/27', 'payment-card/visa'],
    ['an IBAN', 'DE89 3704 0044 0532 0130 00', 'iban/de'],
    ['an IBAN in small letters', 'gb82west12345698765432', 'iban/gb'],
    ['a social security number', '219-44-8763', 'ssn/us-ssn'],
    ['one without hyphens beside its name', 'SSN 219448763', 'ssn/us-ssn'],
    ['one under a telling property', { social_security_number: '219448763' }, 'ssn/us-ssn'],
    ['a public address', 'from 93.184.216.34', 'ip-address/ipv4'],
    ['a public IPv6 address', 'from 2606:2800:220:1:248:1893:25c8:1946', 'ip-address/ipv6'],
    ['a US passport', 'passport number B40718253', 'passport/us'],
    ['a German passport', 'Reisepass C01X00T47', 'passport/de'],
    ['a British licence by itself', 'MORGA607054SM9IJ', 'driving-licence/uk'],
    ['a US licence beside its name', "driver's license is D4817263", 'driving-licence/us'],
    ['a German licence', 'Führerschein: B072RRE2I55', 'driving-licence/de'],
    ['a National Insurance number', 'NI number AB 12 34 56 C', 'national-id/uk-nino'],
    ['a German tax number', 'Steuer-ID: 65929970489', 'national-id/de-tax-id'],
  ])('%s', (_what, value, name) => {
    expect(namesIn(value)).toContain(name);
  });

  test('an e-mail address is of low severity, a card of high', () => {
    expect(findingsIn('a@b.example')[0]?.severity).toBe('low');
    expect(findingsIn('4111111111111111')[0]?.severity).toBe('high');
  });

  test.each([
    ['127.0.0.1', 'ipv4-loopback'],
    ['192.168.1.20', 'ipv4-private'],
    ['10.0.0.0/8', 'ipv4-private'],
    ['100.64.3.2', 'ipv4-private'],
    ['203.0.113.9', 'ipv4-reserved'],
    ['::1', 'ipv6-loopback'],
    ['fe80::1', 'ipv6-private'],
    ['::ffff:10.0.0.1', 'ipv6-private'],
    ['2001:db8::1', 'ipv6-reserved'],
  ])('%s belongs to nobody and is for information only', (address, detail) => {
    expect(findingsIn(`host ${address} up`)).toMatchObject([
      { kind: 'ip-address', detail, severity: 'info' },
    ]);
  });
});

describe('what is not found', () => {
  test.each<[string, JsonValue]>([
    ['a version of four parts', 'version 1.2.3.4'],
    ['a version with a v', 'v10.2.0.17 is out'],
    ['a browser version', 'Chrome/120.0.0.0 Safari/537.36'],
    ['a pinned package', 'numpy==1.26.4.1'],
    ['five numbers with dots', '1.2.3.4.5'],
    ['a time', 'at 12:30:45'],
    ['a C++ name', 'std::vector and a::b'],
    ['a MAC address', '00:1b:44:11:3a:b7'],
    ['a card number with a wrong check digit', '4111 1111 1111 1112'],
    ['a number of no issuer', '9999 9999 9999 9995'],
    ['a timestamp in milliseconds', 1_761_234_567_890],
    ['digits behind a decimal point', '0.4111111111111111'],
    ['an IBAN with a wrong check digit', 'DE89 3704 0044 0532 0130 01'],
    ['an IBAN of the wrong length', 'DE89 3704 0044 0532 0130 0'],
    ['a social security number that is never issued', '000-12-3456, 666-12-3456, 123-00-4567, 123-45-0000'],
    ['nine digits without a word', 'order 219448763'],
    ['an account of a repository', 'git@github.com:org/repo.git'],
    ['user information of a URL', 'ssh://deploy@host.example.org/x'],
    ['a file for dense screens', 'logo@2x.png'],
    ['a package with a version', 'left-pad@1.3.0 and @scope/name'],
    ['a shape without the word', 'part B40718253 in stock'],
  ])('%s', (_what, value) => {
    expect(findingsIn(value).filter(({ severity }) => severity !== 'info')).toEqual([]);
  });
});
