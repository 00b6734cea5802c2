import { isDeepStrictEqual } from 'node:util';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson, isFault, type JsonValue, parseStrictJson } from './index.ts';

/** Code of the fault in which serialising `value` ends. */
function codeOf(value: unknown): string {
  try {
    canonicalJson(value as JsonValue);
  } catch (thrown) {
    if (isFault(thrown)) return thrown.code;
    throw thrown;
  }
  return 'accepted';
}

/** The double with these IEEE 754 bits. */
function double(hex: string): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt(`0x${hex}`));
  return view.getFloat64(0);
}

const name = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', '__proto__', 'constructor', '1', '10', '9'),
);
const { json } = fc.letrec<{ json: JsonValue }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, true, false),
    fc
      .double({ noNaN: true, noDefaultInfinity: true })
      .filter((value) => !Number.isInteger(value) || Number.isSafeInteger(value)),
    fc.string({ unit: 'binary' }),
    fc.array(tie('json'), { maxLength: 5 }),
    fc
      .uniqueArray(fc.tuple(name, tie('json')), { selector: ([key]) => key, maxLength: 6 })
      .map((members) => Object.fromEntries(members)),
  ),
}));

/** `value` with the members of every object in the opposite order. */
function reversed(value: JsonValue): JsonValue {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(reversed);
  const members = Object.entries(value).map(([key, member]) => [key, reversed(member)] as const);
  return Object.fromEntries(members.toReversed());
}

describe('canonical JSON', () => {
  test.each<[string, string, string]>([
    ['zero', '0000000000000000', '0'],
    ['minus zero', '8000000000000000', '0'],
    ['the smallest positive number', '0000000000000001', '5e-324'],
    ['the smallest negative number', '8000000000000001', '-5e-324'],
    ['the largest exact integer', '433fffffffffffff', '9007199254740991'],
    ['its negative', 'c33fffffffffffff', '-9007199254740991'],
    ['a third, rounded', '3fd5555555555555', '0.3333333333333333'],
    ['the last number without an exponent', '3eb0c6f7a0b5ed8d', '0.000001'],
    ['the first number with one', '3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
    ['a number below it', '3e7ad7f29abcaf48', '1e-7'],
    ['a negative with a fraction', 'becbf647612f3696', '-0.0000033333333333333333'],
    ['sixteen digits where they suffice', '41b3de4355555553', '333333333.3333332'],
    ['seventeen where they are needed', '41b3de4355555554', '333333333.33333325'],
    ['the number after it', '41b3de4355555555', '333333333.3333333'],
    ['the second after it', '41b3de4355555556', '333333333.3333334'],
    ['the third after it', '41b3de4355555557', '333333333.33333343'],
  ])('%s is written as RFC 8785 appendix B writes it', (_what, bits, text) => {
    expect(canonicalJson(double(bits))).toBe(text);
    expect(Object.is(Number(text), double(bits)) || bits === '8000000000000000').toBe(true);
  });

  test('writes members, literals and escapes as the example of RFC 8785 §3.2.2, its 1E30 aside', () => {
    const value = {
      numbers: [Number('333333333.33333329'), 4.5, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/',
      literals: [null, true, false],
    };
    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,4.5,0.002,1e-27],' +
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  test('orders keys by UTF-16 units, as the example of RFC 8785 §3.2.3', () => {
    const value = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\ud83d\ude00': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    };
    expect(canonicalJson(value)).toBe(
      '{"\\r":"Carriage Return","1":"One","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis",' +
        '"\u20ac":"Euro Sign","\ud83d\ude00":"Emoji: Grinning Face","\ufb33":"Hebrew Letter Dalet With Dagesh"}',
    );
  });

  test('orders keys by their text where a JavaScript object would order them by number', () => {
    expect(canonicalJson({ 9: 0, 10: 0, 1: 0 })).toBe('{"1":0,"10":0,"9":0}');
  });

  test('escapes control characters shortly where JSON can, else in lower case, and nothing else', () => {
    const controls = Array.from({ length: 32 }, (_, unit) => String.fromCharCode(unit)).join('');
    expect(canonicalJson(controls)).toBe(
      '"\\u0000\\u0001\\u0002\\u0003\\u0004\\u0005\\u0006\\u0007\\b\\t\\n\\u000b\\f\\r\\u000e\\u000f' +
        '\\u0010\\u0011\\u0012\\u0013\\u0014\\u0015\\u0016\\u0017\\u0018\\u0019\\u001a\\u001b\\u001c\\u001d\\u001e\\u001f"',
    );
    expect(canonicalJson('/\u007f\u0080\u2028\u{1f600}')).toBe('"/\u007f\u0080\u2028\u{1f600}"');
  });

  test('orders few keys and many by the same rule', () => {
    fc.assert(
      fc.property(fc.uniqueArray(name, { maxLength: 40 }), (keys) => {
        const wellFormed = keys.filter((key) => key.isWellFormed());
        const value = Object.fromEntries(wellFormed.map((key) => [key, 0]));
        const members = wellFormed.toSorted().map((key) => `${JSON.stringify(key)}:0`);
        expect(canonicalJson(value)).toBe(`{${members.join(',')}}`);
      }),
    );
  });

  test('more keys than are remembered are written as they are', () => {
    for (let count = 0; count < 3_000; count += 1) {
      const key = `key ${count} "`;
      expect(canonicalJson({ [key]: count, a: 0 })).toBe(`{"a":0,${JSON.stringify(key)}:${count}}`);
    }
  });

  test('gives equal values equal text, whatever the order of their keys', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(canonicalJson(reversed(value))).toBe(canonicalJson(value));
      }),
    );
  });

  test('gives different values different text', () => {
    const plus = (value: JsonValue): JsonValue => JSON.parse(JSON.stringify(value)) as JsonValue;
    fc.assert(
      fc.property(json, json, (left, right) => {
        expect(canonicalJson(left) === canonicalJson(right)).toBe(isDeepStrictEqual(plus(left), plus(right)));
      }),
    );
  });

  test('reads back as the same value, and is written the same again', () => {
    fc.assert(
      fc.property(json, (value) => {
        const text = canonicalJson(value);
        const read = parseStrictJson(text);
        expect(isDeepStrictEqual(read, JSON.parse(JSON.stringify(value)))).toBe(true);
        expect(canonicalJson(read)).toBe(text);
      }),
    );
  });
});

