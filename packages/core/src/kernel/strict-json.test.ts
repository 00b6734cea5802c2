import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Fault, isFault, type JsonValue, parseStrictJson, type StrictJsonOptions } from './index.ts';

/** The fault that parsing `text` ends in; anything else fails the test. */
function faultOf(text: string, options?: StrictJsonOptions): Fault {
  try {
    parseStrictJson(text, options);
  } catch (thrown) {
    if (isFault(thrown)) return thrown;
    throw thrown;
  }
  throw new Error('the text was accepted');
}

/** What `JSON.parse` answers, or nothing where it refuses. */
function builtIn(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

const exactNumber = fc
  .oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.maxSafeInteger())
  .filter((value) => !Number.isInteger(value) || Number.isSafeInteger(value));
const text = fc.string({ unit: 'binary' });
const key = fc.oneof(text, fc.constantFrom('', '__proto__', 'constructor', '0', '1e3', 'a.b'));
const { json } = fc.letrec<{ json: JsonValue }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.constant(null),
    fc.boolean(),
    exactNumber,
    text,
    fc.array(tie('json'), { maxLength: 6 }),
    fc
      .uniqueArray(fc.tuple(key, tie('json')), { selector: ([name]) => name, maxLength: 6 })
      .map((members) => Object.fromEntries(members)),
  ),
}));

describe('what is accepted', () => {
  test('any JSON value reads back as it was written, whatever its keys are called', () => {
    fc.assert(
      fc.property(json, fc.constantFrom(undefined, 2, '\t', '\r\n'), (value, indent) => {
        const written = JSON.stringify(value, null, indent);
        const read = parseStrictJson(written);
        // Not toStrictEqual, which takes a member called `constructor` for the class.
        expect(isDeepStrictEqual(read, JSON.parse(written))).toBe(true);
        expect(JSON.stringify(read)).toBe(JSON.stringify(value));
      }),
    );
  });

  test('`__proto__` is an own member and changes no prototype', () => {
    const read = parseStrictJson('{"__proto__":{"isAdmin":true},"a":{"__proto__":null}}') as object;
    expect(Object.keys(read)).toStrictEqual(['__proto__', 'a']);
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
    expect('isAdmin' in read).toBe(false);
    expect(Object.isExtensible(read)).toBe(true);
  });

  test('-0 stays -0, as in JSON.parse; JSON text writes both as 0', () => {
    expect(Object.is(parseStrictJson('-0'), -0)).toBe(true);
    expect(Object.is(parseStrictJson('[-0.0]') as unknown, -0)).toBe(false);
    expect(JSON.stringify(parseStrictJson('-0'))).toBe('0');
  });

  test.each([
    ['the largest exact integer', '9007199254740991', 9007199254740991],
    ['the smallest exact integer', '-9007199254740991', -9007199254740991],
    ['an exact integer with an exponent', '9007199254740.991e3', 9007199254740991],
    ['a fraction that rounds, as in every reader of doubles', '0.1000000000000000055', 0.1],
    ['a fraction below the smallest double', '1e-400', 0],
    ['a pair of surrogates half raw, half escaped', '"\ud83d\\ude00"', '\u{1f600}'],
    ['a pair of escaped surrogates', '"\\uD83D\\ude00"', '\u{1f600}'],
    ['every short escape', '"\\"\\\\\\/\\b\\f\\n\\r\\t"', '"\\/\b\f\n\r\t'],
    ['NUL, where it is escaped', '"\\u0000"', '\0'],
    ['line and paragraph separators in a string', '"\u2028\u2029"', '\u2028\u2029'],
    ['all four kinds of white space', ' \t\r\n null \t\r\n ', null],
    ['one key in two objects', '[{"a":1},{"a":{"a":2}}]', [{ a: 1 }, { a: { a: 2 } }]],
  ])('%s is read', (_what, written, value) => {
    expect(parseStrictJson(written)).toStrictEqual(value);
  });

  test('nesting to the stated depth is read, one level more is refused', () => {
    expect(parseStrictJson('['.repeat(128) + ']'.repeat(128))).toHaveLength(1);
    expect(faultOf('['.repeat(129) + ']'.repeat(129)).code).toBe('json.too-deep');
    expect(parseStrictJson('[{}]', { maxDepth: 2 })).toStrictEqual([{}]);
    expect(faultOf('[{"a":[]}]', { maxDepth: 2 }).code).toBe('json.too-deep');
  });

  test('text to the stated length is read, one character more is refused', () => {
    expect(parseStrictJson('1234', { maxLength: 4 })).toBe(1234);
    expect(faultOf('12345', { maxLength: 4 }).code).toBe('json.too-large');
  });
});

