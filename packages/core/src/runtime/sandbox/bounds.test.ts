/** Bounds of a profile are true by effect, whoever counts: what goes over them is refused or ended, and what stays under them is not. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { groupParents } from './bubblewrap/index.ts';
import { driversHere, followed, IS_ROOT, makePlace, runOutside, type Said, sandboxAt } from './fixtures.ts';
import { sandboxProfile, type SandboxProfile } from './profiles.ts';
import { type Architecture, UNCOUNTED_MEMORY_RULES } from './seccomp/index.ts';

const endings: (() => unknown)[] = [];
afterAll(async () => {
  for (const end of endings) await end();
});

const SMALL: SandboxProfile = {
  ...sandboxProfile('moderate'),
  maxMemoryMb: 192,
  maxProcesses: 20,
  maxFileMb: 8,
};

const perl = (code: string): readonly string[] => ['perl', '-e', code];
/** Starts `count` processes that wait until all were started; prints how many were. */
const forks = (count: number): readonly string[] =>
  perl(
    `pipe my $r, my $w; my $n = 0; for (1..${count}) { my $p = fork; last unless defined $p; if (!$p) { close $w; sysread $r, my $x, 1; exit } $n++ } print $n`,
  );
/** Each of `count` processes takes `mib` MiB of its own; then all of them stay, for as long as `after` says. */
const memory = (count: number, mib: number, after: string): readonly string[] =>
  perl(
    `my $size = ${mib} << 20; pipe my $r, my $w; pipe my $had, my $has; for (1..${count}) { fork or do { close $w; my $x = "x" x $size; syswrite $has, "x"; sysread $r, my $b, 1; exit } } for (1..${count}) { sysread $had, my $b, 1 } ${after}; close $w; 1 while wait > 0; print "survived"`,
  );
/** Long enough for several counts. */
const A_WHILE = 'select undef, undef, undef, 0.3';
const FOR_EVER = 'sleep 600';

const drivers = await driversHere();
const lacksBubblewrap = drivers.some(
  ({ driver, lacks }) => driver.name === 'bubblewrap' && lacks !== undefined,
);

