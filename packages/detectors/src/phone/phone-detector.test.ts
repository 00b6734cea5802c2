import type { JsonValue } from '@writ/core';
import { describe, expect, test } from 'vitest';

import { createPhoneDetector, phoneDetector } from '../index.ts';

function phonesIn(value: JsonValue, detector = phoneDetector): readonly string[] {
  return detector.detect({ value, direction: 'result', target: 'test' }).map(({ span }) => {
    const scanned: unknown = typeof value === 'object' && value !== null ? Object.values(value)[0] : value;
    const text = typeof scanned === 'string' ? scanned : JSON.stringify(scanned);
    return text.slice(span.start, span.end);
  });
}

describe('phoneDetector finds', () => {
  test.each<[string, JsonValue, string]>([
    ['an international number', 'reach us at +44 20 7946 0958 today', '+44 20 7946 0958'],
    ['one with a trunk zero in brackets', '+46 (0)8 123 456 78', '+46 (0)8 123 456 78'],
    ['one dialled with zeros', 'fax 0044 20 7946 0958', '0044 20 7946 0958'],
    ['a form of the United States', 'ask for (212) 736-5000 please', '(212) 736-5000'],
    ['one with an extension', 'phone: 212-736-5000 x1234', '212-736-5000 x1234'],
    ['a local number beside a word', 'call me on 9318 4420', '9318 4420'],
    ['a French number beside a word', 'Téléphone : 01.73.29.55.04', '01.73.29.55.04'],
    ['a number as the value of a property', { phone_number: '0561 3381927' }, '0561 3381927'],
    ['a number sent as a JSON number', { phone: 12127365000 }, '12127365000'],
    ['a number in a row of figures', 'call 12 15 18 212-736-5000 22 31', '212-736-5000'],
    ['a link', 'tel:+442079460958', '+442079460958'],
  ])('%s', (_what, value, number) => {
    expect(phonesIn(value)).toEqual([number]);
  });

  test('numbers of another country where the operator names it', () => {
    const german = createPhoneDetector({ country: 'DE' });
    expect(phonesIn('Rufnummer 030 901820', german)).toEqual(['030 901820']);
  });
});

describe('phoneDetector leaves alone', () => {
  test.each<[string, JsonValue]>([
    ['a version', 'version 2.14.1.2026 of 10.4.1'],
    ['an IP address beside a word', 'call 192.168.100.200'],
    ['a date beside a word', 'call me on 2026-03-14 or 3/14/2026'],
    ['a social security number', '219-44-8763 on the phone'],
    ['a card', 'call about 4111 1111 1111 1111'],
    ['an order', 'call about order 9318 4420'],
    ['a sum', 'costs $1,234,567.89 or 12345678 units'],
    ['an identifier', 'requestId 2e179bde-77a4-4123-8843-180712345678'],
    ['a timestamp', { time: 1761234567890 }],
    ['an invalid international number', '+999 123'],
    ['coordinates', '52.5200066, 13.4049540'],
  ])('%s', (_what, value) => {
    expect(phonesIn(value)).toEqual([]);
  });
});

test('beyond the numbers that are checked the form decides, so a list of thousands ends', () => {
  const many = '212-736-5000, '.repeat(5_000);
  expect(phonesIn(many)).toHaveLength(5_000);
});