describe('what has no canonical JSON', () => {
  test.each<[string, unknown]>([
    ['undefined', undefined],
    ['an undefined member', { a: undefined }],
    ['a hole in an array', Array(2)],
    ['a function', { a: () => 1 }],
    ['a symbol', [Symbol('a')]],
    ['a big integer', 1n],
    ['NaN', Number.NaN],
    ['Infinity', [Number.POSITIVE_INFINITY]],
    ['2^53', 2 ** 53],
    ['1e30, which RFC 8785 itself would write', 1e30],
    ['a lone surrogate', '\ud800'],
    ['a lone surrogate in a key', { '\udc00': 1 }],
    ['a date, whose time is no property', new Date(0)],
    ['a map, whose members are no properties', { a: new Map([['b', 1]]) }],
    ['a set', new Set([1])],
    ['bytes', Uint8Array.of(1)],
    [
      'an instance of a class',
      new (class Point {
        x = 1;
      })(),
    ],
    ['an object with a prototype of its own', Object.create({ inherited: 1 })],
  ])('%s is refused, never written as something else', (_what, value) => {
    expect(codeOf(value)).toBe('json.not-serialisable');
  });

  test('256 levels are written, 257 refused, and 100,000 do not overflow', () => {
    const nested = (levels: number): unknown => {
      let value: unknown = [];
      for (let level = 1; level < levels; level += 1) value = level % 2 === 0 ? [value] : { a: value };
      return value;
    };
    expect([256, 257, 100_000].map((levels) => codeOf(nested(levels)))).toStrictEqual([
      'accepted',
      'json.too-deep',
      'json.too-deep',
    ]);
  });

  test('plain objects of another realm and without a prototype are plain', () => {
    expect(canonicalJson(runInNewContext('({ b: [1], a: {} })') as JsonValue)).toBe('{"a":{},"b":[1]}');
    expect(canonicalJson(Object.assign(Object.create(null), { a: 1 }) as JsonValue)).toBe('{"a":1}');
  });
});
