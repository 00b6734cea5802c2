/** Whether an installed hook stops something: a call that no policy permits is put to it as its host would, and run where it says nothing against it. */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { HostId } from '../types.ts';
import type { InstalledHook } from './install.ts';

/** How a host ends a hook that says nothing. */
const PATIENCE_MS = 60_000;

/** What came of it. */
export interface CanaryEnd {
  /** Whether the side effect is absent. */
  readonly isStopped: boolean;
  /** What the hook said. */
  readonly said: string;
}

/** Puts the writing of a file among Writ's own to `hook`. `folder`: where its daemon is met. */
export async function tryHook(hook: InstalledHook, folder: string): Promise<CanaryEnd> {
  const file = join(folder, `canary-${randomUUID()}`);
  const command = `touch ${file}`;
  const end =
    hook.host === 'opencode'
      ? await viaPlugin(hook.file, command, folder)
      : await viaShell(hook, command, folder);
  // By the rules of the most careless host.
  if (end.lets) writeFileSync(file, '');
  const isStopped = !existsSync(file);
  rmSync(file, { force: true });
  return { isStopped, said: end.said };
}

interface Told {
  readonly lets: boolean;
  readonly said: string;
}

function viaShell({ host, before }: InstalledHook, command: string, cwd: string): Promise<Told> {
  if (before === undefined)
    return Promise.resolve({ lets: true, said: 'the hook is not in the file any more' });
  return new Promise((resolve) => {
    const child = spawn('/bin/sh', ['-c', before], { cwd, stdio: ['pipe', 'pipe', 'pipe'] });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.stdin.on('error', () => undefined);
    const late = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
    child.once('error', (cause) => resolve({ lets: true, said: cause.message }));
    child.once('close', (code) => {
      clearTimeout(late);
      const isDenied =
        code === 2 || (code === 0 && /"(?:permissionDecision|permission|decision)":"deny"/.test(stdout));
      resolve({ lets: !isDenied, said: stderr.trim() || `it ended with ${code}` });
    });
    child.stdin.end(JSON.stringify(payloadFor(host, command, cwd)));
  });
}

/** What the hosts write before a shell command. */
function payloadFor(host: HostId, command: string, cwd: string): object {
  const session = 'writ-doctor';
  switch (host) {
    case 'cursor':
      return {
        hook_event_name: 'preToolUse',
        conversation_id: session,
        workspace_roots: [cwd],
        tool_name: 'Shell',
        tool_input: { command },
      };
    case 'copilot':
      return { sessionId: session, cwd, toolName: 'bash', toolArgs: { command } };
    case 'gemini':
      return {
        hook_event_name: 'BeforeTool',
        session_id: session,
        cwd,
        tool_name: 'run_shell_command',
        tool_input: { command },
      };
    case 'claude-code':
    case 'codex':
    case 'opencode':
      return {
        hook_event_name: 'PreToolUse',
        session_id: session,
        cwd,
        tool_name: 'Bash',
        tool_input: { command },
        tool_use_id: randomUUID(),
      };
    default:
      return host satisfies never;
  }
}

interface Plugin {
  readonly Writ: (
    place: object,
  ) => Promise<{ readonly 'tool.execute.before': (input: object, output: object) => Promise<void> }>;
}

async function viaPlugin(file: string, command: string, directory: string): Promise<Told> {
  try {
    const { Writ } = (await import(pathToFileURL(file).href)) as Plugin;
    const hooks = await Writ({ directory, worktree: '/' });
    const call = { tool: 'bash', sessionID: 'writ-doctor', callID: randomUUID() };
    await hooks['tool.execute.before'](call, { args: { command } });
    return { lets: true, said: 'the plug-in let it run' };
  } catch (thrown) {
    return { lets: false, said: thrown instanceof Error ? thrown.message : 'it threw' };
  }
}
