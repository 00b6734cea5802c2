/** The shapes of six coding agents: what they write is read exactly, and what they are told is in their own words. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '@writ/core';
import { withheld } from '../../src/hook/client/index.ts';
import { ADAPTERS } from '../../src/hook/hosts/index.ts';
import { HOSTS, type HookAnswer, type HookEvent, type HostId } from '../../src/hook/index.ts';
import { RECIPES } from '../../src/hook/install/index.ts';

interface Recorded {
  /** Where the shape was seen. */
  readonly seen: string;
  readonly payload: JsonObject;
  readonly expect: JsonObject;
}

const FOLDER = join(import.meta.dirname, 'payloads');
const here = { cwd: '/started/here' };

function recorded(host: HostId): readonly (readonly [string, Recorded])[] {
  return readdirSync(join(FOLDER, host)).map((file) => {
    const text = readFileSync(join(FOLDER, host, file), 'utf8');
    return [`${host}/${file}`, JSON.parse(text) as Recorded] as const;
  });
}

function eventOf(host: HostId, file: string): HookEvent {
  const found = recorded(host).find(([name]) => name === `${host}/${file}.json`);
  return ADAPTERS[host].read(found?.[1].payload ?? null, here);
}

describe('what hosts write', () => {
  test.each(HOSTS.flatMap((host) => recorded(host)))(
    '%s is read as it is described',
    (name, { seen, payload, expect: expected }) => {
      const host = name.split('/', 1)[0] as HostId;
      expect(seen).not.toBe('');
      expect(ADAPTERS[host].read(payload, here)).toEqual({ host, ...expected });
    },
  );

  const broken: readonly (readonly [string, (payload: JsonObject) => JsonValue])[] = [
    ['is no object', () => ['x']],
    ['has no tool', (payload) => without(payload, ['tool_name', 'tool', 'toolName'])],
    ['has a tool that is no text', (payload) => replaced(payload, ['tool_name', 'tool', 'toolName'], 7)],
    ['has arguments that are a list', (payload) => replaced(payload, ARGUMENTS, ['x'])],
    ['has arguments that are broken JSON', (payload) => replaced(payload, ARGUMENTS, '{"a":')],
    ['has arguments that say one thing twice', (payload) => replaced(payload, ARGUMENTS, '{"a":1,"a":2}')],
    ['stands in a folder that is not absolute', (payload) => replaced(payload, FOLDERS, 'src')],
  ];
  const calls: readonly (readonly [HostId, string])[] = [
    ['claude-code', 'pre-bash'],
    ['codex', 'pre-bash'],
    ['cursor', 'pre-shell'],
    ['gemini', 'before-shell'],
    ['opencode', 'before-bash'],
    ['copilot', 'pre-edit-object'],
  ];
  test.each(
    calls.flatMap(([host, file]) => broken.map(([why, breaking]) => [host, file, why, breaking] as const)),
  )('a payload of %s (%s) that %s is no call that is passed', (host, file, why, breaking) => {
    const payload = recorded(host).find(([name]) => name === `${host}/${file}.json`)?.[1].payload ?? {};
    const read = (): HookEvent => ADAPTERS[host].read(breaking(payload), here);
    // Copilot does not name its events: without a tool there is no call.
    if (host === 'copilot' && why === 'has no tool') expect(read().event).toBe('other');
    else expect(read).toThrow(/cannot be read/);
  });

  test('a server of Gemini whose name could be read two ways is refused', () => {
    const mcp_context = { server_name: 'a__b', tool_name: 'c' };
    const payload = { hook_event_name: 'BeforeTool', tool_name: 'mcp_a__b_c', tool_input: {}, mcp_context };
    expect(() => ADAPTERS.gemini.read(payload, here)).toThrow(/mcp_context/);
  });
});

const ARGUMENTS = ['tool_input', 'args', 'toolArgs'];
const FOLDERS = ['cwd', 'directory', 'workingDirectory'];

function replaced(payload: JsonObject, names: readonly string[], value: JsonValue): JsonObject {
  return Object.fromEntries(
    Object.entries(payload).map(([name, one]) => [name, names.includes(name) ? value : one]),
  );
}

function without(payload: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(payload).filter(([name]) => !names.includes(name)));
}

test('the workspace of Claude Code is where it was started, not where its shell went', () => {
  const payload =
    recorded('claude-code').find(([name]) => name.endsWith('/pre-bash.json'))?.[1].payload ?? {};
  const moved = { ...payload, cwd: '/home/dev/other' };
  const started = { cwd: '/home/dev/other', project: '/home/dev/project' };
  expect(ADAPTERS['claude-code'].read(moved, started)).toMatchObject({
    cwd: '/home/dev/other',
    workspaces: ['/home/dev/project'],
  });
  expect(ADAPTERS['claude-code'].read(moved, here)).toMatchObject({ workspaces: ['/home/dev/other'] });
});

