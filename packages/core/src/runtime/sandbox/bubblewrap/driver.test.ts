/** What a bubblewrap sandbox is given, what it is not, and how commands in it start and end. */
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { followed, sandboxAt } from '../fixtures.ts';
import { sandboxProfile } from '../profiles.ts';
import { groupParents } from './control-group.ts';
import { driver, endAfter, IS_LACKING, MODERATE, place, run, sh } from './fixtures.ts';

describe.skipIf(IS_LACKING)('a command in a sandbox of bubblewrap', () => {
  test.each([
    ['its own exit code', sh('exit 42'), { exitCode: 42 }],
    ['the signal that ended it', sh('kill -SEGV $$'), { exitCode: 139, signal: 11 }],
    ['127 for a program that is not there', ['no-such-program'], { exitCode: 127 }],
    ['126 for a file that is no program', ['/etc/passwd'], { exitCode: 126 }],
  ])('ends with %s', async (_what, command, end) => {
    expect((await run(command)).end).toStrictEqual(end);
  });

  test('is given its input, and gives its output and errors apart', async () => {
    const sandbox = await sandboxAt(driver, MODERATE, place());
    const said = await followed(sandbox.exec(sh('cat; echo oops >&2')), 'hello');
    expect([said.out, said.err]).toStrictEqual(['hello', 'oops\n']);
    await sandbox.remove();
  });

  test('hears signals that are sent to it', async () => {
    const sandbox = await sandboxAt(driver, MODERATE, place());
    const running = sandbox.exec(
      sh('trap "echo heard; exit 3" TERM; echo ready; while :; do sleep 0.01; done'),
    );
    await once(running.stdout as Readable, 'readable');
    running.send('TERM');
    const { end, out } = await followed(running);
    expect([end.exitCode, out]).toStrictEqual([3, 'ready\nheard\n']);
    await sandbox.remove();
  });

  test('ends when its sandbox is removed, and nothing starts in it afterwards', async () => {
    const sandbox = await sandboxAt(driver, MODERATE, place());
    const running = sandbox.exec(sh('echo started; exec sleep 600'));
    expect(sandbox.running(running.id)).toBe(running);
    await once(running.stdout as Readable, 'readable');
    await sandbox.remove();
    expect(await running.end).toStrictEqual({ exitCode: 137 });
    expect(sandbox.running(running.id)).toBeUndefined();
    expect(() => sandbox.exec(['true'])).toThrow(/removed/);
  });

  test('leaves no control group behind, also where it was ended', async () => {
    const { unified, processes } = groupParents();
    const groups = (): readonly string[] =>
      [unified, processes].flatMap((parent) =>
        parent === undefined
          ? []
          : readdirSync(parent).filter((name) => name.startsWith(`writ-test-${process.pid}-`)),
      );
    const sandbox = await sandboxAt(driver, { ...MODERATE, timeoutSeconds: 1 }, place());
    const running = [sandbox.exec(sh('sleep 600 & sleep 600')), sandbox.exec(['true'])];
    await Promise.all(running.map(({ end }) => end));
    await sandbox.remove();
    expect(groups()).toStrictEqual([]);
  });

  test('ends when its signal aborts', async () => {
    const sandbox = await sandboxAt(driver, MODERATE, place());
    const kill = new AbortController();
    const running = sandbox.exec(sh('echo started; exec sleep 600'), { signal: kill.signal });
    await once(running.stdout as Readable, 'readable');
    kill.abort();
    expect(await running.end).toStrictEqual({ exitCode: 137 });
    const never = sandbox.exec(['touch', 'made'], { signal: kill.signal });
    await expect(never.end).rejects.toMatchObject({ code: 'sandbox.failed' });
    await sandbox.remove();
  });

  test('is an ordinary user without rights, in a host of its own', async () => {
    const { out } = await run(
      sh(
        'id -u; hostname 2>/dev/null || cat /proc/sys/kernel/hostname; grep -E "^(CapEff|CapBnd|NoNewPrivs|Seccomp):" /proc/self/status',
      ),
    );
    expect(out.split(/\s+/)).toStrictEqual([
      '1000',
      'sandbox',
      'CapEff:',
      '0000000000000000',
      'CapBnd:',
      '0000000000000000',
      'NoNewPrivs:',
      '1',
      'Seccomp:',
      '2',
      '',
    ]);
  });

  test('finds in its environment what it was given, and nothing else of the caller’s', async () => {
    process.env['NODE_EXTRA_CA_CERTS'] = '/nowhere';
    process.env['WRIT_TEST_SECRET'] = 'a secret';
    endAfter(() => {
      delete process.env['NODE_EXTRA_CA_CERTS'];
      delete process.env['WRIT_TEST_SECRET'];
    });
    const { out } = await run(['env'], { more: { environment: { CI: 'yes', LD_PRELOAD: '/nowhere.so' } } });
    const names = out.split('\n').map((line) => line.split('=')[0] ?? '');
    expect(names.sort()).toStrictEqual(
      [
        '',
        'CI',
        'HOME',
        'LD_PRELOAD',
        'LOGNAME',
        'PATH',
        'PWD',
        'SHELL',
        'TMPDIR',
        'USER',
        'WRIT_SANDBOX',
      ].sort(),
    );
  });

  test('sees a program’s variables before it starts as little as the launcher does', async () => {
    const { end, out } = await run(['echo', 'ran'], {
      more: { environment: { PERL5OPT: '-Mnothing', BASH_ENV: '/x' } },
    });
    expect([end.exitCode, out]).toStrictEqual([0, 'ran\n']);
  });

  test('finds /tmp, a home and shared memory empty, and can write nowhere else', async () => {
    const { out } = await run(
      sh(
        'for d in /tmp "$HOME" /dev/shm; do ls -A $d | grep -v writ-sandbox-test; echo x >$d/x && echo wrote $d; done; for d in / /dev /run /etc /usr /var /home /proc; do echo x 2>/dev/null >$d/x && echo wrote $d; done; true',
      ),
    );
    expect(out).toBe('wrote /tmp\nwrote /home/sandbox\nwrote /dev/shm\n');
  });

  test('writes to its folder, and what it wrote stays', async () => {
    const at = place();
    await run(sh('echo kept >result'), { at });
    expect(readFileSync(join(at.folder, 'result'), 'utf8')).toBe('kept\n');
  });

  test.each([
    ['reads and does not change', 'read', 'keys\n'],
    ['does not see', 'hidden', ''],
  ] as const)('%s a file that is protected, wherever it lies', async (_what, access, out) => {
    const at = place();
    const file = join(at.folder, 'deep/er/writ.yaml');
    mkdirSync(join(at.folder, 'deep/er'), { recursive: true });
    writeFileSync(file, 'keys\n');
    const said = await run(
      sh(
        `cat deep/er/writ.yaml; echo x >deep/er/writ.yaml; rm -f deep/er/writ.yaml; mv deep/er away; mv deep away`,
      ),
      { at, more: { protect: [{ path: file, access }] } },
    );
    expect([said.out, readFileSync(file, 'utf8')]).toStrictEqual([out, 'keys\n']);
  });

  test('does not see any of several that are protected side by side and one in the other', async () => {
    const at = place();
    const paths = ['a/b/one', 'a/b/two', 'a/b/one/inner', 'a/three'].map((path) => join(at.folder, path));
    for (const path of paths) {
      mkdirSync(path, { recursive: true });
      writeFileSync(join(path, 'key'), 'a secret');
    }
    const said = await run(sh('find a -name key'), {
      at,
      more: { protect: paths.map((path) => ({ path, access: 'hidden' as const })) },
    });
    expect(said.out).toBe('');
  });

  test('does not see what is protected through a link to its folder', async () => {
    const at = place();
    const link = join(at.root, 'link');
    symlinkSync(at.folder, link);
    const { out } = await run(sh('cat kept/.writ/key'), { at, more: { folder: link, write: [link] } });
    expect(out).toBe('');
  });

  test.each([
    ['moderate', false],
    ['permissive', true],
  ] as const)('may change what git runs later: profile %s, %s', async (name, may) => {
    const at = place();
    mkdirSync(join(at.folder, '.git/hooks'), { recursive: true });
    writeFileSync(join(at.folder, '.git/config'), '[core]\n');
    await run(
      sh(
        'echo evil >.git/hooks/pre-commit; echo evil >>.git/config; mv .git/hooks .git/h; mv .git .g; echo ok >.git/HEAD',
      ),
      {
        at,
        profile: sandboxProfile(name),
      },
    );
    const isChanged =
      !existsSync(join(at.folder, '.git/hooks')) || existsSync(join(at.folder, '.git/hooks/pre-commit'));
    expect(isChanged).toBe(may);
    if (!may) {
      expect(readFileSync(join(at.folder, '.git/config'), 'utf8')).toBe('[core]\n');
      // Commits are made all the same.
      expect(readFileSync(join(at.folder, '.git/HEAD'), 'utf8')).toBe('ok\n');
    }
  });

  test.each([
    [
      'hooks where the repository has none',
      'mkdir .git/hooks 2>/dev/null; echo evil >.git/hooks/pre-commit',
      '.git/hooks/pre-commit',
    ],
    ['settings of the work tree', 'echo evil >.git/config.worktree', '.git/config.worktree'],
    ['a repository in place of one elsewhere', 'rm -f tree/.git; echo evil >tree/.git', 'tree/.git'],
  ])('makes no %s', async (_what, line, path) => {
    const at = place();
    mkdirSync(join(at.folder, '.git'));
    mkdirSync(join(at.folder, 'tree'));
    writeFileSync(join(at.folder, 'tree/.git'), 'gitdir: /elsewhere');
    await run(sh(`${line}; true`), { at, more: { write: [join(at.folder, 'tree')] } });
    const file = join(at.folder, path);
    expect(existsSync(file) ? readFileSync(file, 'utf8') : '').not.toContain('evil');
  });

  test('in the strictest profile only reads the folder that it starts in', async () => {
    const at = place('ordinary');
    writeFileSync(join(at.folder, 'source'), 'text');
    const { out } = await run(sh('cat source; echo x >made'), {
      at,
      profile: sandboxProfile('restrictive'),
      more: { write: [] },
    });
    expect([out, existsSync(join(at.folder, 'made'))]).toStrictEqual(['text', false]);
  });
});
