/** Any text gives facts or a refusal. */
import { analyseShell, REFUSALS, UNRESOLVED } from '@writ/detectors/shell';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { shellText } from './generator.ts';

const OPTIONS = { cwd: '/w', workspace: '/w', home: '/home/dev' };
const PIECES = (
  'rm ls -rf x | || & && ; ;; ;& ( ) (( )) { } [ ] [[ ]] < > << <<- <<< >& &> <> >| $ ${ $( $(( ` " \' \\ # ! * ? ~ = += , .. : @ % / // ' +
  'if then elif else fi for in do done while until case esac function select coproc time eval exec sh -c bash env sudo xargs find -exec {} git -c awk sed ' +
  'python3 node curl http://h/ ssh docker run npm x= $x ${x} "$@" ${x:- ${!x $\'\\x41\' <( >( EOF E 2>&1 \n \t \r é 𝒳 \u200b \u0007 a[ ]= alias trap cd set -- declare -n export IFS= PATH='
).split(' ');

/** Everything that must hold of any answer. */
function inspect(text: string): void {
  const answer = analyseShell(text, OPTIONS);
  if ('refused' in answer) {
    expect(REFUSALS).toHaveProperty(answer.refused);
    return;
  }
  expect(answer.commands.length).toBeLessThanOrEqual(1000);
  const codes = [...answer.commands, ...answer.files].flatMap(({ unresolved }) => unresolved);
  for (const code of codes) expect(answer.unresolved).toContain(code);
  for (const code of answer.unresolved) expect(UNRESOLVED).toHaveProperty(code);
  for (const { path } of answer.files) expect(path.startsWith('/')).toBe(true);
  for (const { program, unresolved } of answer.commands)
    expect(program === '?').toBe(unresolved.includes('program') && program === '?');
}

/** Longest that one of these may take on a busy machine, in milliseconds. */
const DEADLINE_MS = 240_000;

describe('any text gives facts or a refusal, and never a fault', { timeout: DEADLINE_MS }, () => {
  test('of any characters', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), inspect), { numRuns: 300 });
  });

  test('of pieces of shell text', () => {
    const text = fc
      .array(fc.constantFrom(...PIECES), { maxLength: 40 })
      .chain((pieces) =>
        fc
          .array(fc.constantFrom('', ' '), { minLength: pieces.length, maxLength: pieces.length })
          .map((gaps) => pieces.map((piece, at) => piece + (gaps[at] ?? '')).join('')),
      );
    fc.assert(fc.property(text, inspect), { numRuns: 3000 });
  });

  test('of whole programs, cut anywhere', () => {
    fc.assert(
      fc.property(fc.nat(100_000), fc.nat(400), (seed, end) => inspect(shellText(seed).slice(0, end))),
      { numRuns: 500 },
    );
  });

  test.each(PIECES.filter((piece) => piece !== ''))('of nothing but %j, as long as it may be', (piece) => {
    inspect(piece.repeat(Math.floor(60_000 / piece.length)));
    inspect(`${piece} `.repeat(Math.floor(60_000 / (piece.length + 1))));
  });
});
