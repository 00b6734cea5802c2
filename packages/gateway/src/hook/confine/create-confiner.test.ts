/** What hosts are given to run in place of an agent's command, and where nothing is. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Fault, type JsonObject } from '@writ/core';
import { limitsOf, type DriverReport, type SandboxDriver, type SandboxRequest } from '@writ/core/sandbox';
import { parseConfig } from '../../config/index.ts';
import type { HookConfiner, HookEvent } from '../types.ts';
import { createConfiner } from './create-confiner.ts';

let top: string;
let workspace: string;
beforeAll(() => {
  top = realpathSync(mkdtempSync(join(tmpdir(), 'writ-confiner-')));
  workspace = join(top, 'it’s a workspace');
  for (const folder of [join(workspace, 'sub'), join(top, 'second'), join(top, 'outside')])
    mkdirSync(folder, { recursive: true });
  symlinkSync(workspace, join(top, 'link'));
});
afterAll(() => rmSync(top, { recursive: true, force: true }));

interface World {
  readonly confiner: HookConfiner;
  readonly made: SandboxRequest[];
  probes: number;
}

function world(
  report: Partial<DriverReport> = {},
  more: { readonly settings?: string; readonly create?: () => never; readonly writ?: readonly string[] } = {},
): World {
  const made: SandboxRequest[] = [];
  const here = { made, probes: 0 };
  const openDriver = (): SandboxDriver => ({
    name: 'fake',
    probe: () => {
      here.probes += 1;
      return Promise.resolve({
        driver: 'fake',
        status: 'ready',
        capabilities: new Set(),
        trials: [],
        detail: 'well',
        ...report,
      });
    },
    create: async (request) => {
      more.create?.();
      made.push(request);
      return {
        id: request.id,
        limits: limitsOf(request.profile, 'fake', false),
        exec: () => {
          throw new Error('nothing runs here');
        },
        running: () => undefined,
        remove: () => Promise.resolve(),
      };
    },
    close: () => Promise.resolve(),
  });
  const file = join(top, 'writ.yaml');
  const text = `policies: [policies]\nagent: {id: coder}\n${more.settings ?? ''}`;
  const config = { ...parseConfig(text, file), file };
  return Object.assign(here, {
    confiner: createConfiner({ writ: more.writ ?? ['/opt/node', '/opt/writ.js'], config, openDriver }),
  });
}

function event(input: JsonObject, more: Partial<HookEvent> = {}): HookEvent {
  return {
    host: 'claude-code',
    event: 'before',
    name: 'PreToolUse',
    tool: 'Bash',
    input,
    cwd: workspace,
    workspaces: [workspace],
    ...more,
  };
}

const lineOf = (input: JsonObject): string => {
  const { command } = input;
  return typeof command === 'string' ? command : '';
};

describe('a command that is to run confined', () => {
  test('is handed to a shell in `writ run`, by words that nothing is looked up for', async () => {
    const { confiner } = world();
    const input = await confiner.confined(event({ command: `echo 'a' "$b"`, timeout: 5 }), 'moderate');
    const quotedFolder = `'${workspace.replaceAll("'", `'\\''`)}'`;
    expect(input).toStrictEqual({
      command: `NODE_OPTIONS= NODE_EXTRA_CA_CERTS= /opt/node /opt/writ.js run --profile moderate --config ${join(top, 'writ.yaml')} --folder ${quotedFolder} -- bash -c 'echo '\\''a'\\'' "$b"'`,
      timeout: 5,
    });
  });

  test('may write to its workspaces as its profile lets it, and starts where its host starts it', async () => {
    const { confiner, made } = world();
    const given = event(
      { command: 'ls', workdir: 'sub' },
      { workspaces: [join(top, 'link'), join(top, 'second')] },
    );
    const [moderate, restrictive] = [
      lineOf(await confiner.confined(given, 'moderate')),
      lineOf(await confiner.confined(given, 'restrictive')),
    ];
    expect(made.map(({ profile, folder, write, read }) => [profile.name, folder, write, read])).toStrictEqual(
      [
        ['moderate', join(workspace, 'sub'), [workspace, join(top, 'second')], []],
        ['restrictive', join(workspace, 'sub'), [], [workspace, join(top, 'second')]],
      ],
    );
    expect([moderate.match(/ --write /g)?.length, moderate.includes('--read')]).toStrictEqual([2, false]);
    expect([restrictive.match(/ --read /g)?.length, restrictive.includes('--write')]).toStrictEqual([
      2,
      false,
    ]);
  });

  test('keeps the form that its host has for it', async () => {
    const { confiner } = world();
    const codex = { host: 'codex', tool: 'shell' } as const;
    const input = await confiner.confined(event({ command: ['bash', '-lc', 'ls'] }, codex), 'moderate');
    expect(input['command']).toStrictEqual([
      '/bin/sh',
      '-c',
      expect.stringMatching(/ -- bash -c '.*bash.*-lc.*ls.*'$/) as string,
    ]);
    const named = await confiner.confined(
      event({ cmd: 'ls', shell: '/bin/zsh' }, { host: 'codex', tool: 'exec_command' }),
      'moderate',
    );
    expect(named['cmd']).toMatch(/ -- \/bin\/zsh -c ls$/);
  });

  test.each<readonly [string, JsonObject, Partial<HookEvent>, RegExp]>([
    ['starts outside the workspace', { command: 'ls', workdir: '/usr' }, {}, /outside the workspace/],
    [
      'has no workspace but everything',
      { command: 'ls' },
      { cwd: '/', workspaces: ['/'] },
      /outside the workspace/,
    ],
    ['is for a shell that is none', { command: 'ls', shell: './sh' }, {}, /none that can be confined/],
    ['is for a language of its own', { command: 'ls', shell: 'python3' }, {}, /none that can be confined/],
    ['is a tool without commands', { file_path: 'x' }, { tool: 'Read' }, /own shell tool/],
    ['has a NUL', { command: 'ls\0x' }, {}, /NUL/],
  ])('and %s is refused', async (_what, input, more, why) => {
    await expect(world().confiner.confined(event(input, more), 'moderate')).rejects.toThrow(why);
  });

  test.each([
    [
      'is not installed',
      { status: 'absent', detail: '`bwrap` is not installed' } as const,
      /bwrap.*not installed/,
    ],
    [
      'lets something through',
      { status: 'unfit', detail: 'not refused: mount' } as const,
      /not refused: mount/,
    ],
  ])('is refused where what confines %s, each time anew', async (_what, report, why) => {
    const here = world(report);
    for (let call = 0; call < 2; call += 1)
      await expect(here.confiner.confined(event({ command: 'ls' }), 'moderate')).rejects.toThrow(why);
    expect([here.probes, here.made]).toStrictEqual([2, []]);
  });

  test('is refused where no sandbox can be made there, with the reason and what to do', async () => {
    const create = (): never => {
      throw new Fault('sandbox.folder', 'it holds more than one project', { hint: 'name one' });
    };
    await expect(
      world({}, { create }).confiner.confined(event({ command: 'ls' }), 'moderate'),
    ).rejects.toThrow(/only confined as `moderate`.*more than one project.*name one/);
  });

  test.each<readonly [string, () => readonly string[]]>([
    ['Writ', () => [process.execPath, join(workspace, 'sub/writ.js')]],
    ['its Node, by a link,', () => [join(top, 'link/sub/node'), join(top, 'outside/writ.js')]],
  ])(
    'is refused where %s stands in the workspace, and could be changed by what runs there',
    async (_what, words) => {
      const writ = words();
      for (const word of writ.filter((one) => one.startsWith(top))) writeFileSync(word, '');
      const { confiner, made } = world({}, { writ });
      await expect(confiner.confined(event({ command: 'ls' }), 'moderate')).rejects.toThrow(
        /Writ itself stands in the workspace/,
      );
      const elsewhere = { cwd: join(top, 'second'), workspaces: [join(top, 'second')] };
      await confiner.confined(event({ command: 'ls' }, elsewhere), 'moderate');
      expect(made).toHaveLength(1);
    },
  );

  test('is tried once for each place where it went well', async () => {
    const here = world();
    for (const command of ['ls', 'id', 'pwd']) await here.confiner.confined(event({ command }), 'moderate');
    expect([here.probes, here.made.length]).toStrictEqual([1, 1]);
  });

  test('is refused where the way to the network is configured and nobody listens', async () => {
    const socket = join(top, 'egress.sock');
    const settings = `egress: {listen: "unix:${socket}"}\n`;
    const { confiner, made } = world({}, { settings });
    const call = event({ command: 'ls' });
    await expect(confiner.confined(call, 'moderate')).rejects.toThrow(/does not listen.*writ egress/);
    // The strictest has no network at all.
    await confiner.confined(call, 'restrictive');
    const server = createServer();
    await new Promise<void>((resolve) => void server.listen(socket, resolve));
    await confiner.confined(call, 'moderate');
    server.close();
    expect(made.map(({ egress }) => egress)).toStrictEqual([undefined, { socketPath: socket }]);
  });
});

describe('a command that is confined already', () => {
  test.each(['ls', `echo 'a'; echo "$b"`, `''`, 'a\nb', `'`])(
    'is seen as the text in it: %s',
    async (command) => {
      const { confiner } = world();
      const input = await confiner.confined(event({ command }), 'moderate');
      expect(confiner.plain(event(input)).input).toStrictEqual({ command });
    },
  );

  test('is seen in a list of words too', async () => {
    const { confiner } = world();
    const codex = { host: 'codex', tool: 'shell' } as const;
    const input = await confiner.confined(event({ command: ['ls', '-l'] }, codex), 'moderate');
    expect(confiner.plain(event(input, codex)).input).toStrictEqual({
      command: ['/bin/sh', '-c', `'ls' '-l'`],
    });
  });

  test.each<readonly [string, (line: string) => string]>([
    ['another program', (line) => line.replace('/opt/node', '/tmp/node')],
    ['another configuration', (line) => line.replace('writ.yaml', 'mine.yaml')],
    ['another shell', (line) => line.replace(' bash ', ' ./bash ')],
    ['more folders', (line) => line.replace(' -- ', ' --write /home -- ')],
    ['a command behind it', (line) => `${line}; rm -rf x`],
    ['a command in front', (line) => `rm -rf x; ${line}`],
    ['a substitution in its words', (line) => line.replace('moderate', '$(id)')],
    ['more words', (line) => `${line} more`],
    ['another variable', (line) => line.replace('NODE_OPTIONS=', 'NODE_OPTIONS=--require=./x')],
  ])('with %s is judged as it stands', async (_what, change) => {
    const { confiner } = world();
    const command = change(lineOf(await confiner.confined(event({ command: 'ls' }), 'moderate')));
    const given = event({ command });
    expect(confiner.plain(given)).toBe(given);
  });

  test('from another place is judged as it stands', async () => {
    const { confiner } = world();
    const given = event(await confiner.confined(event({ command: 'ls' }), 'moderate'), {
      cwd: join(workspace, 'sub'),
    });
    expect(confiner.plain(given)).toBe(given);
  });
});

test('only shells of the host can be confined', () => {
  const { confiner } = world();
  expect(confiner.able(event({ command: 'ls' }))).toBe('restrictive');
  expect(confiner.able(event({ file_path: 'x' }, { tool: 'Read' }))).toBeUndefined();
  expect(confiner.able(event({ command: 'ls' }, { tool: 'mcp__x__Bash' }))).toBeUndefined();
  expect(confiner.able(event({ input: 'ls' }, { host: 'codex', tool: 'write_stdin' }))).toBeUndefined();
});
