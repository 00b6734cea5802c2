/** What the face of hooks says and records, over a real guard, with a clock that the test moves. */
import { describe, expect, test } from 'vitest';
import {
  consentDraft,
  createRegister,
  type JsonObject,
  type JsonValue,
  type PrivacyDraft,
  type Purpose,
  registerDraft,
} from '@writ/core';
import { guardWorld, type GuardWorld, type GuardWorldOptions } from '@writ/core/testing';
import { createHookActions } from '../actions/index.ts';
import { ADAPTERS } from '../hosts/index.ts';
import type { HookConfiner, HostId } from '../types.ts';
import { HookFace } from './face.ts';
import { MAX_PENDING, PENDING_MS } from './pending.ts';

const PERMIT = `
@id("all") permit(principal, action in [Action::"tools/call", Action::"process/exec"], resource);
@id("results") permit(principal, action == Action::"results/deliver", resource);
`;
/** The number that test cards have. */
const CARD = '4111 1111 1111 1111';

interface Told {
  readonly exitCode: number;
  readonly stdout: string;
  readonly said: JsonObject;
}

class Host {
  readonly world: GuardWorld;
  readonly face: HookFace;
  readonly host: HostId;

  constructor(world: GuardWorld, host: HostId, confiner?: HookConfiner) {
    this.world = world;
    this.host = host;
    this.face = new HookFace({
      guard: world.guard,
      adapters: ADAPTERS,
      actions: createHookActions({ home: '/home/dev' }),
      timers: world.timers,
      report: () => undefined,
      ...(confiner === undefined ? {} : { confiner }),
    });
  }

  async say(event: 'before' | 'after', payload: JsonObject): Promise<Told> {
    const bytes = new TextEncoder().encode(JSON.stringify(payload));
    const call = { host: this.host, event, cwd: '/work' };
    const { exitCode, stdout } = await this.face.handle(call, bytes, new AbortController().signal);
    return { exitCode, stdout, said: stdout === '' ? {} : (JSON.parse(stdout) as JsonObject) };
  }

