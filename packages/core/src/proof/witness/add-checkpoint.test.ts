import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromUtf8, isFault, toBase64, toHex, utf8 } from '../../kernel/index.ts';
import {
  formatAddCheckpoint,
  formatCosignatures,
  formatSize,
  parseAddCheckpoint,
  parseCosignatures,
  parseSize,
} from './index.ts';

// The examples of c2sp.org/tlog-witness.
const REQUEST = `old 20852014
PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=

example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=
`;
const ANSWER = `— witness.example/w1 CMp+6LWBU0anHGH5aNDTJkH/gj79sG+T6+iP2ThYN5krrDJbR1HDnucjL39QsZTSvVjyQLrdk3DXDqI5G2HgLatVs0pWh6Up69HVOw==
— witness.example/w1 I7rEps0pvK2UqkS2gSpVUDhrhVtQV9lgF6pRrWAvjJHjyWpW7VcE3SiOlVlbQNt64vWhO+DlkL0+UfzuOBMh9ChdMkP1vi/lCAsmlw==
— witness.example/w2 AWui8Sk55XjYLOijihBjhqEH6nS1ndDymE0a+6idX7pLcnoB+dhnz0854aLZgrrKbYKA7nC3HNJhm/kWl7oJlqU3rXXvpysAdyP3wQ==
`;
const CHECKPOINT = REQUEST.slice(REQUEST.indexOf('\n\n') + 2);
const HASH = `${'A'.repeat(43)}=`;

describe('a request to a witness', () => {
  test('is the example of c2sp.org/tlog-witness, byte for byte', () => {
    const request = parseAddCheckpoint(utf8(REQUEST));
    expect([request.oldSize, request.proof.length]).toEqual([20_852_014, 4]);
    expect(toBase64(request.proof[0]!)).toBe('PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=');
    expect(fromUtf8(request.checkpoint)).toBe(CHECKPOINT);
    expect(fromUtf8(formatAddCheckpoint(request))).toBe(REQUEST);
  });

  test('may prove nothing, from the empty tree', () => {
    const request = { oldSize: 0, proof: [], checkpoint: utf8(CHECKPOINT) };
    expect(fromUtf8(formatAddCheckpoint(request))).toBe(`old 0\n\n${CHECKPOINT}`);
    expect(parseAddCheckpoint(formatAddCheckpoint(request))).toEqual(request);
  });

  test('has 63 hashes at most', () => {
    const lines = (count: number): string => `${HASH}\n`.repeat(count);
    expect(parseAddCheckpoint(utf8(`old 1\n${lines(63)}\n${CHECKPOINT}`)).proof).toHaveLength(63);
    expect(() => parseAddCheckpoint(utf8(`old 1\n${lines(64)}\n${CHECKPOINT}`))).toThrow('at most 63');
  });

  test.each([
    ['no old size', `\n${CHECKPOINT}`],
    ['an old size with a leading zero', `old 01\n\n${CHECKPOINT}`],
    ['an old size beyond 2^53', `old 9007199254740993\n\n${CHECKPOINT}`],
    ['a negative old size', `old -1\n\n${CHECKPOINT}`],
    ['a short hash', `old 1\nAAAA\n\n${CHECKPOINT}`],
    ['a hash that is not base64', `old 1\n????\n\n${CHECKPOINT}`],
    ['carriage returns', `old 1\r\n\r\n${CHECKPOINT}`],
    ['no checkpoint', 'old 1\n\n'],
    ['a checkpoint without signatures', 'old 1\n\no\n1\n\n'],
    ['no blank line', 'old 1\n'],
    ['more than 128 KiB', `old 1\n\n${'x'.repeat(131_072)}\n\n${CHECKPOINT}`],
    ['nothing', ''],
  ])('with %s is malformed', (_why, text) => {
    expect(() => parseAddCheckpoint(utf8(text))).toThrow(
      expect.toSatisfy((fault) => isFault(fault, 'proof.malformed') || isFault(fault, 'note.malformed')),
    );
  });

  test('of any bytes parses to a value that formats back, or is a fault', () => {
    const pieces = fc.constantFrom('old 1\n', 'old ', HASH, '\n', CHECKPOINT, '\u0000');
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.array(pieces).map((all) => utf8(all.join(''))),
        ),
        (bytes) => {
          try {
            expect(toHex(formatAddCheckpoint(parseAddCheckpoint(bytes)))).toBe(toHex(bytes));
          } catch (fault) {
            if (!isFault(fault, 'proof.malformed') && !isFault(fault, 'note.malformed')) throw fault;
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

describe('an answer of a witness', () => {
  test('is the example of c2sp.org/tlog-witness, byte for byte', () => {
    const lines = parseCosignatures(ANSWER);
    expect(lines.map(({ name, signature }) => [name, signature.length])).toEqual([
      ['witness.example/w1', 72],
      ['witness.example/w1', 72],
      ['witness.example/w2', 72],
    ]);
    expect(formatCosignatures(lines)).toBe(ANSWER);
  });

  test.each([
    ['no lines', ''],
    ['an empty line', '\n'],
    ['no last line feed', ANSWER.trimEnd()],
    ['something else', 'hello\n'],
    ['seventeen lines', ANSWER.split('\n')[0]!.concat('\n').repeat(17)],
    ['too many bytes', `${'x'.repeat(65_537)}\n`],
  ])('with %s is malformed', (_why, text) => {
    expect(() => parseCosignatures(text)).toThrow(
      expect.toSatisfy((fault) => isFault(fault, 'note.malformed')),
    );
  });

  test('to a conflict is a decimal and a line feed', () => {
    expect([formatSize(0), formatSize(20_852_014), parseSize('20852014\n')]).toEqual([
      '0\n',
      '20852014\n',
      20_852_014,
    ]);
    for (const text of ['1', '', '\n', '01\n', '-1\n', '1\n\n', '9007199254740993\n'])
      expect(() => parseSize(text)).toThrow(expect.toSatisfy((fault) => isFault(fault, 'proof.malformed')));
  });
});