for (const { driver, lacks } of drivers) {
  endings.push(() => driver.close());
  const isContainer = driver.name !== 'bubblewrap';
  // Containers refuse a folder of root's.
  const owners = !IS_ROOT
    ? (['caller'] as const)
    : isContainer
      ? (['ordinary'] as const)
      : (['caller', 'ordinary'] as const);
  /** An engine does not say why a container was ended. */
  const forMemory = isContainer ? { exitCode: 137, signal: 9 } : { exitCode: 137, limit: 'memory' };
  describe.skipIf(lacks !== undefined).each(owners)(
    `${driver.name}, over a folder of the %s user`,
    (owner) => {
      const run = async (
        command: readonly string[],
        profile: Partial<SandboxProfile> = {},
      ): Promise<Said> => {
        const place = makePlace(owner);
        endings.push(() => place.remove());
        const sandbox = await sandboxAt(driver, { ...SMALL, ...profile }, place);
        const said = await followed(sandbox.exec(command));
        await sandbox.remove();
        return said;
      };

      test('lets as many processes run as the profile says', async () => {
        expect(await run(forks(18))).toMatchObject({ out: '18', end: { exitCode: 0 } });
      });

      test('lets no more processes run than the profile says', async () => {
        const { out, end } = await run(forks(60));
        // Whoever counts from outside may end all of them instead of refusing one.
        if (end.limit !== 'processes') expect(Number(out)).toBeLessThanOrEqual(20);
      });

      test('counts threads as processes', async () => {
        const code = `
import threading
event = threading.Event()
started = 0
try:
    for _ in range(60):
        threading.Thread(target=event.wait, daemon=True).start()
        started += 1
except RuntimeError:
    pass
print(started, flush=True)
event.set()`;
        const { out, end } = await run(['python3', '-c', code]);
        if (end.limit !== 'processes') expect(Number(out)).toBeLessThanOrEqual(20);
      });

      test('lets a process have memory up to the bound', async () => {
        expect((await run(memory(1, 120, A_WHILE))).out).toBe('survived');
      });

      test('lets no process have more memory than the bound', async () => {
        const { out, end } = await run(perl('my $x = "x" x (400 << 20); print "had"'));
        expect([out, end.exitCode === 0]).toStrictEqual(['', false]);
      });

      test.skipIf(!isContainer)('lets processes together have no more memory than the bound', async () => {
        // The kernel ends one of them, and the others wait for it.
        const { out, end } = await run(memory(6, 60, A_WHILE), { timeoutSeconds: 5 });
        expect([out, end]).toStrictEqual(['', { exitCode: 137, limit: 'time' }]);
      });

      test.skipIf(isContainer)('ends processes that together have more memory than the bound', async () => {
        expect(await run(memory(6, 60, FOR_EVER))).toMatchObject({ end: forMemory });
      });

      test('counts what lies in /tmp as memory', async () => {
        const { end, out } = await run([
          'sh',
          '-c',
          'for n in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do head -c 8M /dev/zero >/tmp/$n; done; sleep 600',
        ]);
        expect([end, out]).toStrictEqual([forMemory, '']);
      });

      test('counts files without content in /tmp as memory', async () => {
        const code = 'for (1..150_000) { open my $f, ">", "/tmp/$_" } sleep 600';
        expect(await run(perl(code), { maxMemoryMb: 64 })).toMatchObject({
          end: forMemory,
        });
      });

      test('shares memory that processes share', async () => {
        const code =
          'my $x = "x" x (80 << 20); pipe my $r, my $w; for (1..8) { fork or do { close $w; sysread $r, my $b, 1; exit } } select undef, undef, undef, 0.3; close $w; 1 while wait > 0; print "survived"';
        expect((await run(perl(code))).out).toBe('survived');
      });

      test('ends nothing because what is shared seems more while those who share it end', async () => {
        // One count alone ends some of these: who is looked at later has fewer to share with.
        const code =
          'my $x = "x" x (80 << 20); for (1..20) { pipe my $r, my $w; for (1..16) { fork or do { close $w; sysread $r, my $b, 1; exit } } select undef, undef, undef, 0.02; close $w; 1 while wait > 0 } print "survived"';
        expect((await run(perl(code))).out).toBe('survived');
      });

      test.skipIf(isContainer).each([
        ['all at once', 'fork; fork; 1 while 1'],
        ['one after the other', 'for (1..20) { fork or burn(); wait }'],
        [
          'that nobody waits for',
          '$SIG{CHLD} = "IGNORE"; for (1..20) { my $p = fork || burn(); select undef, undef, undef, 0.02 while kill 0, $p }',
        ],
      ])('ends what takes more processor time than the bound, over processes %s', async (_how, code) => {
        const burn = 'sub burn { my $t = (times)[0]; 1 while (times)[0] - $t < 0.3; exit }';
        const { end, out } = await run(perl(`${burn} ${code}; print "survived"`), { maxCpuSeconds: 2 });
        expect([out, end.exitCode]).toStrictEqual(['', 137]);
      });

      test('ends a process that takes more processor time than the bound', async () => {
        const { out, end } = await run(perl('1 while 1'), { maxCpuSeconds: 1 });
        expect([out, end.exitCode]).toStrictEqual(['', 137]);
      });

      test('lets no file grow past the bound', async () => {
        const { out } = await run(['sh', '-c', 'head -c 20M /dev/zero >/tmp/f; wc -c </tmp/f']);
        expect(out.trim()).toBe(String(8 * 1024 * 1024));
      });

      test('lets no process have more open files than the bound', async () => {
        const code = 'my @f; while (open my $f, "<", "/dev/null") { push @f, $f } print scalar @f';
        expect(Number((await run(perl(code), { maxOpenFiles: 32 })).out)).toBeLessThanOrEqual(32);
      });

      test('ends a command after its time', async () => {
        const { end } = await run(['sleep', '60'], { timeoutSeconds: 1 });
        expect(end).toStrictEqual({ exitCode: 137, limit: 'time' });
      });

      test('ends what a command left running', async () => {
        const { end, out } = await run(['sh', '-c', 'sleep 60 & echo started']);
        expect([end, out]).toStrictEqual([{ exitCode: 0 }, 'started\n']);
      });
    },
  );

  describe.skipIf(lacks !== undefined || isContainer)(`${driver.name}: process 1, which counts,`, () => {
    const attempt = async (code: string): Promise<string> => {
      const place = makePlace();
      endings.push(() => place.remove());
      const sandbox = await sandboxAt(driver, SMALL, place);
      const { out } = await followed(sandbox.exec(perl(code)));
      await sandbox.remove();
      return out;
    };

    test.each([
      ['slowed down', 'print setpriority(0, $who, 15) ? "happened" : "refused"'],
      [
        'given other limits',
        'my $n = pack "QQ", 1, 1; print syscall(302, 0 + $who, 8, $n, 0) == 0 ? "happened" : "refused"',
      ],
      [
        'put behind all others',
        'my $p = pack "L", 0; print syscall(144, 0 + $who, 5, $p) == 0 ? "happened" : "refused"',
      ],
      ['written to', 'print open(my $f, "+<", "/proc/$who/mem") ? "happened" : "refused"'],
    ])('cannot be %s, as any other process can', async (_what, code) => {
      const other = await attempt(`my $who = fork; if (!$who) { sleep 5; exit } ${code}`);
      const first = await attempt(`my $who = 1; ${code}`);
      expect({ other, first }).toStrictEqual({ other: 'happened', first: 'refused' });
    });

    test('cannot be ended or stopped', async () => {
      expect(await attempt('kill $_, 1 for qw(STOP TERM INT HUP USR1 KILL); print "alive"')).toBe('alive');
    });
  });

  describe.skipIf(
    lacks !== undefined || driver.name !== 'bubblewrap' || groupParents().unified !== undefined,
  )(`${driver.name}, which counts memory,`, () => {
    test.each([
      ['memfd_create', '(my $n = "writ"), 0'],
      ['shmget', '0, 4096, 0600'],
      ['semget', '0, 1, 0600'],
      ['msgget', '0, 0600'],
    ])('gives none that nobody could count: %s, which happens outside', async (name, words) => {
      const rule = UNCOUNTED_MEMORY_RULES.find((one) => one.name === name);
      const nr = rule?.numbers[process.arch as Architecture];
      const command = perl(`print syscall(${nr}, ${words}) >= 0 ? "happened" : "refused"`);
      const place = makePlace();
      endings.push(() => place.remove());
      const sandbox = await sandboxAt(driver, SMALL, place);
      const { out } = await followed(sandbox.exec(command));
      await sandbox.remove();
      expect({ inside: out, outside: await runOutside(command) }).toStrictEqual({
        inside: 'refused',
        outside: 'happened',
      });
    });
  });
}

