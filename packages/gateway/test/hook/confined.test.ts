// Commands of each host, run confined for real: what the daemon tells the host to run is run by a shell, and its effects are looked for. The same command
// as the agent wrote it has every effect, for what fails everywhere proves nothing.
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isJsonObject, type JsonObject, type JsonValue } from '@writ/core';
import { bubblewrapDriver } from '@writ/core/sandbox';
import { loadConfig } from '../../src/config/index.ts';
import { askDaemon } from '../../src/hook/client/index.ts';
import {
  type HookReply,
  type HostId,
  HOSTS,
  openHooks,
  type RunningHookDaemon,
} from '../../src/hook/index.ts';

const driver = bubblewrapDriver();
const { status: here, detail } = await driver.probe();
await driver.close();
// INVARIANT: what is installed and does not confine is a failure, and never a reason to skip.
const isHere = here !== 'absent' && here !== 'untested';
if (!isHere) console.warn(`SKIPPED: confined commands of hosts: ${detail}`);

const CLI = join(import.meta.dirname, '../../../cli/src/main.ts');
const PAYLOADS = join(import.meta.dirname, 'payloads');
/** What each host writes before a command, as it was recorded. */
const BEFORE: Readonly<Record<HostId, string>> = {
  'claude-code': 'pre-bash',
  cursor: 'pre-shell',
  copilot: 'pre-bash-text',
  gemini: 'before-shell',
  opencode: 'before-bash',
  codex: 'pre-bash',
};
/** Everything is permitted, commands only confined; two programs are not. */
const POLICIES = `
@id("all") permit(principal, action in [Action::"tools/call", Action::"process/exec", Action::"file/read", Action::"file/write", Action::"file/delete", Action::"network/egress", Action::"results/deliver"], resource);
@id("sandboxes") permit(principal, action in [Action::"sandbox/create", Action::"sandbox/exec", Action::"sandbox/remove"], resource);
@id("confined") @confine("moderate") permit(principal, action == Action::"process/exec", resource);
@id("no-sudo") forbid(principal, action == Action::"process/exec", resource == Program::"sudo");
@id("named") @confine("permissive") permit(principal, action == Action::"claude-code/Bash", resource);
`;

let top: string;
let workspace: string;
let home: string;
let server: Server;
let reached = 0;
/** Our own among them. */
let own = 0;
let daemon: RunningHookDaemon;

beforeAll(async () => {
  if (!isHere) return;
  top = realpathSync(mkdtempSync(join(tmpdir(), 'writ-confined-')));
  [workspace, home] = [join(top, 'project'), join(top, 'home')];
  for (const folder of [workspace, home, join(workspace, 'policies')]) mkdirSync(folder);
  writeFileSync(join(workspace, 'policies/a.cedar'), POLICIES);
  writeFileSync(join(workspace, 'writ.yaml'), 'policies: [policies]\nagent: {id: coder}\n');
  server = createServer((socket) => {
    reached += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const config = loadConfig(join(workspace, 'writ.yaml'));
  const opened = await openHooks({ config, writ: [process.execPath, CLI], report: () => undefined });
  if (opened === undefined) throw new Error('a daemon runs here already');
  daemon = opened;
}, 120_000);

afterAll(async () => {
  if (!isHere) return;
  await daemon.close();
  server.close();
  rmSync(top, { recursive: true, force: true });
});

/** What the host would hear, over the socket that hooks use. */
async function ask(host: HostId, event: 'before' | 'after', payload: JsonObject): Promise<HookReply> {
  const reply = await askDaemon(join(workspace, '.writ/hook'), {
    about: Buffer.from(JSON.stringify({ host, event, cwd: workspace })),
    payload: Promise.resolve(Buffer.from(JSON.stringify(payload))),
  });
  return JSON.parse(new TextDecoder().decode(reply)) as HookReply;
}

/** The recorded payload of `host` before a command, in this workspace, for this command. */
function recorded(host: HostId, command: string): JsonObject {
  const file = JSON.parse(readFileSync(join(PAYLOADS, host, `${BEFORE[host]}.json`), 'utf8')) as {
    readonly payload: JsonObject;
  };
  const moved = (value: JsonValue, key: string): JsonValue => {
    if (key === 'command') return command;
    if (key === 'toolArgs') return JSON.stringify({ command, description: 'x' });
    if (typeof value === 'string')
      return value.replace('/home/dev/project/sub', workspace).replace('/home/dev/project', workspace);
    if (Array.isArray(value)) return (value as readonly JsonValue[]).slice(0, 1).map((one) => moved(one, ''));
    if (!isJsonObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, moved(one, name)]));
  };
  return moved(file.payload, '') as JsonObject;
}

/** The command in what a host is told, wherever the host has it. */
function commandIn(said: JsonValue): string | undefined {
  if (!isJsonObject(said)) return undefined;
  if (typeof said['command'] === 'string') return said['command'];
  return Object.values(said)
    .map(commandIn)
    .find((one) => one !== undefined);
}

/** As a host runs it. */
function run(command: string): {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
} {
  const env = { ...process.env, HOME: home };
  return spawnSync('/bin/bash', ['-c', command], { cwd: workspace, env, encoding: 'utf8' });
}