  before(tool: string, input: JsonObject, id: string): Promise<Told> {
    return this.say('before', { ...this.#shape('PreToolUse', tool, input), tool_use_id: id });
  }

  after(tool: string, input: JsonObject, id: string, response: JsonValue): Promise<Told> {
    return this.say('after', {
      ...this.#shape('PostToolUse', tool, input),
      tool_use_id: id,
      ...(this.host === 'cursor' ? { tool_output: response } : { tool_response: response }),
    });
  }

  #shape(event: string, tool: string, input: JsonObject): JsonObject {
    const name = this.host === 'cursor' ? `${event.charAt(0).toLowerCase()}${event.slice(1)}` : event;
    return { hook_event_name: name, session_id: 's', cwd: '/work', tool_name: tool, tool_input: input };
  }

  /** Outcomes in the record, and their codes. */
  outcomes(): readonly string[] {
    const { reader } = this.world.log;
    return Array.from({ length: reader.size() }, (_, index) => reader.entry(index).entry).flatMap((entry) =>
      entry.kind === 'outcome' ? [`${entry.outcome}${entry.code === undefined ? '' : ` ${entry.code}`}`] : [],
    );
  }

  async outcomesAfter(count: number): Promise<readonly string[]> {
    while (this.outcomes().length < count) await new Promise((resolve) => void setImmediate(resolve));
    return this.outcomes();
  }
}

async function hostOver(
  host: HostId,
  options: Partial<GuardWorldOptions> = {},
  confiner?: HookConfiner,
): Promise<Host> {
  const timings = {
    holdMs: 1_000,
    approvalTimeoutMs: 60_000,
    performMs: PENDING_MS + 60_000,
    pollMs: 60_000,
  };
  const ports = { maxConcurrent: 2_048, timings };
  return new Host(await guardWorld({ policies: PERMIT, ports, ...options }), host, confiner);
}

describe('calls under way at a host', () => {
  test('are at most so many: of one more the oldest is given up, and its outcome is unknown', async () => {
    const host = await hostOver('claude-code');
    for (let call = 0; call < MAX_PENDING; call += 1) await host.before('TodoWrite', { call }, `c${call}`);
    expect([host.face.pending, host.outcomes()]).toStrictEqual([MAX_PENDING, []]);
    await host.before('TodoWrite', {}, 'one-more');
    expect(host.face.pending).toBe(MAX_PENDING);
    expect(await host.outcomesAfter(1)).toStrictEqual(['unknown guard.cancelled']);
    const late = await host.after('TodoWrite', { call: 0 }, 'c0', 'done');
    expect(late.said).toMatchObject({ decision: 'block' });
    expect((await host.after('TodoWrite', { call: 1 }, 'c1', 'done')).stdout).toBe('');
    expect(host.outcomes()).toStrictEqual(['unknown guard.cancelled', 'performed']);
  }, 60_000);

  test('are given up after six hours: what comes later is withheld', async () => {
    const host = await hostOver('claude-code');
    await host.before('TodoWrite', {}, 'long');
    host.world.timers.advance(PENDING_MS - 1);
    expect(host.face.pending).toBe(1);
    host.world.timers.advance(1);
    expect(host.face.pending).toBe(0);
    expect(await host.outcomesAfter(1)).toStrictEqual(['unknown guard.cancelled']);
    expect((await host.after('TodoWrite', {}, 'long', 'done')).said).toMatchObject({ decision: 'block' });
  });

  test('end within six hours, however late', async () => {
    const host = await hostOver('claude-code');
    await host.before('TodoWrite', {}, 'long');
    host.world.timers.advance(PENDING_MS - 1);
    expect((await host.after('TodoWrite', {}, 'long', 'done')).stdout).toBe('');
    expect(host.outcomes()).toStrictEqual(['performed']);
  });
});

describe('a result that holds what policy wants out', () => {
  const policies = PERMIT.replace('@id("results")', '@id("results") @redact("payment-card")');
  const response = `the card is ${CARD}`;

  test('is replaced without it where the host can, and the rest stays', async () => {
    const host = await hostOver('claude-code', { policies });
    await host.before('TodoWrite', {}, 'one');
    const { said, stdout } = await host.after('TodoWrite', {}, 'one', response);
    expect(stdout).not.toContain(CARD);
    expect(said).toMatchObject({
      hookSpecificOutput: { updatedToolOutput: expect.stringContaining('the card is') as string },
    });
    expect(host.outcomes()).toStrictEqual(['performed']);
  });

  test('is spoken of where the host cannot, and the record says that the model saw it', async () => {
    const host = await hostOver('cursor', { policies });
    await host.before('Shell', { command: 'true' }, 'one');
    const { said, stdout } = await host.after('Shell', { command: 'true' }, 'one', response);
    expect(stdout).not.toContain(CARD);
    expect(said).toMatchObject({ additional_context: expect.stringContaining('kept back') as string });
    expect(host.outcomes()).toStrictEqual(['performed hook.shown']);
  });
});

describe('a call that a person must approve', () => {
  const policies = `${PERMIT}
@id("ask") @verdict("step_up") @reason("ann decides") forbid(principal, action == Action::"claude-code/TodoWrite", resource);`;

  test('is denied with its reference, runs once after an approval, and is denied the second time', async () => {
    const host = await hostOver('claude-code', { policies, approvers: ['ann'] });
    const held = await host.before('TodoWrite', { text: 'x' }, 'one');
    expect([held.exitCode, held.stdout]).toStrictEqual([2, expect.stringContaining('test.example/log#2')]);
    const again = await host.before('TodoWrite', { text: 'x' }, 'two');
    expect([again.exitCode, again.stdout]).toStrictEqual([2, expect.stringContaining('test.example/log#2')]);
    const [hold] = host.world.log.state.holds();
    if (hold !== undefined) await host.world.answer(hold, 'ann', 'approve');
    expect((await host.before('TodoWrite', { text: 'y' }, 'other')).exitCode).toBe(2);
    expect(await host.before('TodoWrite', { text: 'x' }, 'three')).toMatchObject({ exitCode: 0, stdout: '' });
    expect((await host.before('TodoWrite', { text: 'x' }, 'four')).exitCode).toBe(2);
    expect((await host.after('TodoWrite', { text: 'x' }, 'three', 'done')).stdout).toBe('');
    expect(host.outcomes()).toStrictEqual(['performed']);
  });
});

describe('a call that policy lets run only confined', () => {
  const policies = `${PERMIT}
@id("confined") @confine("moderate") permit(principal, action == Action::"process/exec", resource);`;
  /** Confines by one word before the command. */
  const confiner: HookConfiner = {
    plain: (event) => {
      const { command } = event.input;
      if (typeof command !== 'string' || !command.startsWith('CONFINED ')) return event;
      return { ...event, input: { ...event.input, command: command.slice('CONFINED '.length) } };
    },
    able: ({ input }) => (typeof input['command'] === 'string' ? 'restrictive' : undefined),
    confined: ({ input }) => Promise.resolve({ ...input, command: `CONFINED ${input['command'] as string}` }),
  };
  const gemini = (event: string, command: string, more: JsonObject = {}): JsonObject => ({
    hook_event_name: event,
    session_id: 's',
    cwd: '/work',
    tool_name: 'run_shell_command',
    tool_input: { command, description: 'd' },
    ...more,
  });

  test('is given to the host rewritten, its other arguments as they were', async () => {
    const host = await hostOver('claude-code', { policies }, confiner);
    const { said } = await host.before('Bash', { command: 'ls', timeout: 7 }, 'one');
    expect(said).toMatchObject({
      hookSpecificOutput: {
        permissionDecision: 'allow',
        updatedInput: { command: 'CONFINED ls', timeout: 7 },
      },
    });
    const { stdout } = await host.after('Bash', { command: 'CONFINED ls', timeout: 7 }, 'one', 'out');
    expect([stdout, host.outcomes()]).toStrictEqual(['', ['performed']]);
  });

  test.each([
    ['by what it ran', 'CONFINED ls'],
    ['by what was asked', 'ls'],
  ])('is found again at its end %s, where the host has no ids of calls', async (_how, command) => {
    const host = await hostOver('gemini', { policies }, confiner);
    await host.say('before', gemini('BeforeTool', 'ls'));
    const response = { tool_response: { llmContent: 'x' } };
    expect((await host.say('after', gemini('AfterTool', command, response))).said).toStrictEqual({});
    expect(host.outcomes()).toStrictEqual(['performed']);
    // Under neither name is there a second one.
    for (const other of ['CONFINED ls', 'ls'])
      expect((await host.say('after', gemini('AfterTool', other, response))).said).toMatchObject({
        decision: 'deny',
      });
  });

  test('is not confined twice where the agent repeats what it saw', async () => {
    const host = await hostOver('claude-code', { policies }, confiner);
    expect(await host.before('Bash', { command: 'CONFINED ls' }, 'one')).toMatchObject({
      exitCode: 0,
      stdout: '',
    });
  });

  const shell = {
    hook_event_name: 'beforeShellExecution',
    command: 'ls',
    cwd: '/work',
    workspace_roots: ['/work'],
  };
  test.each<readonly [string, HostId, JsonObject, HookConfiner | undefined]>([
    ['the host takes no other input at this event', 'cursor', shell, confiner],
    [
      'it is no tool for commands',
      'claude-code',
      { hook_event_name: 'PreToolUse', session_id: 's', cwd: '/work', tool_name: 'Mystery', tool_input: {} },
      confiner,
    ],
    ['nobody here confines', 'gemini', gemini('BeforeTool', 'ls'), undefined],
  ])('is denied where %s, and the record says why', async (_why, name, payload, by) => {
    const host = await hostOver(name, { policies }, by);
    const { exitCode, stdout } = await host.say('before', payload);
    expect([exitCode, stdout]).toStrictEqual([2, expect.stringContaining('only confined as `moderate`')]);
    expect(host.outcomes()).toStrictEqual([]);
  });

  test('is denied where confining it fails, and the record says that it did not run well', async () => {
    const lacking: HookConfiner = {
      ...confiner,
      confined: () => Promise.reject(new Error('no bubblewrap here')),
    };
    const host = await hostOver('claude-code', { policies }, lacking);
    const { exitCode } = await host.before('Bash', { command: 'ls' }, 'one');
    expect([exitCode, host.face.pending]).toStrictEqual([2, 0]);
    expect(await host.outcomesAfter(1)).toStrictEqual(['failed guard.tool']);
  });
});

describe('purposes over hooks', () => {
  const register = (more: Partial<Purpose>) =>
    createRegister({
      purposes: [
        {
          id: 'coding',
          description: 'write code',
          data: ['source'],
          basis: 'contract',
          retention: 'decision',
          recipients: [],
          subject: 'person',
          ...more,
        },
      ],
      notices: [{ id: 'welcome', version: 1, texts: { en: 'What you ask is recorded.' } }],
    });

  async function purposeful(host: HostId, more: Partial<Purpose>): Promise<Host> {
    const own = register(more);
    const purposes = { scope: 'p', current: () => own, declared: () => 'coding' };
    const policies = `@id("coding") permit(principal, action in Action::"tools/call", resource) when { context has purpose && context.purpose == "coding" };
@id("results") permit(principal, action == Action::"results/deliver", resource);`;
    const made = await hostOver(host, { policies, ports: { person: { id: 'ann', roles: [] }, purposes } });
    await append(made, registerDraft(own, 'p', made.world.log.state));
    return made;
  }

  async function append({ world }: Host, draft: PrivacyDraft | undefined): Promise<void> {
    if (draft === undefined) throw new Error('nothing changed');
    const { clock, log } = world;
    await log.writer.append({
      ...draft,
      tenant: 'test',
      time: clock.now(),
      monotonicNs: clock.monotonicNs(),
    });
  }

  test('a tool is run with what its purpose lets it receive, where the host takes other arguments', async () => {
    const host = await purposeful('claude-code', { minimise: { 'claude-code/TodoWrite': ['todos'] } });
    const told = await host.before('TodoWrite', { todos: [], note: 'private' }, 'one');
    expect(told.said).toMatchObject({ hookSpecificOutput: { updatedInput: { todos: [] } } });
    expect(told.stdout).not.toContain('private');
  });

  test('a tool is not run where the host does not take them', async () => {
    const host = await purposeful('opencode', { minimise: { 'opencode/x': ['todos'] } });
    const told = await host.before('x', { todos: [], note: 'private' }, 'one');
    expect([told.exitCode, told.stdout.includes('"allow"')]).toStrictEqual([2, false]);
  });

  test('a tool of which the purpose says nothing is refused', async () => {
    const host = await purposeful('claude-code', { minimise: { 'claude-code/TodoWrite': ['todos'] } });
    expect((await host.before('NotebookRead', {}, 'one')).exitCode).toBe(2);
  });

  test('consent that was taken back counts at the next call', async () => {
    const host = await purposeful('claude-code', { basis: 'consent' });
    const consent = (action: 'give' | 'withdraw') =>
      append(
        host,
        consentDraft(
          register({ basis: 'consent' }),
          { action, purpose: 'coding', subject: 'ann' },
          host.world.log.state,
        ),
      );
    expect((await host.before('TodoWrite', {}, 'one')).exitCode).toBe(2);
    await consent('give');
    expect((await host.before('TodoWrite', {}, 'two')).exitCode).toBe(0);
    await consent('withdraw');
    expect((await host.before('TodoWrite', {}, 'three')).exitCode).toBe(2);
  });

  test('a notice is the reason of the first refusal, and of none after it', async () => {
    const host = await purposeful('claude-code', { notice: 'welcome' });
    const first = await host.before('TodoWrite', {}, 'one');
    expect([first.exitCode, first.stdout.includes('What you ask is recorded.')]).toStrictEqual([2, true]);
    const second = await host.before('TodoWrite', {}, 'two');
    expect([second.exitCode, second.stdout]).toStrictEqual([0, '']);
  });
});
