/** What git runs later of a work tree: what stands there, what is missing, and that git works on as before. */
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { makePlace } from './fixtures.ts';
import { gitPrograms } from './git-programs.ts';

const endings: (() => unknown)[] = [];
afterAll(() => {
  for (const end of endings) end();
});

function folder(): string {
  const made = makePlace();
  endings.push(() => made.remove());
  return made.folder;
}

function git(
  at: string,
  ...words: readonly string[]
): { readonly status: number | null; readonly out: string } {
  const { status, stdout } = spawnSync('git', ['-C', at, ...words], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], HOME: at, GIT_CONFIG_NOSYSTEM: '1' },
  });
  return { status, out: stdout };
}

const hasGit = spawnSync('git', ['--version']).status === 0;

describe.skipIf(!hasGit)('of a repository', () => {
  test('hooks and settings are named, missing ones too, and git works on as before', () => {
    const at = folder();
    git(at, 'init', '--quiet', '--template=');
    writeFileSync(join(at, 'file'), 'text');
    git(at, 'add', 'file');
    const before = git(at, 'status', '--porcelain');
    expect(existsSync(join(at, '.git/hooks'))).toBe(false);
    expect(gitPrograms(at)).toStrictEqual(
      ['hooks', 'modules', 'config', 'config.worktree'].map((name) => join(at, '.git', name)),
    );
    expect(before).toStrictEqual({ status: 0, out: expect.stringContaining('A  file') as string });
    expect(git(at, 'status', '--porcelain')).toStrictEqual(before);
    expect(git(at, 'fsck').status).toBe(0);
    expect(git(at, 'config', '--get', 'core.bare').out).toBe('false\n');
    const named = ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.test'];
    expect(git(at, ...named, 'commit', '--quiet', '-m', 'one').status).toBe(0);
  });

  test('a work tree whose repository is elsewhere keeps the file that names it', () => {
    const at = folder();
    writeFileSync(join(at, '.git'), 'gitdir: /elsewhere');
    expect(gitPrograms(at)).toStrictEqual([join(at, '.git')]);
  });

  test('nothing is named or made where there is none', () => {
    const at = folder();
    expect(gitPrograms(at)).toStrictEqual([]);
    expect(existsSync(join(at, '.git'))).toBe(false);
  });
});