/** Writes inside and outside, reads a key, and knocks at a port of this machine; ends with 41. */
function attempt(mark: string): string {
  const { port } = server.address() as { readonly port: number };
  const outside = join(home, mark);
  return [
    `echo inside >${mark}`,
    `(echo outside >${outside}) 2>/dev/null`,
    `(exec 3<>/dev/tcp/127.0.0.1/${port}) 2>/dev/null`,
    `echo \${#NODE_COMPILE_CACHE} {a,b} $(cd .w*; ls -A | wc -l)`,
    'exit 41',
  ].join('; ');
}

/** How often the port was reached so far. Connections are taken in their order, so a knock of our own, once it is heard, tells of all before it. */
async function heard(): Promise<number> {
  const { port } = server.address() as { readonly port: number };
  const before = reached;
  await once(connect(port, '127.0.0.1'), 'close');
  while (reached === before) await new Promise((resolve) => void setImmediate(resolve));
  own += 1;
  return reached - own;
}

/** What became of `attempt(mark)`. */
function effects(mark: string): readonly boolean[] {
  return [existsSync(join(workspace, mark)), existsSync(join(home, mark))];
}

/** Codes of outcomes in the record, the latest last. */
function codes(): readonly string[] {
  const { reader } = daemon.node;
  return Array.from({ length: reader.size() }, (_, index) => reader.entry(index).entry).flatMap((entry) =>
    entry.kind === 'outcome' && entry.code !== undefined ? [entry.code] : [],
  );
}

describe.skipIf(!isHere)('a command that policy lets run only confined', { timeout: 120_000 }, () => {
  test('has every effect where nobody confines it', async () => {
    const before = await heard();
    const { status, stdout } = run(attempt('plain'));
    expect([status, effects('plain'), stdout.startsWith('0 ')]).toStrictEqual([41, [true, true], false]);
    expect(await heard()).toBe(before + 1);
  });

  test.each(HOSTS)(
    'of %s runs in its workspace and reaches nothing else; its exit code arrives',
    async (host) => {
      const [mark, before, ended] = [`of-${host}`, await heard(), codes().length];
      const reply = await ask(host, 'before', recorded(host, attempt(mark)));
      expect(reply).toMatchObject({ exitCode: 0 });
      const command = commandIn(JSON.parse(reply.stdout) as JsonValue);
      const { status, stdout, stderr } = run(command ?? 'echo it was not rewritten');
      expect([status, stderr]).toStrictEqual([41, '']);
      // Bash read it, without the caller's variables, and Writ's own folder is empty.
      expect(stdout).toBe('0 a b 0\n');
      expect(effects(mark)).toStrictEqual([true, false]);
      expect(await heard()).toBe(before);
      expect(codes().slice(ended)).toStrictEqual(['exit.41']);
    },
  );

  test('is denied at an event whose host takes no other input', async () => {
    const payload = {
      hook_event_name: 'beforeShellExecution',
      conversation_id: 's',
      workspace_roots: [workspace],
      command: 'echo x >fixed',
      cwd: workspace,
    };
    const reply = await ask('cursor', 'before', payload);
    expect(reply).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('confined') as string });
  });

  test('is denied before it runs where it could not be confined: outside the workspace', async () => {
    const payload = recorded('claude-code', 'ls');
    const reply = await ask('claude-code', 'before', {
      ...payload,
      tool_input: { command: 'ls', workdir: home },
    });
    expect(reply).toMatchObject({ exitCode: 2 });
  });

  test('that Writ wrote itself is judged as the agent’s, and not confined twice', async () => {
    const reply = await ask('claude-code', 'before', recorded('claude-code', 'echo once >once'));
    const command = commandIn(JSON.parse(reply.stdout) as JsonValue) ?? '';
    const again = await ask('claude-code', 'before', recorded('claude-code', command));
    expect(again).toMatchObject({ exitCode: 0, stdout: '' });
    expect(run(command).status).toBe(0);
    expect(existsSync(join(workspace, 'once'))).toBe(true);
    const inner = recorded('claude-code', command.replace('echo once >once', 'sudo id'));
    expect(await ask('claude-code', 'before', inner)).toMatchObject({ exitCode: 2 });
  });

  test('is still judged by what the agent wrote', async () => {
    for (const command of [
      'sudo id',
      'writ run -- sudo id',
      'writ run --profile permissive -- sh -c "sudo id"',
    ])
      expect(await ask('claude-code', 'before', recorded('claude-code', command))).toMatchObject({
        exitCode: 2,
      });
  });

  test('has the same rights to Writ’s own files as outside: none', async () => {
    const reply = await ask(
      'claude-code',
      'before',
      recorded('claude-code', 'for f in *.yaml p*/*; do echo x >>"$f"; done; true'),
    );
    const command = commandIn(JSON.parse(reply.stdout) as JsonValue);
    if (command !== undefined) run(command);
    expect(readFileSync(join(workspace, 'writ.yaml'), 'utf8')).not.toContain('x\n');
  });
});
