import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeHeaderValue, requestHeaders } from './request-headers.ts';

const decode = (value: string): string => {
  const encoded = /^=\?base64\?(.*)\?=$/s.exec(value)?.[1];
  return encoded === undefined ? value : Buffer.from(encoded, 'base64').toString('utf8');
};

describe('a value in a header', () => {
  test('is what a reader of the rules reads, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(decode(encodeHeaderValue(text))).toBe(text);
      }),
    );
  });

  test('never holds what ends a header, or what its reader would cut off', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii' }), (text) => {
        expect(encodeHeaderValue(text)).toMatch(/^[\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?$/);
      }),
    );
  });

  test.each(['eu-west', 'a b', 'a\tb', '100%', '=?utf8?x?='])('%j stays as it is', (text) => {
    expect(encodeHeaderValue(text)).toBe(text);
  });
});

describe('mirrored arguments', () => {
  const region = [{ path: ['a', 'b'], header: 'R', type: 'string' as const }];
  const sent = (args: object): readonly string[] => {
    const pairs = requestHeaders('tools/call', { name: 't', arguments: { ...args } }, '2026-07-28', region);
    return 'problem' in pairs ? [pairs.problem] : pairs.slice(6);
  };

  test.each([
    [{ a: { b: 'x' } }, 'x'],
    [{ a: { b: true } }, 'true'],
    [{ a: { b: -7 } }, '-7'],
  ])('%j is %s', (args, value) => {
    expect(sent(args)).toStrictEqual(['mcp-param-R', value]);
  });

  test.each([{}, { a: 1 }, { a: [] }, { a: { b: null } }, { a: { b: {} } }, { a: { b: [1] } }])(
    '%j has none',
    (args) => {
      expect(sent(args)).toStrictEqual([]);
    },
  );

  test('are looked for in the arguments alone, and not in what every object has', () => {
    const inherited = [{ path: ['constructor', 'name'], header: 'R', type: 'string' as const }];
    const pairs = requestHeaders('tools/call', { name: 't', arguments: {} }, '2026-07-28', inherited);
    expect(pairs).toHaveLength(6);
  });
});
