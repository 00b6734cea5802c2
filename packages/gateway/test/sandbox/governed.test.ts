/** Sandboxes behind a guard: what is refused never reaches the driver, and every use leaves its receipt with how it ended. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { afterAll, describe, expect, test } from 'vitest';
import { guardWorld, type GuardWorld, type GuardWorldOptions } from '@writ/core/testing';
import { bubblewrapDriver, type CommandEnd, sandboxProfile, type SandboxDriver } from '@writ/core/sandbox';
import {
  type GovernedSandbox,
  type GovernedSandboxRequest,
  governSandboxes,
} from '../../src/sandbox/index.ts';

const endings: (() => unknown)[] = [];
afterAll(async () => {
  for (const end of endings) await end();
});

const real = bubblewrapDriver();
endings.push(() => real.close());
const { status, detail } = await real.probe();
const isHere = status !== 'absent' && status !== 'untested';
if (!isHere) console.warn(`SKIPPED: governed sandboxes of bubblewrap: ${detail}`);

const PERMIT = `
@id("sandboxes") permit(principal, action in [Action::"sandbox/create", Action::"sandbox/exec", Action::"sandbox/attach",
  Action::"sandbox/remove", Action::"sandbox/read-file", Action::"sandbox/write-file"], resource);
@id("files") permit(principal, action == Action::"results/deliver", resource is Sandbox);`;

/** A driver that counts what it is asked, in front of the real one. */
function counting(driver: SandboxDriver): SandboxDriver & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    ...driver,
    asked,
    async create(request) {
      asked.push('create');
      const sandbox = await driver.create(request);
      return {
        ...sandbox,
        exec(command, options) {
          asked.push(`exec ${command.join(' ')}`);
          return sandbox.exec(command, options);
        },
        async remove() {
          asked.push('remove');
          await sandbox.remove();
        },
      };
    },
  };
}

let count = 0;

interface Scene {
  readonly world: GuardWorld;
  readonly driver: SandboxDriver & { readonly asked: string[] };
  readonly folder: string;
  make(more?: Partial<GovernedSandboxRequest>): ReturnType<ReturnType<typeof governSandboxes>['create']>;
  /** What the log says of everything after its start, one word a decision and outcome. */
  record(): readonly string[];
}

async function scene(policies: string, options: Partial<GuardWorldOptions> = {}): Promise<Scene> {
  const world = await guardWorld({ policies, ...options });
  const driver = counting(real);
  const folder = mkdtempSync(join(tmpdir(), 'writ-governed-'));
  endings.push(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'secret.key'), 'a secret');
  const protect = [{ path: join(folder, 'secret.key'), access: 'hidden' as const }];
  const sandboxes = governSandboxes({ guard: world.guard, driver, protect });
  return {
    world,
    driver,
    folder,
    make: (more = {}) =>
      sandboxes.create({
        id: `governed-${(count += 1)}`,
        profile: sandboxProfile('moderate'),
        folder,
        write: [],
        read: [],
        environment: {},
        ...more,
      }),
    record: () =>
      Array.from({ length: world.log.reader.size() }, (_, index) => {
        const { entry } = world.log.reader.entry(index);
        if (entry.kind === 'decision') return entry.decision.verdict;
        return entry.kind === 'outcome'
          ? `${entry.outcome}${entry.code === undefined ? '' : ` ${entry.code}`}`
          : entry.kind;
      }).slice(2),
  };
}

async function made(here: Scene, more?: Partial<GovernedSandboxRequest>): Promise<GovernedSandbox> {
  const answer = await here.make(more);
  if (answer.is !== 'done') throw new Error(answer.enforced.message);
  return answer.value;
}