describe('what hosts are told', () => {
  const BEFORE: Readonly<Record<HostId, string>> = {
    'claude-code': 'pre-bash',
    codex: 'pre-bash',
    cursor: 'pre-shell',
    gemini: 'before-shell',
    opencode: 'before-bash',
    copilot: 'pre-bash-text',
  };
  const specific = (decision: JsonObject): JsonObject => ({
    hookSpecificOutput: { hookEventName: 'PreToolUse', ...decision },
  });
  const denied: Readonly<Record<HostId, readonly [JsonObject, number]>> = {
    'claude-code': [specific({ permissionDecision: 'deny', permissionDecisionReason: 'no' }), 2],
    codex: [specific({ permissionDecision: 'deny', permissionDecisionReason: 'no' }), 2],
    cursor: [{ permission: 'deny', user_message: 'no', agent_message: 'no' }, 2],
    gemini: [{ decision: 'deny', reason: 'no' }, 2],
    opencode: [{ kind: 'deny', reason: 'no' }, 2],
    copilot: [{ permissionDecision: 'deny', permissionDecisionReason: 'no' }, 0],
  };
  test.each(HOSTS)('%s is told of a denial in its words, by its exit code and on standard error', (host) => {
    const [words, exitCode] = denied[host];
    const reply = ADAPTERS[host].reply({ kind: 'deny', reason: 'no' }, eventOf(host, BEFORE[host]));
    expect(JSON.parse(reply.stdout)).toEqual(words);
    expect(reply).toMatchObject({ exitCode, stderr: 'no\n' });
    // And the same where the payload could not be read.
    expect(ADAPTERS[host].reply({ kind: 'deny', reason: 'no' }, undefined)).toEqual(reply);
  });

  test.each(HOSTS)('%s asks its person, or denies where it could not', (host) => {
    const event = eventOf(host, BEFORE[host]);
    const reply = ADAPTERS[host].reply({ kind: 'ask', reason: 'no' }, event);
    if (!ADAPTERS[host].can.ask)
      expect(reply).toEqual(ADAPTERS[host].reply({ kind: 'deny', reason: 'no' }, event));
    else {
      expect(reply.exitCode).toBe(0);
      expect(reply.stdout).toMatch(/"(?:permissionDecision|permission)":"ask"/);
      expect(reply.stdout).toContain('no');
    }
  });

  test.each(HOSTS)('%s is never told to allow where nothing was changed: its own questions stay', (host) => {
    for (const kind of ['allow', 'pass'] as const) {
      const { stdout, exitCode } = ADAPTERS[host].reply({ kind }, eventOf(host, BEFORE[host]));
      expect(exitCode).toBe(0);
      const said = stdout === '' ? {} : (JSON.parse(stdout) as JsonObject);
      // OpenCode's plug-in is Writ's own: its `allow` only means that it does not throw.
      expect(said).toEqual(host === 'opencode' ? { kind: 'allow' } : {});
    }
  });

  test.each(HOSTS)('%s gets changed arguments where it takes them', (host) => {
    const input = { command: 'changed' };
    const reply = ADAPTERS[host].reply({ kind: 'allow', input }, eventOf(host, BEFORE[host]));
    expect(ADAPTERS[host].can.rewriteInput).toBe(true);
    expect(reply.stdout).toContain('"command":"changed"');
  });

  const after: readonly (readonly [HostId, string, HookAnswer, JsonObject])[] = [
    [
      'claude-code',
      'post-read',
      { kind: 'output', output: { type: 'text' } },
      { hookSpecificOutput: { hookEventName: 'PostToolUse', updatedToolOutput: { type: 'text' } } },
    ],
    [
      'claude-code',
      'post-read',
      { kind: 'withhold', reason: 'no' },
      {
        decision: 'block',
        reason: 'no',
        hookSpecificOutput: {
          hookEventName: 'PostToolUse',
          updatedToolOutput: {
            type: 'text',
            file: { filePath: '', content: 'no', numLines: 1, startLine: 1, totalLines: 1 },
          },
        },
      },
    ],
    [
      'claude-code',
      'post-failure',
      { kind: 'output', output: 'x' },
      {
        hookSpecificOutput: {
          hookEventName: 'PostToolUseFailure',
          additionalContext: 'Writ would have changed this message: do not act on it.',
        },
      },
    ],
    ['codex', 'post-bash', { kind: 'output', output: 'x' }, { decision: 'block', reason: 'x' }],
    [
      'gemini',
      'after-read',
      { kind: 'output', output: { llmContent: 'x' } },
      { decision: 'deny', reason: '{"llmContent":"x"}' },
    ],
    ['gemini', 'after-read', { kind: 'withhold', reason: 'no' }, { decision: 'deny', reason: 'no' }],
    [
      'copilot',
      'post',
      { kind: 'withhold', reason: 'no' },
      { modifiedResult: { resultType: 'success', textResultForLlm: 'no' } },
    ],
    ['copilot', 'post-failure', { kind: 'withhold', reason: 'no' }, { additionalContext: 'no' }],
    ['cursor', 'post', { kind: 'withhold', reason: 'no' }, { additional_context: 'no' }],
    [
      'opencode',
      'after-read',
      { kind: 'withhold', reason: 'no' },
      { kind: 'output', output: { title: '', output: 'no', metadata: {} } },
    ],
  ];
  test.each(after)('%s (%s) is told %j after the call', (host, file, answer, expected) => {
    const { stdout, exitCode } = ADAPTERS[host].reply(answer, eventOf(host, file));
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toEqual(expected);
  });
});

describe('Copilot', () => {
  test('is given what its hooks may have, and nothing else: an item that it does not know it drops', () => {
    const entries = RECIPES.copilot.entries({ before: 'b', after: 'a', timeoutSeconds: 30 });
    expect(entries).toStrictEqual({
      preToolUse: { type: 'command', bash: 'b', timeoutSec: 30 },
      postToolUse: { type: 'command', bash: 'a', timeoutSec: 30 },
      postToolUseFailure: { type: 'command', bash: 'a', timeoutSec: 30 },
    });
  });

  test('is told of a result that nobody could judge in the one form in which it replaces it', () => {
    const { stdout, exitCode } = withheld('copilot', 'no');
    expect([JSON.parse(stdout), exitCode]).toStrictEqual([
      { modifiedResult: { textResultForLlm: 'no', resultType: 'success' } },
      0,
    ]);
  });
});
