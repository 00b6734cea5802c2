import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isFault } from '../../kernel/index.ts';
import { fieldsPrinter, text } from './shape.ts';

test.each([
  ['a pattern of plain characters', /^[a-c]{1,3}$/],
  ['a pattern that lets quotes and other letters through', /^["aé\ud800\\]{1,3}$/],
])('a text of %s is judged by itself, whatever was printed before it', (_what, pattern) => {
  const print = fieldsPrinter([{ name: 'a', shape: text(pattern, 'a text'), optional: false }]);
  const value = fc.oneof(
    fc.string({ unit: fc.constantFrom('a', 'b', '"', 'é', '\ud800', '\\'), maxLength: 4 }),
    fc.constantFrom<unknown>(undefined, null, 7),
  );
  fc.assert(
    fc.property(fc.array(value, { maxLength: 12 }), (values) => {
      for (const one of [...values, ...values]) {
        let printed: string | undefined;
        try {
          printed = print({ a: one });
        } catch (thrown) {
          if (!isFault(thrown, 'entry.invalid')) throw thrown;
        }
        const fits = typeof one === 'string' && pattern.test(one) && one.isWellFormed();
        expect(printed).toBe(fits ? `"a":${JSON.stringify(one)}` : undefined);
      }
    }),
    { numRuns: 500 },
  );
});