describe('what is refused', () => {
  test.each<[string, string, string, number, number, string]>([
    ['a key twice', '{"a":1,\n "b":2, "a":3}', 'json.duplicate-key', 2, 9, ''],
    ['a key twice, once in escapes', '{"a":1,"\\u0061":2}', 'json.duplicate-key', 1, 8, ''],
    ['a key twice, deep inside', '{"x":[0,{"k":{"":1,"":2}}]}', 'json.duplicate-key', 1, 20, 'x[1].k'],
    ['`__proto__` twice', '{"__proto__":1,"__proto__":2}', 'json.duplicate-key', 1, 16, ''],
    [
      'a pair of surrogates twice as a key',
      '{"\u{1f600}":1,"\\ud83d\\ude00":2}',
      'json.duplicate-key',
      1,
      9,
      '',
    ],
    ['a raw high surrogate', '["a",\n"\ud800"]', 'json.lone-surrogate', 2, 1, '[1]'],
    ['a raw low surrogate', '{"a":"x\udc00y"}', 'json.lone-surrogate', 1, 6, 'a'],
    ['an escaped high surrogate', '{"a":{"b":"\\ud800"}}', 'json.lone-surrogate', 1, 11, 'a.b'],
    ['an escaped low surrogate', '"\\uDFFF"', 'json.lone-surrogate', 1, 1, ''],
    ['escaped surrogates in the wrong order', '["\\udc00\\ud800"]', 'json.lone-surrogate', 1, 2, '[0]'],
    ['a raw surrogate in a key', '{"a":{"\ud800":1}}', 'json.lone-surrogate', 1, 7, 'a'],
    ['an escaped surrogate in a key', '{"\\ud800":1}', 'json.lone-surrogate', 1, 2, ''],
    ['2^53', '[1, 9007199254740992]', 'json.inexact-integer', 1, 5, '[1]'],
    ['-2^53', '{"n":\n-9007199254740992}', 'json.inexact-integer', 2, 1, 'n'],
    ['an integer that would be rounded', '9007199254740993', 'json.inexact-integer', 1, 1, ''],
    ['the same with a fraction of zero', '[9007199254740993.0]', 'json.inexact-integer', 1, 2, '[0]'],
    ['the same with an exponent', '[9007199254740993e0]', 'json.inexact-integer', 1, 2, '[0]'],
    ['a fraction that rounds to 2^53', '[9007199254740991.9]', 'json.inexact-integer', 1, 2, '[0]'],
    ['a large power of ten', '{"n":1e21}', 'json.inexact-integer', 1, 6, 'n'],
    ['a number beyond every double', '{"a":[1e400]}', 'json.inexact-integer', 1, 7, 'a[0]'],
    ['a number below every double', '-1e400', 'json.inexact-integer', 1, 1, ''],
    ['10,000 levels of arrays', '['.repeat(10_000), 'json.too-deep', 1, 129, '[0]'.repeat(67).slice(0, 200)],
    ['10,000 levels of objects', '{"a":'.repeat(10_000), 'json.too-deep', 1, 641, 'a.'.repeat(100)],
    ['NUL before a value', '\0{}', 'json.syntax', 1, 1, ''],
    ['NUL after a value', '{}\0', 'json.syntax', 1, 3, ''],
    ['NUL in a string', '{"a":"b\0"}', 'json.syntax', 1, 8, 'a'],
    ['a byte order mark', '\ufeff{}', 'json.syntax', 1, 1, ''],
    ['nothing', '', 'json.syntax', 1, 1, ''],
    ['white space alone', ' \n ', 'json.syntax', 2, 2, ''],
    ['a second value', '1\n2', 'json.syntax', 2, 1, ''],
    ['a comma at the end', '[1,]', 'json.syntax', 1, 4, '[1]'],
    ['a comma at the end of an object', '{"a":1,}', 'json.syntax', 1, 8, ''],
    ['a key without quotes', '{a:1}', 'json.syntax', 1, 2, ''],
    ['a missing colon', '{"a" 1}', 'json.syntax', 1, 6, ''],
    ['a missing value', '{"a":}', 'json.syntax', 1, 6, 'a'],
    ['an open array', '{"a":[1', 'json.syntax', 1, 8, 'a'],
    ['an open string', '{"a":"b', 'json.syntax', 1, 6, 'a'],
    ['a line feed in a string', '"a\nb"', 'json.syntax', 1, 3, ''],
    ['an unknown escape', '"\\x41"', 'json.syntax', 1, 2, ''],
    ['an escape cut short', '"\\u00', 'json.syntax', 1, 2, ''],
    ['an escape of no hexadecimal', '"\\u00g0"', 'json.syntax', 1, 2, ''],
    ['a leading zero', '[01]', 'json.syntax', 1, 3, ''],
    ['a leading plus', '[+1]', 'json.syntax', 1, 2, '[0]'],
    ['a point without digits', '[1.]', 'json.syntax', 1, 3, ''],
    ['an exponent without digits', '[1e]', 'json.syntax', 1, 3, ''],
    ['a minus alone', '-', 'json.syntax', 1, 1, ''],
    ['a hexadecimal number', '0x10', 'json.syntax', 1, 2, ''],
    ['NaN', '[NaN]', 'json.syntax', 1, 2, '[0]'],
    ['Infinity', '-Infinity', 'json.syntax', 1, 1, ''],
    ['a word with a tail', 'nullx', 'json.syntax', 1, 5, ''],
    ['a comment', '/**/1', 'json.syntax', 1, 1, ''],
    ['single quotes', "{'a':1}", 'json.syntax', 1, 2, ''],
    ['a no-break space', '\u00a01', 'json.syntax', 1, 1, ''],
  ])('%s, with its code and place', (_what, written, code, line, column, path) => {
    const fault = faultOf(written);
    expect({ code: fault.code, line: fault.data['line'], column: fault.data['column'] }).toStrictEqual({
      code,
      line,
      column,
    });
    expect(String(fault.data['path']).replace(/…$/, '')).toBe(path);
    expect(written.slice(0, Number(fault.data['offset'])).split('\n').at(-1)).toHaveLength(column - 1);
    expect(fault.message).toContain(`at line ${line}, column ${column}`);
  });

  test('wherever a key is repeated in any object, it is found', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(key, { minLength: 1, maxLength: 8 }),
        fc.nat(),
        fc.nat(),
        (keys, which, where) => {
          const repeated = keys[which % keys.length]!;
          const escaped = [...Array(repeated.length).keys()].map(
            (at) => `\\u${repeated.charCodeAt(at).toString(16).padStart(4, '0')}`,
          );
          const members = keys.map((name) => `${JSON.stringify(name)}:0`);
          members.splice(where % (members.length + 1), 0, `"${escaped.join('')}":1`);
          expect(faultOf(`[{"x":{${members.join(',')}}}]`)).toMatchObject({
            code: 'json.duplicate-key',
            data: { path: '[0].x' },
          });
        },
      ),
    );
  });

  test('every integer that no double holds is refused, in every spelling', () => {
    const beyond = fc.bigInt({ min: 2n ** 53n, max: 10n ** 40n });
    fc.assert(
      fc.property(
        beyond,
        fc.constantFrom('', '-'),
        fc.constantFrom('', '.0', 'e0', 'E+0'),
        (integer, sign, tail) => {
          expect(faultOf(`{"n":${sign}${integer}${tail}}`)).toMatchObject({
            code: 'json.inexact-integer',
            data: { line: 1, column: 6, path: 'n' },
          });
        },
      ),
    );
  });
});