describe('descriptors of the caller', () => {
  const READ = ['perl', '-e', 'open my $f, "<&=", 50 or print "refused" and exit; print <$f>'];
  const INSIDE = `
    import { bubblewrapDriver, sandboxProfile } from '${import.meta.dirname}/index.ts';
    const driver = bubblewrapDriver();
    const sandbox = await driver.create({
      id: 'inherits', profile: sandboxProfile('moderate'), folder: process.argv[1], write: [], read: [], environment: {}, protect: [],
    });
    await sandbox.exec(process.argv.slice(2), { stdio: 'inherit' }).end;
    await driver.close();`;

  test.skipIf(lacksBubblewrap).each([
    ['what a plain process gets', [], 'a secret'],
    ['and a sandbox does not', [process.execPath, '--input-type=module', '-e', INSIDE], 'refused'],
  ])('stay outside: %s', (_what, starter, expected) => {
    const place = makePlace();
    endings.push(() => place.remove());
    const words = starter.length === 0 ? READ : [...starter, place.folder, ...READ];
    const { stdout } = spawnSync('bash', ['-c', `exec 50<'${place.secret}'; exec "$@"`, 'bash', ...words], {
      encoding: 'utf8',
    });
    expect(stdout).toBe(expected);
  });

  test.skipIf(lacksBubblewrap).each([
    [
      'a file as input is not written to, nor cut',
      'given',
      'cat; echo evil >/proc/self/fd/0; : >/dev/stdin',
      'a secret',
      0,
    ],
    ['a folder as input leads nowhere', '', 'cat /proc/self/fd/0/outside/secret', '', 1],
  ])('do not lead out: %s', (_what, name, line, out, code) => {
    const place = makePlace();
    endings.push(() => place.remove());
    const input = join(place.root, name);
    if (name !== '') writeFileSync(input, 'a secret');
    const words = [process.execPath, '--input-type=module', '-e', INSIDE, place.folder, 'sh', '-c', line];
    const { stdout, status } = spawnSync('bash', ['-c', `exec <'${input}'; exec "$@"`, 'bash', ...words], {
      encoding: 'utf8',
    });
    expect([stdout, status]).toStrictEqual([out, code]);
    if (name !== '') expect(readFileSync(input, 'utf8')).toBe('a secret');
  });
});
