import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { classOf, LONG_RUN } from './character-classes.ts';
import { LONG_RUN_LENGTH, survey } from './survey.ts';
import { type IndexedWord, WordIndex, wordsAt } from './word-index.ts';

/** Characters of every class, those beyond ASCII and halves of pairs included. */
const UNIT = fc.oneof(
  fc.constantFrom(
    'a',
    'b',
    'Z',
    'Q',
    '0',
    '9',
    '_',
    '-',
    '/',
    '+',
    ' ',
    '.',
    '&',
    '\n',
    'é',
    '\ud83e',
    '\uffff',
    '\0',
  ),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
);
const TEXT = fc.oneof(
  fc.array(UNIT, { maxLength: 60 }).map((units) => units.join('')),
  fc
    .array(fc.constantFrom('aQ9/', 'ab', 'Q', '9', ' ', 'é'), { maxLength: 30 })
    .map((parts) => parts.join('')),
);

/** Everything that a survey says, each by its own definition. */
function slowly(text: string): object {
  const ends = (pattern: RegExp): number[] =>
    [...text.matchAll(pattern)].flatMap(({ index, 0: run }) => [index, index + run.length]);
  let classes = 0;
  for (let at = 0; at < text.length; at += 1) classes |= classOf(text.charCodeAt(at));
  if (new RegExp(`[A-Za-z0-9+/_-]{${LONG_RUN_LENGTH}}`).test(text)) classes |= LONG_RUN;
  return {
    classes,
    words: [...text.matchAll(/(?<![A-Za-z0-9])[A-Za-z0-9]|(?<=[a-z])[A-Z]/g)].map(({ index }) => index),
    digitRuns: ends(/[0-9]+/g),
  };
}

describe('a survey', () => {
  test('is what its parts are by their definitions', () => {
    fc.assert(
      fc.property(TEXT, (text) => {
        const { classes, words, digitRuns } = survey(text);
        expect({ classes, words: [...words], digitRuns: [...digitRuns] }).toEqual(slowly(text));
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([16_383, 16_384, 16_385, 40_000])(
    'of %i characters, at the edge of the kept arrays, is no other',
    (length) => {
      for (const unit of ['a ', '9 ', '99', 'aB']) {
        const text = unit.repeat(length / 2 + 1).slice(0, length);
        const { classes, words, digitRuns } = survey(text);
        expect({ classes, words: [...words], digitRuns: [...digitRuns] }).toEqual(slowly(text));
      }
    },
  );

  test('of a text leaves that of another as it was', () => {
    const first = survey('one 2');
    survey('3 four 5 six');
    expect([...first.words, ...first.digitRuns]).toEqual([0, 4, 4, 5]);
  });
});

describe('an index of words', () => {
  const WORDS: readonly IndexedWord<string>[] = [
    ...['ab', 'abc', 'a9', 'qz', 'zq', 'é b', '-us', 'm_', '00'].map((text) => ({
      text,
      ignoreCase: true,
      meaning: text,
    })),
    ...['AB', 'aQ', 'Q9', '_a', 'M'.repeat(2)].map((text) => ({
      text,
      ignoreCase: false,
      meaning: `exactly ${text}`,
    })),
  ];
  const index = new WordIndex(WORDS);
  const folded = (text: string): string => text.replaceAll(/[A-Z]/g, (capital) => capital.toLowerCase());

  test('finds at every place what stands there, the longest first, and nothing else', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom(
            'a',
            'b',
            'A',
            'B',
            'c',
            'q',
            'Q',
            'z',
            '9',
            '0',
            '_',
            '-',
            'u',
            's',
            'é',
            ' ',
            'm',
            'M',
          ),
          { maxLength: 30 },
        ),
        (units) => {
          const text = units.join('');
          const starts = Array.from({ length: text.length + 1 }, (_, at) => at);
          const expected = starts.flatMap((start) =>
            WORDS.filter((word) =>
              word.ignoreCase ? folded(text).startsWith(word.text, start) : text.startsWith(word.text, start),
            )
              .toSorted((left, right) => right.text.length - left.text.length)
              .map((word) => ({ start, end: start + word.text.length, meaning: word.meaning })),
          );
          expect(index.find(text, wordsAt(text, starts))).toEqual(expected);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test('is looked up from a survey as from its places', () => {
    fc.assert(
      fc.property(TEXT, (text) => {
        const found = survey(text);
        expect(index.find(text, found)).toEqual(index.find(text, wordsAt(text, [...found.words])));
      }),
    );
  });
});