describe('any text', () => {
  const pieces =
    '{ } [ ] , : " \\ "a" "__proto__" \\u0061 \\ud800 0 - 1 . e E+ 9007199254740993 true false null nul';
  const fragments = fc.constantFrom(
    ...pieces.split(' '),
    '\ud800',
    '\0',
    '\ufeff',
    ' ',
    '\n',
    '\t',
    '\u2028',
  );
  const anyText = fc.oneof(
    fc.array(fragments, { maxLength: 24 }).map((parts) => parts.join('')),
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
    fc.tuple(json, fc.nat(), fragments).map(([value, at, inserted]) => {
      const written = JSON.stringify(value);
      const cut = at % (written.length + 1);
      return written.slice(0, cut) + inserted + written.slice(cut);
    }),
  );

  test('reads as JSON.parse reads it, or is a fault of the json area; what JSON.parse refuses is never accepted', () => {
    fc.assert(
      fc.property(anyText, (written) => {
        const expected = builtIn(written);
        try {
          const read = parseStrictJson(written);
          expect(isDeepStrictEqual(expected, { value: read })).toBe(true);
        } catch (thrown) {
          if (!isFault(thrown)) throw thrown;
          expect(thrown.code).toMatch(/^json\./);
          if (expected === undefined) return;
          expect(thrown.code).not.toBe('json.syntax');
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('that is refused has a message of one printable line, and a path that can be written as UTF-8', () => {
    fc.assert(
      fc.property(anyText, (written) => {
        try {
          parseStrictJson(written);
        } catch (thrown) {
          const { message, data } = thrown as Fault;
          expect(message).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
          expect(String(data['path'])).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
          expect(message.isWellFormed() && String(data['path']).isWellFormed()).toBe(true);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('with a key of any length is refused in few words', () => {
    const { message, data } = faultOf(`{"${'\u{1f600}'.repeat(50_000)}":!}`);
    expect(message.length).toBeLessThan(400);
    expect(String(data['path']).length).toBeLessThanOrEqual(201);
  });
});

// That time is linear follows from the structure: the position only grows, each character is looked at a bounded number of times (once by its
// rule, once by the well-formedness check of its string), and the one pattern has no two ways to match. These inputs are where that would show.
describe('a megabyte of', () => {
  const million = 1_000_000;
  test.each<[string, string, string | undefined]>([
    ['digits', '1'.repeat(million), 'json.inexact-integer'],
    ['zeros behind a point', `0.${'0'.repeat(million)}1`, undefined],
    ['escapes', `"${'\\n'.repeat(million / 2)}"`, undefined],
    ['backslashes without an end', `"${'\\\\'.repeat(million / 2)}`, 'json.syntax'],
    ['line feeds before a mistake', `${'\n'.repeat(million)}x`, 'json.syntax'],
    ['white space', `${' '.repeat(million)}1`, undefined],
    ['open brackets', '['.repeat(million), 'json.too-deep'],
    ['empty members', `[${'{},'.repeat(million / 4)}{}]`, undefined],
    ['keys', `{${Array.from({ length: million / 10 }, (_, at) => `"${at}":0`).join(',')}}`, undefined],
  ])('%s is read or refused at once', (_what, written, code) => {
    const refused = code === undefined ? undefined : faultOf(written).code;
    if (code === undefined) parseStrictJson(written);
    expect(refused).toBe(code);
  });
});
