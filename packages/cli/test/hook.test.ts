// `writ hook`, `writ daemon` and what `writ doctor` says of them: each host's own file, edited and given back, and hooks that stop what they should.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isJsonObject } from '@writ/core';
import { Scratch } from './harness.ts';

/** Everything is permitted: what is refused is refused whatever policy says. */
const POLICIES = `
@id("all") permit(principal, action in [Action::"tools/call", Action::"process/exec", Action::"file/read", Action::"file/write", Action::"file/delete", Action::"network/egress", Action::"results/deliver"], resource);
`;
const OUTSIDE = `
@id("outside") @reason("outside") forbid(principal, action == Action::"file/write", resource) unless { context.args.in_workspace };
`;
const HOSTS = [
  ['claude-code', '.claude/settings.json', '.claude/settings.local.json'],
  ['cursor', '.cursor/hooks.json', '.cursor/hooks.json'],
  ['copilot', '.copilot/hooks/writ.json', '.github/hooks/writ.json'],
  ['gemini', '.gemini/settings.json', '.gemini/settings.json'],
  ['opencode', '.config/opencode/plugin/writ.js', '.opencode/plugin/writ.js'],
  ['codex', '.codex/hooks.json', '.codex/hooks.json'],
] as const;

class Home extends Scratch {
  constructor() {
    super();
    mkdirSync(this.path('policies'));
    mkdirSync(this.path('home'));
    this.write('policies/a.cedar', POLICIES);
    this.write('writ.yaml', 'policies: [policies]\nagent: {id: coder}\n');
  }

  override get environment(): NodeJS.ProcessEnv {
    return { ...super.environment, HOME: this.path('home') };
  }

  put(name: string, text: string): void {
    mkdirSync(dirname(this.path(name)), { recursive: true });
    this.write(name, text);
  }

  /** What a shell makes of the first command of Writ's in `file`, told `payload`. */
  hook(file: string, payload: object, change: (command: string) => string = (command) => command): Ran {
    const command = change(commandIn(JSON.parse(this.read(file))));
    const options = {
      input: JSON.stringify(payload),
      cwd: this.folder,
      env: this.environment,
      encoding: 'utf8',
    } as const;
    const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', command], options);
    return { status, stdout, stderr };
  }
}

interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function commandIn(value: unknown): string {
  if (typeof value === 'string') return value.includes('hook.cjs') && value.includes('before') ? value : '';
  if (typeof value !== 'object' || value === null) return '';
  for (const one of Object.values(value)) {
    const found = commandIn(one);
    if (found !== '') return found;
  }
  return '';
}

let home: Home;
beforeEach(() => {
  home = new Home();
});
afterEach(async () => {
  home.run('daemon', 'stop');
  await home.remove();
});

describe.each(HOSTS)('%s', (host, user, project) => {
  test('gets its hooks for the user or for one project, tried by the doctor, and gives them back', () => {
    expect(home.run('hook', 'install', host)).toMatchObject({ status: 0 });
    expect(home.read(`home/${user}`)).toContain('hook.cjs');
    mkdirSync(home.path('repository'));
    expect(home.run('hook', 'install', host, '--project', 'repository').status).toBe(0);
    expect(home.read(`repository/${project}`)).toContain('hook.cjs');
    const found = home.json('doctor')['checks'] as readonly {
      check: string;
      status: string;
      detail: string;
    }[];
    const tried = found.filter(({ check }) => check === `hook ${host}`);
    expect(tried.map(({ status, detail }) => [status, detail.includes('did not run')])).toStrictEqual([
      ['ok', true],
      ['ok', true],
    ]);
    for (const flags of [[], ['--project', 'repository']])
      expect(home.run('hook', 'uninstall', host, ...flags).status).toBe(0);
    expect(existsSync(home.path('home', user)) || existsSync(home.path('repository', project))).toBe(false);
    expect(home.run('hook', 'status').stdout).toContain('no hooks are installed');
  }, 90_000);
});

