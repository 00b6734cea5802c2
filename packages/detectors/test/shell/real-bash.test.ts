/** What bash really starts is among what was found: texts made at random, run with programs that only write down their words. */
import { spawnSync } from 'node:child_process';
import { analyseShell, type ShellFacts } from '@writ/detectors/shell';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { covers, isOpen } from './covers.ts';
import { shellText } from './generator.ts';
import { Bench } from './stubs.ts';

/** Texts that are compared here; `WRIT_SHELL_CASES` names another number, from seed 0 on. */
const CASES = Number(process.env['WRIT_SHELL_CASES'] ?? 400);
/** Longest that all of them may take on a busy machine, in milliseconds. */
const DEADLINE_MS = CASES * 1000;

const hasBash = spawnSync('/bin/bash', ['-c', '((BASH_VERSINFO[0] >= 5))']).status === 0;
if (!hasBash)
  console.warn('skipped: /bin/bash 5 is not here, so no text was compared with what it really does');

describe.skipIf(!hasBash)('what bash starts', () => {
  let bench: Bench;
  beforeAll(() => {
    bench = new Bench();
  });
  afterAll(() => {
    bench.close();
  });

  function analyse(text: string): ReturnType<typeof analyseShell> {
    return analyseShell(text, { cwd: bench.work, workspace: bench.work, home: bench.home, env: bench.env });
  }

  test(`is found, or a code says that more may run: ${CASES} texts`, { timeout: DEADLINE_MS }, () => {
    const missed: unknown[] = [];
    let [refused, open, started] = [0, 0, 0];
    for (let seed = 0; seed < CASES; seed += 1) {
      const text = shellText(seed);
      const facts = analyse(text);
      if ('refused' in facts) {
        refused += 1;
        continue;
      }
      if (isOpen(facts)) open += 1;
      const ran = bench.run(text);
      started += ran.length;
      missed.push(...ran.filter((one) => !covers(facts, one)).map((one) => ({ seed, text, one })));
    }
    expect(missed).toStrictEqual([]);
    // The comparison says something only where texts are read and their programs are listed.
    expect(refused / CASES).toBeLessThan(0.05);
    expect(open / CASES).toBeLessThan(0.2);
    expect(started).toBeGreaterThan(CASES);
  });

  test('would be missed if a command were left out of the facts', () => {
    const text = 'x=rm; cd sub && $x -rf "a b"';
    const facts = analyse(text) as ShellFacts;
    const [started] = bench.run(text);
    expect(started?.argv).toStrictEqual(['rm', '-rf', 'a b']);
    expect(covers(facts, started!)).toBe(true);
    const fewer = { ...facts, commands: facts.commands.filter(({ program }) => program !== 'rm') };
    expect(covers(fewer, started!)).toBe(false);
    const elsewhere = {
      ...facts,
      commands: facts.commands.map((command) => ({ ...command, cwd: bench.work })),
    };
    expect(covers(elsewhere, started!)).toBe(false);
  });
});