describe.skipIf(!isHere)('a governed sandbox', () => {
  test('leaves a receipt of its making, of each command with its exit code, and of its end', async () => {
    const here = await scene(PERMIT);
    const sandbox = await made(here);
    const one = await sandbox.exec(['true']);
    const two = await sandbox.exec(['sh', '-c', 'exit 3']);
    await sandbox.remove();
    expect([one, two]).toMatchObject([
      { is: 'done', value: { exitCode: 0 } },
      { is: 'done', value: { exitCode: 3 } },
    ]);
    expect(here.record()).toStrictEqual([
      'allow',
      'performed',
      'allow',
      'performed exit.0',
      'allow',
      'failed exit.3',
      'allow',
      'performed',
    ]);
  });

  test.each([
    ['its making', 'sandbox/create', []],
    ['a command', 'sandbox/exec', ['create', 'remove']],
  ])('does nothing where %s is not permitted', async (_what, action, asked) => {
    const here = await scene(
      `${PERMIT}\n@id("no") forbid(principal, action == Action::"${action}", resource);`,
    );
    const answer = await here.make();
    if (answer.is === 'done') {
      const ran = await answer.value.exec(['touch', 'made']);
      expect(ran).toMatchObject({ is: 'refused', enforced: { verdict: 'deny' } });
      await answer.value.remove();
    }
    expect(here.driver.asked).toStrictEqual(asked);
    expect(here.record()).toContain('deny');
  });

  test('stays where its removal is not permitted', async () => {
    const here = await scene(
      `${PERMIT}\n@id("no") forbid(principal, action == Action::"sandbox/remove", resource);`,
    );
    const sandbox = await made(here);
    expect(await sandbox.remove()).toMatchObject({ is: 'refused' });
    expect(await sandbox.exec(['true'])).toMatchObject({ is: 'done' });
  });

  test.each([
    ['its memory', 'resource has max_memory_mb && resource.max_memory_mb > 1024'],
    ['its profile', 'resource has profile && resource.profile == "moderate"'],
    ['what confines it', 'resource has driver && resource.driver == "bubblewrap"'],
    ['its processes', 'resource has max_processes && resource.max_processes >= 512'],
    [
      'the person behind, who proved one factor alone',
      '!(principal has mfa_verified && principal.mfa_verified)',
    ],
  ])('is not made where policy forbids it for %s', async (_what, when) => {
    const here = await scene(
      `${PERMIT}\n@id("no") forbid(principal, action == Action::"sandbox/create", resource) when { ${when} };`,
    );
    expect(await here.make()).toMatchObject({ is: 'refused' });
    expect(here.driver.asked).toStrictEqual([]);
  });

  test.each([
    ['options, grouped ones too', ['rm', '-vrf', 'x'], 'context.args.options.contains("-r")'],
    [
      'a long option with a value',
      ['git', 'push', '--force=yes'],
      'context.args.options.contains("--force")',
    ],
    ['operands', ['cat', '--', '-v'], 'context.args.operands.contains("-v")'],
    ['the whole line, quoted', ['sh', '-c', 'rm -rf /'], `context.args.line == "sh -c 'rm -rf /'"`],
    [
      'that what it does cannot be known',
      ['python3', '-c', 'x'],
      'context.args.unresolved.contains("inline-code")',
    ],
  ])('lets policies read a command’s %s', async (_what, command, when) => {
    const here = await scene(
      `${PERMIT}\n@id("no") forbid(principal, action == Action::"sandbox/exec", resource) when { ${when} };`,
    );
    const sandbox = await made(here);
    expect(await sandbox.exec(command)).toMatchObject({ is: 'refused' });
    expect(await sandbox.exec(['true'])).toMatchObject({ is: 'done' });
    await sandbox.remove();
  });

  test.each([
    ['where it starts', (at: string) => `context.args.folder == "${at}"`],
    ['what it may write to, by whatever name', (at: string) => `context.args.write.contains("${at}/more")`],
    ['what it may read', (at: string) => `context.args.read.contains("${at}/more/file")`],
    ['which variables it is handed', () => 'context.args.environment.contains("TOKEN")'],
    ['its way out', (at: string) => `context.args has egress && context.args.egress == "${at}/socket"`],
  ])('is not made where policy forbids %s', async (_what, when) => {
    const given = (here: Scene): Partial<GovernedSandboxRequest> => {
      const more = join(here.folder, 'more');
      mkdirSync(more, { recursive: true });
      writeFileSync(join(more, 'file'), 'x');
      symlinkSync(more, join(here.folder, 'link'));
      return {
        write: [join(here.folder, 'link')],
        read: [join(here.folder, 'link/file')],
        environment: { TOKEN: 'a secret' },
        egress: { socketPath: join(here.folder, 'socket') },
      };
    };
    const here = await scene(PERMIT);
    const forbid = `@id("no") forbid(principal, action == Action::"sandbox/create", resource) when { ${when(here.folder)} };`;
    await here.world.changePolicy(`${PERMIT}\n${forbid}`, true);
    expect(await here.make(given(here))).toMatchObject({ is: 'refused' });
    expect(here.driver.asked).toStrictEqual([]);
  });

  test('is made of what was judged: a value that policy redacts is not in it', async () => {
    const here = await scene(PERMIT.replace('@id("sandboxes")', '@id("sandboxes") @redact("payment-card")'));
    const sandbox = await made(here, { environment: { CARD: '4111 1111 1111 1111' } });
    await sandbox.exec(['sh', '-c', 'printf %s "$CARD" >found']);
    await sandbox.remove();
    expect(readFileSync(join(here.folder, 'found'), 'utf8')).toBe('[redacted:payment-card]');
  });

  test('is not made of a folder that leads elsewhere once it was judged', async () => {
    const here = await scene(PERMIT, {
      wrapLog: (log) => ({
        ...log,
        append(draft) {
          rmSync(join(here.folder, 'moved'), { recursive: true, force: true });
          symlinkSync(here.folder, join(here.folder, 'moved'));
          return log.append(draft);
        },
      }),
    });
    mkdirSync(join(here.folder, 'moved'));
    expect(await here.make({ folder: join(here.folder, 'moved') })).toMatchObject({
      is: 'failed',
      fault: { code: 'sandbox.folder' },
    });
    expect(here.driver.asked).toStrictEqual([]);
  });

  test.each([
    ['a shell’s text', ['sh', '-c', 'true; git push --force']],
    ['a text in a text', ['bash', '-c', `sh -c 'git push --force'`]],
    ['a program that starts another', ['env', 'A=1', 'git', 'push', '--force']],
  ])('does not run %s with a command in it that policy forbids', async (_what, command) => {
    const here = await scene(
      `${PERMIT}\n@id("no") forbid(principal, action == Action::"sandbox/exec", resource) when { context.args.options.contains("--force") };`,
    );
    const sandbox = await made(here);
    expect(await sandbox.exec(command)).toMatchObject({ is: 'refused', enforced: { verdict: 'deny' } });
    expect(await sandbox.exec(['sh', '-c', 'true; echo git push --quiet'])).toMatchObject({ is: 'done' });
    await sandbox.remove();
  });

  test('does not run a text that nobody understands', async () => {
    const here = await scene(PERMIT);
    const sandbox = await made(here);
    expect(await sandbox.exec(['sh', '-c', 'echo "('])).toMatchObject({
      is: 'refused',
      enforced: { decision: { code: 'shell.syntax' } },
    });
    // No shell reads these words: they are a program's name and nothing else.
    for (const command of [['if'], ['A=1'], ["it's"]])
      expect(await sandbox.exec(command)).toMatchObject({ is: 'done', value: { exitCode: 127 } });
    await sandbox.remove();
  });

  test('ends when its agent is killed, and nothing runs in it afterwards', async () => {
    const here = await scene(PERMIT);
    const sandbox = await made(here);
    const ended = Promise.withResolvers<CommandEnd>();
    const ran = sandbox.exec(['sh', '-c', 'echo started; sleep 600; touch survived'], {
      async onStarted(running) {
        ended.resolve(running.end);
        await once(running.stdout as Readable, 'readable');
        await here.world.kill('agent', 'bot');
        here.world.timers.advance(1_000);
      },
    });
    expect(await ran).toMatchObject({ is: 'failed', enforced: { outcome: 'unknown' } });
    expect(await ended.promise).toStrictEqual({ exitCode: 137 });
    expect(await sandbox.exec(['true'])).toMatchObject({ is: 'refused' });
    expect(here.record()).toContain('unknown kill.agent');
  });

  test('is as strict as policy asks, or does not run', async () => {
    const confined = PERMIT.replace('@id("sandboxes")', '@id("sandboxes") @confine("restrictive")');
    const here = await scene(confined);
    expect(await here.make()).toMatchObject({
      is: 'refused',
      enforced: { decision: { code: 'guard.unconfined' } },
    });
    expect(here.driver.asked).toStrictEqual([]);
  });

  test('that cannot be made says why, and its record has the code', async () => {
    const here = await scene(PERMIT);
    const answer = await here.make({ folder: '/' });
    expect(answer.is).toBe('failed');
    expect(answer).toMatchObject({ fault: { code: 'sandbox.folder' } });
    expect(here.record()).toStrictEqual(['allow', 'failed sandbox.folder']);
  });

  test('cannot be told what is protected, nor what is not', async () => {
    const here = await scene(PERMIT);
    const sneaky = { protect: [] } as Partial<GovernedSandboxRequest>;
    const sandbox = await made(here, sneaky);
    const { is } = await sandbox.readFile('secret.key');
    const read = await sandbox.exec(['sh', '-c', 'test ! -s secret.key']);
    expect([is, read]).toMatchObject(['done', { value: { exitCode: 0 } }]);
    await sandbox.remove();
  });

  test('gives the streams of a command under way to who attaches, where that is permitted', async () => {
    const here = await scene(PERMIT);
    const sandbox = await made(here);
    const told = Promise.withResolvers<string>();
    const ran = sandbox.exec(['cat'], { onStarted: ({ id }) => told.resolve(id) });
    const attached = await sandbox.attach(await told.promise);
    if (attached.is !== 'done') throw new Error('not attached');
    attached.value.stdin?.end('hello');
    let text = '';
    for await (const chunk of attached.value.stdout ?? []) text += String(chunk);
    await ran;
    expect(text).toBe('hello');
    expect(await sandbox.attach('another')).toMatchObject({
      is: 'failed',
      fault: { code: 'sandbox.failed' },
    });
    await sandbox.remove();
  });

  test('reads and writes files as commands in it would', async () => {
    const here = await scene(PERMIT);
    const sandbox = await made(here);
    expect(await sandbox.writeFile('notes.txt', 'line\n')).toMatchObject({ is: 'done' });
    expect(readFileSync(join(here.folder, 'notes.txt'), 'utf8')).toBe('line\n');
    expect(await sandbox.readFile('notes.txt')).toMatchObject({ is: 'done', value: 'line\n' });
    expect(await sandbox.readFile('/etc/shadow')).toMatchObject({ is: 'failed' });
    expect(await sandbox.writeFile('/etc/passwd', 'x')).toMatchObject({ is: 'failed' });
    await sandbox.remove();
  });

  test('delivers a file redacted where policy says so, and writes what was judged', async () => {
    const here = await scene(
      PERMIT.replace('@id("files")', '@id("files") @redact("payment-card")').replace(
        '@id("sandboxes")',
        '@id("sandboxes") @redact("payment-card")',
      ),
    );
    const sandbox = await made(here);
    const card = '4111 1111 1111 1111';
    writeFileSync(join(here.folder, 'card'), card);
    expect(await sandbox.readFile('card')).toMatchObject({ value: '[redacted:payment-card]' });
    await sandbox.writeFile('written', card);
    expect(readFileSync(join(here.folder, 'written'), 'utf8')).toBe('[redacted:payment-card]');
    await sandbox.remove();
  });

  test('keeps a file where its delivery is not permitted', async () => {
    const here = await scene(PERMIT.split('\n@id("files")')[0] ?? '');
    const sandbox = await made(here);
    writeFileSync(join(here.folder, 'notes'), 'x');
    const answer = await sandbox.readFile('notes');
    expect(answer.is).toBe('refused');
    expect('value' in answer).toBe(false);
    await sandbox.remove();
  });

  test('is not made where its decision cannot be recorded', async () => {
    const here = await scene(PERMIT, {
      wrapLog: (log) =>
        ({
          origin: log.origin,
          append: (draft) =>
            draft.detail.kind === 'decision' ? Promise.reject(new Error('disk full')) : log.append(draft),
        }) as typeof log,
    });
    expect((await here.make()).is).toBe('refused');
    expect(here.driver.asked).toStrictEqual([]);
  });
});