describe('a host’s file that is there already', () => {
  const SETTINGS = `${JSON.stringify(
    {
      model: 'large',
      hooks: {
        PreToolUse: [{ matcher: 'Bash', hooks: [{ type: 'command', command: 'mine' }] }],
        Stop: [{ hooks: [{ type: 'command', command: 'bell' }] }],
      },
      permissions: { deny: ['Read(.env)'] },
    },
    null,
    4,
  )}\n`;

  test('keeps everything else, byte for byte once the hooks are taken out, and is the same after a second time', () => {
    home.put('home/.claude/settings.json', SETTINGS);
    home.run('hook', 'install', 'claude-code');
    const once = home.read('home/.claude/settings.json');
    expect(JSON.parse(once)).toMatchObject({ model: 'large', permissions: { deny: ['Read(.env)'] } });
    expect(once).toContain('"command": "mine"');
    expect(once).toContain('"onFailure": "block"');
    expect(home.json('hook', 'install', 'claude-code')['isChanged']).toBe(false);
    expect(home.read('home/.claude/settings.json')).toBe(once);
    expect(home.read('home/.claude/settings.json.before-writ')).toBe(SETTINGS);
    home.run('hook', 'uninstall', 'claude-code');
    expect(home.read('home/.claude/settings.json')).toBe(SETTINGS);
  });

  test.each([
    ['comments', '{\n  // mine\n  "model": "large"\n}\n', 'no plain JSON'],
    ['two values for one name', '{"hooks": {}, "hooks": {}}', 'no plain JSON'],
    ['another place for hooks', '{"hooks": ["mine"]}', 'no place for hooks'],
    ['something else for its events', '{"hooks": {"PreToolUse": "mine"}}', 'is no list'],
  ])('with %s is left alone, and what to write is said', (_what, text, why) => {
    home.put('home/.claude/settings.json', text);
    const { status, stderr } = home.run('hook', 'install', 'claude-code');
    expect([status, stderr]).toStrictEqual([2, expect.stringContaining(why)]);
    expect(home.read('home/.claude/settings.json')).toBe(text);
  });

  test.each([
    ['claude-code', '.claude/settings.json', { disableAllHooks: true }, 'disableAllHooks'],
    ['gemini', '.gemini/settings.json', { hooksConfig: { enabled: false } }, 'hooksConfig.enabled'],
    ['gemini', '.gemini/settings.json', { hooksConfig: { disabled: ['writ'] } }, 'hooksConfig.disabled'],
  ])('of %s (%s) with %j starts no hooks, and is not taken for one that does', (host, name, off, word) => {
    home.put(`home/${name}`, JSON.stringify(off));
    const { status, stderr } = home.run('hook', 'install', host);
    expect([status, stderr]).toStrictEqual([2, expect.stringContaining(`${word}\` in `)]);
    rmSync(home.path('home', name));
    home.run('hook', 'install', host);
    home.write(`home/${name}`, JSON.stringify({ ...JSON.parse(home.read(`home/${name}`)), ...off }));
    expect(home.run('hook', 'status')).toMatchObject({
      status: 1,
      stdout: expect.stringContaining('GONE') as string,
    });
  });

  test('is not written to by a dry run, which shows what would be', () => {
    const { stdout, status } = home.run('hook', 'install', 'cursor', '--dry-run');
    expect([status, JSON.parse(stdout)]).toMatchObject([
      0,
      { version: 1, hooks: { preToolUse: [{ failClosed: true }] } },
    ]);
    expect(readdirSync(home.path('home'))).toStrictEqual([]);
    expect(existsSync(home.path('.writ'))).toBe(false);
  });

  test('is written through a link, which stays one', () => {
    home.put('dotfiles/settings.json', '{}\n');
    mkdirSync(home.path('home/.claude'));
    symlinkSync(home.path('dotfiles/settings.json'), home.path('home/.claude/settings.json'));
    home.run('hook', 'install', 'claude-code');
    expect(home.read('dotfiles/settings.json')).toContain('hook.cjs');
  });
});

