/** What is rewritten to run confined is, word for word, what was written. */
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { confinedCommand } from './confined-command.ts';

/** What a shell makes of a line: its words. */
function wordsOf(line: string, shell: string): readonly string[] {
  const script = `f() { for word; do printf '%s\\0' "$word"; done; }; f ${line}`;
  const { stdout, status } = spawnSync(shell, ['-c', script], {
    encoding: 'utf8',
    env: { PATH: '/usr/bin:/bin' },
  });
  if (status !== 0) throw new Error(`${shell} could not read it`);
  return stdout.split('\0').slice(0, -1);
}

describe('a confined command', () => {
  test('names its profile, folders and environment before the command', () => {
    const { words, line } = confinedCommand('npm test', {
      confinement: 'moderate',
      write: ['/srv/my files'],
      environment: ['CI'],
      more: ['--config', '/srv/writ.yaml'],
    });
    expect(words).toStrictEqual([
      'writ',
      'run',
      '--profile',
      'moderate',
      '--write',
      '/srv/my files',
      '--allow-env',
      'CI',
      '--config',
      '/srv/writ.yaml',
      '--',
      'sh',
      '-c',
      'npm test',
    ]);
    expect(line).toBe(
      "writ run --profile moderate --write '/srv/my files' --allow-env CI --config /srv/writ.yaml -- sh -c 'npm test'",
    );
  });

  test.each(['sh', 'bash'])('is read by %s as the words that it is, whatever the line', (shell) => {
    const nasty = fc.array(
      fc.constantFrom(
        "'",
        '"',
        '\\',
        '$',
        '`',
        '!',
        '\n',
        ' ',
        '*',
        '~',
        '#',
        ';',
        '&',
        '(',
        '=',
        'a',
        'é',
        '-',
        '\t',
        "'\\''",
      ),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(nasty, (parts) => {
        const { words, line } = confinedCommand(parts.join(''), { confinement: 'restrictive' });
        expect(wordsOf(line, shell)).toStrictEqual(words);
      }),
      { numRuns: 60 },
    );
  });

  test('with a NUL is refused', () => {
    expect(() => confinedCommand('a\0b', { confinement: 'moderate' })).toThrow(/NUL/);
  });
});
