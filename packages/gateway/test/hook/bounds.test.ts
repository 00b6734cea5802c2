/** What one call may name, and what is read of the disk for it, is bounded. */
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { InterceptedAction } from '@writ/core';
import { createHookActions } from '../../src/hook/actions/index.ts';
import { ADAPTERS } from '../../src/hook/hosts/index.ts';
import { payloadOf } from './payload-of.ts';

/** Most parts of one call. */
const MOST = 1024;
const MIB = 1024 * 1024;

function folder(): string {
  const made = realpathSync(mkdtempSync(join(tmpdir(), 'writ-bounds-')));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

function action(cwd: string, command: string): Promise<InterceptedAction> {
  const payload = { ...payloadOf('claude-code', 'Bash', { command }), cwd };
  return createHookActions({ home: cwd }).action(ADAPTERS['claude-code'].read(payload, { cwd }));
}

/** `cat` of as many files as make `parts` parts with the tool and the program. */
const catting = (parts: number): string =>
  `cat ${Array.from({ length: parts - 2 }, (_, at) => `f${at}`).join(' ')}`;

describe('a call', () => {
  test('of as many parts as are judged is judged with all of them', async () => {
    expect((await action(folder(), catting(MOST))).parts).toHaveLength(MOST);
  });

  test('of one more is denied', async () => {
    await expect(action(folder(), catting(MOST + 1))).rejects.toMatchObject({
      code: 'request.invalid',
      message: `the call touches more than ${MOST} things`,
    });
  });
});

describe('a manifest', () => {
  const programs = async (cwd: string): Promise<readonly string[]> =>
    (await action(cwd, 'npm run build')).parts.flatMap(({ action: { name }, resource }) =>
      name === 'process/exec' ? [resource.id] : [],
    );
  const manifest = (bytes: number): string => {
    const text = '{"scripts": {"build": "tsc"}}';
    return text + ' '.repeat(bytes - text.length);
  };

  test.each([
    ['of a mebibyte is read', MIB, ['npm', 'tsc']],
    ['of one byte more is not, and the script stays unknown', MIB + 1, ['npm']],
  ])('%s', async (_what, bytes, expected) => {
    const cwd = folder();
    writeFileSync(join(cwd, 'package.json'), manifest(bytes));
    expect(await programs(cwd)).toStrictEqual(expected);
  });

  test('that is a pipe nobody writes to is not waited for', async () => {
    const cwd = folder();
    spawnSync('sh', ['-c', 'mkfifo package.json'], { cwd });
    expect(await programs(cwd)).toStrictEqual(['npm']);
  });
});
