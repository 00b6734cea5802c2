/** What a command started ends with it, however it was started, and everything ends with Writ. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { followed, sandboxAt } from '../fixtures.ts';
import { sandboxProfile } from '../profiles.ts';
import { driver, IS_LACKING, place } from './fixtures.ts';

/** Processes of this machine one of whose words is `mark`. */
function processesWith(mark: string): readonly string[] {
  return readdirSync('/proc').filter((id) => {
    if (!/^\d+$/.test(id)) return false;
    try {
      return readFileSync(`/proc/${id}/cmdline`, 'utf8').split('\0').includes(mark);
    } catch {
      return false;
    }
  });
}

let count = 0;
/** A time for `sleep` that nobody else waits. */
const unlike = (): string => `${600 + (count += 1)}.${process.pid}`;

describe.skipIf(IS_LACKING)('with a command of bubblewrap ends', () => {
  test.each([
    ['what it left behind', (mark: string) => `sleep ${mark} &`],
    ['what has a session of its own', (mark: string) => `setsid sleep ${mark} &`],
    ['what has no parent any more', (mark: string) => `(setsid sh -c 'sleep ${mark} & exec true') &`],
    ['what is stopped', (mark: string) => `sleep ${mark} &`, 'kill -STOP $!;'],
    ['what takes no signal', (mark: string) => `(trap '' TERM HUP INT QUIT; exec sleep ${mark}) &`],
  ])('%s', async (_what, lineOf, after = '') => {
    const mark = unlike();
    const sandbox = await sandboxAt(driver, sandboxProfile('moderate'), place());
    // It ends only once the other one was seen.
    const line = `${lineOf(mark)} until grep -qsz "^${mark}$" /proc/[0-9]*/cmdline; do :; done; ${after} echo started; cat`;
    const running = sandbox.exec(['sh', '-c', line]);
    await once(running.stdout as Readable, 'readable');
    expect(processesWith(mark).length).toBeGreaterThan(0);
    running.stdin?.end();
    expect((await running.end).exitCode).toBe(0);
    expect(processesWith(mark)).toStrictEqual([]);
    await sandbox.remove();
  });

  const INSIDE = `
    import { bubblewrapDriver, sandboxProfile } from '${join(import.meta.dirname, '../index.ts')}';
    const sandbox = await bubblewrapDriver().create({
      id: 'orphan', profile: sandboxProfile('moderate'), folder: process.argv[1], write: [], read: [], environment: {}, protect: [],
    });
    await sandbox.exec(['sh', '-c', process.argv[2]], { stdio: 'inherit' }).end;`;

  test('everything, where Writ itself is killed', async () => {
    const mark = unlike();
    const at = place();
    const line = `setsid sleep ${mark} & echo started; exec sleep ${mark}`;
    const writ = spawn(process.execPath, ['--input-type=module', '-e', INSIDE, at.folder, line], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(writ.stdout, 'data');
    await expect.poll(() => processesWith(mark).length, { timeout: 20_000 }).toBe(2);
    writ.kill('SIGKILL');
    // All who could write to it are gone; whoever could not may be about to.
    await once(writ.stdout, 'close');
    await expect.poll(() => processesWith(mark), { timeout: 20_000 }).toStrictEqual([]);
  });
});

describe.skipIf(IS_LACKING)('a command of bubblewrap', () => {
  test('that cannot be started at all leaves nothing, and says why', async () => {
    const sandbox = await sandboxAt(driver, sandboxProfile('moderate'), place());
    const long = 'x'.repeat(200_000);
    expect(() => sandbox.exec(['echo', long])).toThrow(expect.objectContaining({ code: 'sandbox.failed' }));
    expect(() => sandbox.exec(['echo', 'a\0b'])).toThrow(expect.objectContaining({ code: 'sandbox.failed' }));
    expect((await followed(sandbox.exec(['echo', 'after']))).out).toBe('after\n');
    await sandbox.remove();
  });
});
