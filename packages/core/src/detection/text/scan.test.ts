import { describe, expect, test } from 'vitest';

import type { JsonValue } from '../../kernel/index.ts';
import type { DetectorInput, Finding } from '../../model/index.ts';
import { createPersonalDataDetector, createSecretsDetector } from '../index.ts';
import { DEFAULT_SCAN_BOUNDS, type ScanBounds } from './bounds.ts';
import { scanOf, scanWithin } from './scan.ts';

const TOKEN = 'ghp_a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8';

function inputOf(value: JsonValue): DetectorInput {
  return { value, direction: 'result', target: 'test' };
}

function secretsIn(value: JsonValue, bounds: Partial<ScanBounds> = {}): readonly Finding[] {
  return createSecretsDetector({ bounds: { ...DEFAULT_SCAN_BOUNDS, ...bounds } }).detect(inputOf(value));
}

describe('walking a value', () => {
  test('every string and every key is read, with RFC 6901 pointers', () => {
    const value = { 'a/b': [{ '~': TOKEN }], [TOKEN]: 1 };
    expect(secretsIn(value).map(({ span }) => span)).toEqual([
      { pointer: '/a~1b/0/~0', start: 0, end: 40 },
      { pointer: `/${TOKEN}`, start: 0, end: 40, inKey: true },
    ]);
  });

  test('a card number sent as a JSON number is found', () => {
    const findings = createPersonalDataDetector().detect(inputOf({ pan: 4111111111111111, count: 12 }));
    expect(findings.map(({ kind, span }) => [kind, span])).toEqual([
      ['payment-card', { pointer: '/pan', start: 0, end: 16 }],
    ]);
  });

  test('one preparation serves all detectors that are handed the same input', () => {
    const input = inputOf({ text: 'x' });
    expect(scanOf(input)).toBe(scanOf(input));
  });
});

describe('what lies past a bound is said, never taken for safe', () => {
  test.each<[string, JsonValue, Partial<ScanBounds>, object]>([
    ['the end of a long string', 'aaaaabbbbb', { stringLength: 5 }, { pointer: '', start: 5, end: 10 }],
    ['a string after the total', ['aaaaa', 'bbbbb'], { totalLength: 5 }, { pointer: '/1', start: 0, end: 5 }],
    ['a string too many', ['a', 'b'], { strings: 1 }, { pointer: '/1', start: 0, end: 1 }],
    [
      'a key after the total',
      { aaaaa: 1, bb: 2 },
      { totalLength: 5 },
      { pointer: '/bb', start: 0, end: 2, inKey: true },
    ],
    ['what is nested too deep', [[['x']]], { depth: 2 }, { pointer: '/0/0', start: 0, end: 1 }],
    ['a text whose decoding is too long', 'a%20b', { derivedLength: 2 }, { pointer: '', start: 0, end: 5 }],
  ])('%s', (_what, value, bounds, span) => {
    const findings = secretsIn(value, bounds);
    expect(findings.map((finding) => [finding.kind, finding.span])).toEqual([['oversize', span]]);
  });

  test('more places than can be listed make the whole value unscanned', () => {
    const { unscanned } = scanWithin(inputOf(Array.from({ length: 5_000 }, () => 'ab')), {
      ...DEFAULT_SCAN_BOUNDS,
      totalLength: 2,
    });
    expect(unscanned).toHaveLength(1_001);
    expect(unscanned.at(-1)).toEqual({ pointer: '', start: 0, end: 1 });
  });

  test('ten thousand levels of nesting end', () => {
    let value: JsonValue = TOKEN;
    for (let level = 0; level < 10_000; level += 1) value = [value];
    expect(secretsIn(value).map(({ kind }) => kind)).toEqual(['oversize']);
  });
});

describe('disguises are seen through', () => {
  const wrapped = (text: string): string => `<${text}>`;
  test.each<[string, string]>([
    [
      'full-width letters',
      [...TOKEN]
        .map((each) => (each === '_' ? each : String.fromCharCode(each.charCodeAt(0) + 0xfee0)))
        .join(''),
    ],
    ['zero-width spaces', [...TOKEN].join('\u200b')],
    ['soft hyphens', TOKEN.replace('D4e5', 'D4\u00ade5')],
    ['tag characters', TOKEN.replace('D4e5', 'D4\u{e0041}e5')],
    ['percent-encoding', [...TOKEN].map((each) => `%${each.charCodeAt(0).toString(16)}`).join('')],
    ['percent-encoding twice', TOKEN.replace('ghp', '%2567hp')],
    ['HTML references', TOKEN.replace('ghp', '&#103;&#x68;p')],
    ['JSON escapes', TOKEN.replace('ghp', '\\u0067hp')],
    ['JavaScript escapes', TOKEN.replace('ghp', '\\x67\\u{68}p')],
    ['base64', Buffer.from(`token ${TOKEN}`).toString('base64').replaceAll('=', '')],
    [
      'base64url in percent-encoding',
      Buffer.from(`key: ${TOKEN} ok`).toString('base64').replaceAll('=', '%3D'),
    ],
  ])('%s', (_how, disguised) => {
    const findings = secretsIn(wrapped(disguised)).filter(({ detail }) => detail === 'github-token');
    expect(findings).toHaveLength(1);
    const { start, end } = findings[0]?.span ?? { start: 0, end: 0 };
    // The span covers the disguised text and nothing of its surroundings; base64 padding may stay.
    expect(start).toBe(1);
    expect(disguised.slice(end - 1).replaceAll('%3D', '')).toBe('');
  });

  test('what decodes to no text is left as it is', () => {
    const { texts } = scanOf(inputOf('7hJk0pQz8xVb3nMw5tRy2uIo4aSd6fGh9jKl1zXc7vBn'));
    expect(texts).toHaveLength(1);
  });

  test('a text that no decoding changes has one view', () => {
    expect(
      scanOf(inputOf('100% of R&D at C:\\temp, naïve café')).texts.filter(({ derived }) => derived),
    ).toHaveLength(1);
    expect(scanOf(inputOf('100% of R&D, naïve café')).texts).toHaveLength(1);
  });
});
