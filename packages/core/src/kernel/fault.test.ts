import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { describeFault, Fault, FAULT_CODES, isFault } from './index.ts';

/** Control characters of both ranges, and what else ends a line. */
const BREAKS = /[\p{Cc}\u2028\u2029]/u;

describe('a fault', () => {
  test('has a message of one line, whatever it quotes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (quoted) => {
        expect(new Fault('json.syntax', `found \`${quoted}\``).message).not.toMatch(BREAKS);
      }),
    );
  });

  test.each([
    ['a line feed', '\n'],
    ['a carriage return', '\r'],
    ['both', '\r\n'],
    ['a next-line character', '\u0085'],
    ['a line separator', '\u2028'],
    ['a paragraph separator', '\u2029'],
    ['an escape sequence', '\u001b[2J'],
    ['an escape sequence of one character', '\u009b2J'],
    ['a backspace', '\b'],
    ['NUL', '\0'],
    ['delete', '\u007f'],
  ])('%s in it becomes a space', (_what, text) => {
    expect(new Fault('json.syntax', `a${text}b`).message).toMatch(/^a [[\]2J]*b$/);
  });

  test('keeps its code, data and cause', () => {
    const cause = new Error('below');
    const fault = new Fault('io.failed', 'no file', { line: 3 }, { cause });
    expect([fault.code, fault.data, fault.cause, fault.name]).toStrictEqual([
      'io.failed',
      { line: 3 },
      cause,
      'Fault',
    ]);
    expect(isFault(fault)).toBe(true);
    expect(isFault(fault, 'io.failed')).toBe(true);
    expect(isFault(fault, 'json.syntax')).toBe(false);
    expect(isFault(cause)).toBe(false);
  });

  test('has a code of a closed list: each `area.problem`, none twice', () => {
    expect(new Set(FAULT_CODES).size).toBe(FAULT_CODES.length);
    expect(FAULT_CODES.filter((code) => !/^[a-z]+\.[a-z]+(?:-[a-z]+)*$/.test(code))).toStrictEqual([]);
  });
});

describe('a description of what was thrown', () => {
  test('names the code of a fault, however long its message', () => {
    expect(describeFault(new Fault('json.syntax', 'found `x`'))).toBe('found `x` (json.syntax)');
    const long = describeFault(new Fault('json.syntax', 'x'.repeat(10_000)));
    expect(long).toHaveLength(500);
    expect(long).toMatch(/x \(json\.syntax\)$/);
  });

  test('is one line of at most 500 characters for anything', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true, withBigInt: true }), (thrown) => {
        const text = describeFault(thrown);
        expect(text).not.toMatch(BREAKS);
        expect(text.length).toBeLessThanOrEqual(500);
      }),
    );
  });

  test('does not cut a character in two', () => {
    expect(describeFault(`x${'\u{1f600}'.repeat(400)}`).isWellFormed()).toBe(true);
  });

  test.each<[string, () => unknown]>([
    ['an object without a prototype', () => Object.create(null)],
    [
      'an object whose text throws',
      () => ({
        toString: () => {
          throw new Error('again');
        },
      }),
    ],
    [
      'an error whose message throws',
      () =>
        Object.defineProperty(new Error('a'), 'message', {
          get: () => {
            throw new Error('again');
          },
        }),
    ],
    [
      'an error whose message is an object',
      () => Object.assign(new Error('a'), { message: Object.create(null) }),
    ],
    [
      'a revoked proxy',
      () => {
        const { proxy, revoke } = Proxy.revocable({}, {});
        revoke();
        return proxy;
      },
    ],
  ])('of %s is a text and no second fault', (_what, make) => {
    expect(describeFault(make())).toBe('something was thrown that has no text');
  });
});