describe('an installed hook', () => {
  const bash = (command: string): object => ({
    hook_event_name: 'PreToolUse',
    session_id: 's',
    cwd: home.folder,
    tool_name: 'Bash',
    tool_input: { command },
    tool_use_id: 'one',
  });
  const FILE = 'home/.claude/settings.json';

  test('lets pass what policy permits, with whatever environment its host has', () => {
    home.run('hook', 'install', 'claude-code');
    const { status, stdout } = home.hook(
      FILE,
      bash('git status'),
      (command) => `NODE_OPTIONS=--no-such-option; export NODE_OPTIONS; ${command}`,
    );
    expect([status, stdout]).toStrictEqual([0, '']);
  });

  test('leaves nothing of what the agent did to read in the data folder: no command, path, word or session', () => {
    home.run('hook', 'install', 'claude-code');
    const told = (tool_name: string, tool_input: object): object => ({
      ...bash(''),
      session_id: 'marked-session',
      tool_name,
      tool_input,
    });
    for (const payload of [
      told('Bash', { command: 'ls marked-argument', description: 'marked-words' }),
      told('Read', { file_path: home.path('marked-path.txt') }),
      told('Write', { file_path: home.path('b.txt'), content: 'marked-content of ann@marked.example' }),
      told('WebFetch', { url: 'https://marked.example/page', prompt: 'marked-prompt' }),
    ])
      home.hook(FILE, payload);
    const files = readdirSync(home.path('.writ'), { recursive: true, withFileTypes: true })
      .filter((file) => file.isFile())
      .map(({ parentPath, name }) => ({ name, text: readFileSync(join(parentPath, name), 'latin1') }));
    expect(files.filter(({ text }) => text.includes('"kind":"decision"')).length).toBeGreaterThan(0);
    expect(files.filter(({ text }) => text.includes('marked'))).toEqual([]);
  });

  test('keeps its own file from the agent, whatever policy permits', () => {
    home.run('hook', 'install', 'claude-code');
    const write = { tool_name: 'Write', tool_input: { file_path: home.path(FILE), content: '{}' } };
    for (const payload of [
      { ...bash(''), ...write },
      bash(`rm -f ${home.path(FILE)}`),
      bash(`rm -rf ${home.path('.writ/hook')}`),
    ]) {
      const { status, stderr } = home.hook(FILE, payload);
      expect([status, stderr]).toStrictEqual([2, expect.stringContaining('a file of Writ itself')]);
    }
  });

  test.each([
    ['project/src', 'project/a', 0],
    ['elsewhere', 'elsewhere/a', 2],
    ['elsewhere', 'project/a', 0],
  ])(
    'knows where Claude Code was started when its shell is in %s and it writes %s',
    (cwd, file, expected) => {
      home.write('policies/b.cedar', OUTSIDE);
      home.run('hook', 'install', 'claude-code');
      const payload = {
        ...bash(''),
        cwd: home.path(cwd),
        tool_name: 'Write',
        tool_input: { file_path: home.path(file), content: '' },
      };
      const { status } = home.hook(
        FILE,
        payload,
        (command) => `CLAUDE_PROJECT_DIR='${home.path('project')}'; export CLAUDE_PROJECT_DIR; ${command}`,
      );
      expect(status).toBe(expected);
    },
  );

  test('writes and loads nothing that its host’s environment names', () => {
    home.run('hook', 'install', 'claude-code');
    const { status } = home.hook(
      FILE,
      bash('git status'),
      (command) => `NODE_V8_COVERAGE='${home.path('seen')}'; export NODE_V8_COVERAGE; ${command}`,
    );
    expect([status, existsSync(home.path('seen'))]).toStrictEqual([0, false]);
  });

  test('of another version is what the doctor finds; and what decides inside a project is told at once', () => {
    const { stderr } = home.run('hook', 'install', 'claude-code', '--project', '.');
    expect(stderr).toContain(`${home.path('writ.yaml')}, ${home.path('.writ')}`);
    expect(home.run('hook', 'install', 'cursor', '--project', 'repository').stderr).not.toContain(
      'writ.yaml',
    );
    home.write('.writ/hook/hook.cjs', `${home.read('.writ/hook/hook.cjs')}// older`);
    expect(home.run('hook', 'status', '--try').stdout).toMatch(
      /hook claude-code\s+its program is of another version/,
    );
  });

  test.each<readonly [string, (command: string) => string]>([
    ['whose Node is gone', (command) => command.replace(process.execPath, '/no/such/node')],
    ['whose file is gone', (command) => command.replace('hook.cjs', 'nothing.cjs')],
    ['that is killed', (command) => command.replace(process.execPath, "/bin/sh -c 'kill -9 $$' ")],
  ])('%s ends with 2, which blocks', (_what, spoil) => {
    home.run('hook', 'install', 'claude-code');
    expect(home.hook(FILE, bash('git status'), spoil).status).toBe(2);
  });

  test('that somebody took out, or whose daemon has no policies any more, is what the doctor finds', () => {
    home.run('hook', 'install', 'claude-code');
    expect(home.run('hook', 'status', '--try')).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^ok\s+hook claude-code\s+.*did not run/) as string,
    });
    home.write(FILE, '{}');
    expect(home.run('doctor').stdout).toMatch(/^FAIL\s+hook claude-code\s+no hook stands/im);
    expect(home.run('hook', 'status', '--try')).toMatchObject({
      status: 1,
      stdout: expect.stringMatching(/^FAIL\s+hook claude-code\s+no hook stands/) as string,
    });
    expect(home.run('hook', 'status')).toMatchObject({
      status: 1,
      stdout: expect.stringContaining('GONE') as string,
    });
    home.run('hook', 'install', 'claude-code');
    rmSync(home.path('policies/a.cedar'));
    const { status, stderr } = home.hook(FILE, bash('git status'));
    expect([status, stderr]).toStrictEqual([2, expect.stringContaining('daemon.log')]);
  });
});

describe('writ daemon', () => {
  test('is started, tells of itself, and is ended', () => {
    expect(home.json('daemon', 'status')).toMatchObject({ running: false });
    const started = home.json('daemon', 'start');
    expect(started).toMatchObject({ running: true, pending: 0, mode: 'strict' });
    expect(home.json('daemon', 'start')['pid']).toBe(started['pid']);
    expect(isJsonObject(home.json('daemon', 'status') as never)).toBe(true);
    expect(home.json('daemon', 'stop')).toStrictEqual({ stopped: true });
  });

  test('that cannot start says why', () => {
    home.write('policies/a.cedar', 'permit(');
    const { status, stderr } = home.run('daemon', 'start');
    expect([status, stderr]).toStrictEqual([74, expect.stringContaining('a.cedar')]);
  });
});
