// A coding agent's command, confined from end to end: policies as `writ init` writes them, the hook as it is installed, and what the host then runs.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bubblewrapDriver } from '@writ/core/sandbox';
import { Scratch } from './harness.ts';

const driver = bubblewrapDriver();
const { status: here, detail } = await driver.probe();
await driver.close();
const isHere = here !== 'absent' && here !== 'untested';
if (!isHere) console.warn(`SKIPPED: confined commands through hooks: ${detail}`);

const SETTINGS = '.claude/settings.local.json';

class Project extends Scratch {
  /** Beside the project: a folder that holds somebody's home is given to no sandbox. */
  readonly home: Scratch = new Scratch();

  override get environment(): NodeJS.ProcessEnv {
    return { ...super.environment, HOME: this.home.folder };
  }

  /** What the hook of `event` answers to Claude Code. */
  hook(event: 'before' | 'after', command: string, more: object = {}): Ran {
    const hooks = (JSON.parse(this.read(SETTINGS)) as Settings).hooks;
    const name = event === 'before' ? 'PreToolUse' : 'PostToolUse';
    const payload = {
      hook_event_name: name,
      session_id: 's',
      cwd: this.folder,
      tool_name: 'Bash',
      tool_input: { command },
      tool_use_id: 'one',
      ...more,
    };
    return this.shell(hooks[name][0]?.hooks[0]?.command ?? 'exit 99', JSON.stringify(payload));
  }

  shell(command: string, input = ''): Ran {
    const options = { cwd: this.folder, env: this.environment, encoding: 'utf8', input } as const;
    const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', command], options);
    return { status, stdout, stderr };
  }
}

interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}
interface Settings {
  readonly hooks: Readonly<
    Record<
      'PreToolUse' | 'PostToolUse',
      readonly { readonly hooks: readonly { readonly command: string }[] }[]
    >
  >;
}

let project: Project;
beforeAll(() => {
  project = new Project();
  const { status, stderr } = project.run('init', '--coding-agent', '--no-approver');
  if (status !== 0) throw new Error(stderr);
  project.run('hook', 'install', 'claude-code', '--project', '.');
});
afterAll(async () => {
  project.run('daemon', 'stop');
  await project.remove();
  await project.home.remove();
});

describe.skipIf(!isHere)(
  'a coding agent under the policies that `writ init` writes',
  { timeout: 120_000 },
  () => {
    test('runs its commands as they are, until their policy is asked for', () => {
      const { status, stdout } = project.hook('before', 'ls');
      expect([status, stdout]).toStrictEqual([0, '']);
      project.hook('after', 'ls', { tool_response: 'x' });
    });

    test('has them run confined once it is: in the workspace, not beside it, with its own exit code and a result that comes back', () => {
      const file = 'policies/40-confined.cedar';
      project.write(file, project.read(file).replaceAll(/^\/\/ (?=@id|@confine|permit)/gm, ''));
      expect(project.run('policy', 'check', 'policies').status).toBe(0);
      project.run('daemon', 'stop');
      const before = project.hook('before', 'ls; touch made; exit 7');
      expect(before.status).toBe(0);
      const told = JSON.parse(before.stdout) as {
        readonly hookSpecificOutput: { readonly updatedInput: { readonly command: string } };
      };
      const { command } = told.hookSpecificOutput.updatedInput;
      const ran = project.shell(`${command}; echo "ended with $?"`);
      expect([ran.stdout, ran.stderr]).toStrictEqual([expect.stringContaining('ended with 7') as string, '']);
      expect(existsSync(project.path('made'))).toBe(true);
      const after = project.hook('after', command, { tool_response: { stdout: ran.stdout, stderr: '' } });
      expect([after.status, after.stdout]).toStrictEqual([0, '']);
    });

    test('cannot take its hooks out by a program that it may run', () => {
      const settings = project.read(SETTINGS);
      // The name is put together where no reader of the text sees it.
      const before = project.hook('before', `sh -c 'for f in .c*/s*; do echo {} >"$f"; done'`);
      const command = /"command":("(?:[^"\\]|\\.)*")/.exec(before.stdout)?.[1];
      if (command !== undefined) project.shell(JSON.parse(command) as string);
      expect(project.read(SETTINGS)).toBe(settings);
      const { stderr, status } = project.run(
        'run',
        '--',
        'sh',
        '-c',
        'for f in .c*/s*; do echo {} >"$f"; done',
      );
      expect([status, stderr]).toStrictEqual([expect.any(Number), expect.stringContaining('Read-only')]);
      expect(project.read(SETTINGS)).toBe(settings);
    });

    test.each([
      ['where it has none yet', 'other', 'mkdir -p .claude; echo {} >.claude/settings.json'],
      [
        'by another folder in its place',
        'moved',
        'mv .claude x; mkdir .claude; echo {} >.claude/settings.json',
      ],
    ])('cannot give its host other settings %s', (_where, name, text) => {
      mkdirSync(project.path(name));
      project.run('run', '--folder', name, '--', 'sh', '-c', `touch here; ${text}`);
      expect([
        existsSync(project.path(name, 'here')),
        existsSync(project.path(name, '.claude/settings.json')),
      ]).toStrictEqual([true, false]);
    });

    test('is told by the doctor whether it can', () => {
      expect(project.run('doctor').stdout).toMatch(/^ok\s+hook @confine\s+.*bubblewrap/m);
    });
  },
);
