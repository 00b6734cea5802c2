/** Attacks on the line: each is a way in which an action, or a result, could have got past it. */
import { describe, expect, test } from 'vitest';
import { Fault, type JsonValue } from '../kernel/index.ts';
import type { Detector, LogWriter, StateReader } from '../model/index.ts';
import { guardWorld, type GuardWorld, type GuardWorldOptions, toolCall } from '../testing/index.ts';
import type { GuardPorts, Perform } from './types.ts';

const DELIVER = '@id("results") permit(principal, action == Action::"results/deliver", resource);';
const CALL = '@id("calls") permit(principal, action in Action::"tools/call", resource);';
const PERMIT_ALL = `${CALL} ${DELIVER}`;
const ASK = '@id("ask") @verdict("step_up") forbid(principal, action in Action::"tools/call", resource);';
const NOTHING = '@id("none") forbid(principal, action, resource);';
const CARD = '4111 1111 1111 1111';
const MAIL = 'ann@example.org';

const world = (options: Partial<GuardWorldOptions> = {}): Promise<GuardWorld> =>
  guardWorld({ policies: PERMIT_ALL, ...options });

function counted(result: JsonValue = { ok: true }): {
  readonly runs: JsonValue[];
  readonly perform: Perform;
} {
  const runs: JsonValue[] = [];
  return {
    runs,
    perform: async ({ args }) => {
      runs.push(args);
      return result;
    },
  };
}

/** The guard's log, with something done before or after each append of one kind. */
function around(
  kind: 'decision' | 'outcome',
  act: { readonly before?: () => Promise<void>; readonly after?: () => Promise<void> },
): Pick<GuardWorldOptions, 'wrapLog'> {
  return {
    wrapLog: (log: LogWriter) => ({
      ...log,
      append: async (draft) => {
        if (draft.detail.kind !== kind) return log.append(draft);
        await act.before?.();
        const result = await log.append(draft);
        await act.after?.();
        return result;
      },
    }),
  };
}

function outcomes(here: GuardWorld): readonly string[] {
  return Array.from({ length: here.log.reader.size() }, (_, index) => here.log.reader.entry(index).entry)
    .filter((entry) => entry.kind === 'outcome')
    .map((entry) => `${entry.outcome} ${entry.code ?? ''}`.trim());
}

async function labelsOf(here: GuardWorld): Promise<readonly string[]> {
  const end = await here.guard.enforce(toolCall('probe/labels', {}), counted().perform);
  const index = Number(end.receipt?.split('#')[1]);
  const { input } = here.log.reader.body(index) as { input: { labels: readonly string[] } };
  return input.labels;
}

describe('the guard answers, whatever breaks in it', () => {
  test('an agent key that cannot sign is a denial', async () => {
    const signer: NonNullable<GuardPorts['signer']> = {
      keyId: 'k',
      publicKey: new Uint8Array(32),
      sign: () => {
        throw new Error('the key store is gone');
      },
    };
    const here = await world({ ports: { signer } });
    const tool = counted();
    const end = await here.guard.enforce(toolCall('bank/pay', {}), tool.perform);
    expect(end).toMatchObject({ verdict: 'deny', decision: { source: 'fault' } });
    expect(tool.runs).toHaveLength(0);
  });

  test('a name that nothing can be digested of is a denial, also of a list', async () => {
    const here = await world();
    const tool = counted();
    const call = toolCall('bank/\ud800', {});
    expect(await here.guard.enforce(call, tool.perform)).toMatchObject({ verdict: 'deny' });
    expect(await here.guard.list({ ...call, phase: 'list' })).toMatchObject({ visible: [false] });
    expect(tool.runs).toHaveLength(0);
  });

  test('a closed guard turns away even what cannot be digested', async () => {
    const here = await world();
    await here.guard.close();
    const end = await here.guard.enforce(toolCall('bank/\ud800', {}), counted().perform);
    expect(end).toMatchObject({ verdict: 'deny', decision: { code: 'guard.closed' } });
  });

  test('what was denied without a record is counted in the record', async () => {
    const here = await world();
    await here.guard.enforce(toolCall('bank/\ud800', {}), counted().perform);
    await here.guard.close();
    expect(here.log.reader.entry(2).entry).toMatchObject({
      kind: 'refusals',
      refusals: { counts: { 'json.not-serialisable': 1 } },
    });
  });

  test.each([
    ['the state cannot be read while a call waits', true],
    ['the face breaks when it hears of the hold', false],
  ])('%s: the call stays held', async (_why, isState) => {
    let state: StateReader | undefined;
    let isBroken = false;
    const here = await world({
      policies: `${PERMIT_ALL} ${ASK}`,
      approvers: ['alice'],
      portsOver: (ports) => {
        state = {
          ...ports.state,
          hold: (index) => {
            if (isBroken) throw new Fault('log.unavailable', 'the state is gone');
            return ports.state.hold(index);
          },
        };
        return { ...ports, state };
      },
    });
    const tool = counted();
    const end = await here.guard.enforce(
      toolCall(
        'bank/pay',
        {},
        {
          onWaiting: () => {
            if (!isState) throw new Error('the face is broken');
            isBroken = true;
          },
        },
      ),
      tool.perform,
    );
    expect(end).toMatchObject({ verdict: 'step_up', hold: { reference: 'test.example/log#2' } });
    expect(tool.runs).toHaveLength(0);
  });

  test('a list is not performed as a call, nor a call listed', async () => {
    const here = await world({ mode: 'permissive' });
    const tool = counted();
    expect(await here.guard.enforce(toolCall('bank/pay', {}, { phase: 'list' }), tool.perform)).toMatchObject(
      { verdict: 'deny', decision: { code: 'request.invalid' } },
    );
    expect(await here.guard.list(toolCall('bank/pay', {}))).toMatchObject({ visible: [false] });
    expect(tool.runs).toHaveLength(0);
  });

  test('more parts than an action can have are a denial, not a long evaluation', async () => {
    const here = await world({ mode: 'permissive' });
    const [part] = toolCall('bank/pay', {}).parts;
    const parts = Array.from({ length: 1025 }, () => part!);
    const end = await here.guard.enforce(toolCall('bank/pay', {}, { parts }), counted().perform);
    expect(end).toMatchObject({ verdict: 'deny', decision: { code: 'bound.exceeded' } });
  });
});

describe('races', () => {
  test('a caller that is gone before its action starts starts nothing, and the record says so', async () => {
    const caller = new AbortController();
    const here = await world(around('decision', { after: async () => caller.abort() }));
    const tool = counted();
    const end = await here.guard.enforce(toolCall('bank/pay', {}, { signal: caller.signal }), tool.perform);
    expect(tool.runs).toHaveLength(0);
    expect(end).toMatchObject({ verdict: 'deny', decision: { code: 'guard.cancelled' } });
    expect(outcomes(here)).toEqual(['not_performed guard.cancelled']);
  });

  test('kill switches that cannot be read between record and run start nothing, and the record says so', async () => {
    let isBroken = false;
    const here = await world({
      ...around('decision', {
        after: async () => {
          isBroken = true;
        },
      }),
      portsOver: (ports) => ({
        ...ports,
        state: {
          ...ports.state,
          epochs: (scope) => {
            if (isBroken) throw new Fault('log.unavailable', 'the state is gone');
            return ports.state.epochs(scope);
          },
        },
      }),
    });
    const tool = counted();
    const end = await here.guard.enforce(toolCall('bank/pay', {}), tool.perform);
    expect(end).toMatchObject({ verdict: 'deny', decision: { code: 'log.unavailable' } });
    expect(tool.runs).toHaveLength(0);
    expect(outcomes(here)).toEqual(['not_performed log.unavailable']);
  });

  test('a guard that closes while a decision is recorded starts nothing', async () => {
    let closing: Promise<void> | undefined;
    const here: GuardWorld = await world(
      around('decision', {
        after: async () => {
          closing ??= here.guard.close();
        },
      }),
    );
    const tool = counted();
    const end = await here.guard.enforce(toolCall('bank/pay', {}), tool.perform);
    await closing;
    expect(end.verdict).toBe('deny');
    expect(tool.runs).toHaveLength(0);
  });

  test('a kill while the action ran, not yet noticed, withholds its result', async () => {
    const here = await world();
    const end = await here.guard.enforce(toolCall('bank/pay', {}), async () => {
      await here.kill('server', 'bank');
      return { text: 'too late' };
    });
    expect(end).toMatchObject({ verdict: 'deny', outcome: 'withheld', delivery: { code: 'kill.server' } });
    expect(end.result).toBeUndefined();
    expect(outcomes(here)).toEqual(['withheld kill.server']);
  });

  test('a policy put in force elsewhere while the action ran decides on its result', async () => {
    const here = await world();
    const end = await here.guard.enforce(toolCall('bank/pay', {}), async () => {
      await here.changePolicy(NOTHING, false);
      return { text: 'x' };
    });
    expect(end).toMatchObject({ verdict: 'deny', outcome: 'withheld', delivery: { code: 'policy.stale' } });
    expect(end.result).toBeUndefined();
  });

  test('a policy loaded while the action ran decides on its result', async () => {
    const here = await world();
    const end = await here.guard.enforce(toolCall('bank/pay', {}), async () => {
      await here.changePolicy(`${CALL} ${DELIVER.replace('permit', '@redact("email") permit')}`, true);
      return MAIL;
    });
    expect(end).toMatchObject({ verdict: 'modify', result: '[redacted:email]' });
  });

  test.each([['quarantined' as const], ['accepted' as const]])(
    'a tool whose definition changed while its call waited, %s by now, is not called',
    async (status) => {
      const here = await world({ policies: `${PERMIT_ALL} ${ASK}`, approvers: ['alice'] });
      const tool = counted();
      const waiting = Promise.withResolvers<void>();
      const running = here.guard.enforce(
        toolCall('bank/pay', {}, { definitionPin: 'a'.repeat(64), onWaiting: () => waiting.resolve() }),
        tool.perform,
      );
      await waiting.promise;
      await here.log.writer.append({
        detail: { kind: 'stop', stop: { entries: 0 } },
        tenant: 'test',
        time: here.clock.now(),
        monotonicNs: 0n,
        retentionClass: 'log',
        committed: {},
        concerns: [],
        effects: [
          {
            type: 'pin',
            server: 'bank',
            tool: 'pay',
            definitionHash: 'b'.repeat(64),
            status,
            definition: {},
          },
        ],
      });
      await here.answer(here.log.state.holds()[0]!, 'alice', 'approve');
      here.timers.advance(100);
      expect(await running).toMatchObject({ verdict: 'deny', decision: { code: 'tool.quarantined' } });
      expect(tool.runs).toHaveLength(0);
    },
  );

  test('a policy change between record and run wins, and the decision is closed as not performed', async () => {
    let changes = 0;
    const here: GuardWorld = await world(
      around('decision', {
        after: async () => {
          changes += 1;
          if (changes === 1) await here.changePolicy(NOTHING, true);
        },
      }),
    );
    const tool = counted();
    const end = await here.guard.enforce(toolCall('bank/pay', {}), tool.perform);
    expect(end).toMatchObject({ verdict: 'deny', decision: { determining: [{ id: 'none' }] } });
    expect(tool.runs).toHaveLength(0);
    expect(outcomes(here)).toEqual(['not_performed guard.epoch']);
  });

  test('a call follows the policy that another process put in force', async () => {
    const here: GuardWorld = await world({
      portsOver: (ports) => ({
        ...ports,
        policy: { ...ports.policy, reload: () => here.changePolicy(NOTHING, true) },
      }),
    });
    await here.changePolicy(NOTHING, false);
    const end = await here.guard.enforce(toolCall('bank/pay', {}), counted().perform);
    expect(end).toMatchObject({ verdict: 'deny', decision: { determining: [{ id: 'none' }] } });
  });

  test('a result follows the policy that another process put in force', async () => {
    const next = PERMIT_ALL.replace('"results")', '"newer")');
    const here: GuardWorld = await world({
      portsOver: (ports) => ({
        ...ports,
        policy: { ...ports.policy, reload: () => here.changePolicy(next, true) },
      }),
    });
    const end = await here.guard.enforce(toolCall('bank/pay', {}), async () => {
      await here.changePolicy(next, false);
      return 'x';
    });
    expect(end).toMatchObject({ result: 'x', delivery: { determining: [{ id: 'newer' }] } });
  });

  test('a clock that is set back opens nothing that was closed by time', async () => {
    const here = await world({
      policies: `${DELIVER.replace(';', ' unless { context.time > datetime("2026-01-01T00:30:00Z") };')} ${CALL} @id("over") forbid(principal, action == Action::"bank/pay", resource) when { context.time > datetime("2026-01-01T00:30:00Z") };`,
    });
    here.clock.advance(3_600_000);
    await here.kill('tool', 'other/tool');
    here.clock.advance(-3_600_000);
    const tool = counted();
    expect((await here.guard.enforce(toolCall('bank/pay', {}), tool.perform)).verdict).toBe('deny');
    expect(tool.runs).toHaveLength(0);
    expect(await here.guard.enforce(toolCall('bank/read', {}), tool.perform)).toMatchObject({
      outcome: 'withheld',
    });
  });

  test('a tool cannot change its result after it was judged', async () => {
    const result = { text: 'fine' };
    const here = await world(
      around('outcome', {
        before: async () => {
          result.text = CARD;
        },
      }),
    );
    const end = await here.guard.enforce(toolCall('files/read', {}), async () => result);
    expect(end.result).toEqual({ text: 'fine' });
  });
});

describe('what a tool throws is a result too', () => {
  const thrower =
    (error: unknown): Perform =>
    async () => {
      throw error;
    };

  test('an error that policy does not deliver is withheld', async () => {
    const here = await world({
      policies: `${CALL} ${DELIVER} @id("no-cards") forbid(principal, action == Action::"results/deliver", resource) when { context.findings.contains("payment-card") };`,
    });
    const end = await here.guard.enforce(toolCall('files/read', {}), thrower(new Error(`no ${CARD}`)));
    expect(end).toMatchObject({
      verdict: 'deny',
      outcome: 'withheld',
      delivery: { determining: [{ id: 'no-cards' }] },
    });
    expect(end).not.toHaveProperty('error');
    expect(JSON.stringify(end)).not.toContain('4111');
  });

  test.each([
    ['in its message', new Error(`no ${CARD}`)],
    ['in its cause', new Error('no', { cause: new Error(CARD) })],
    ['in a property', Object.assign(new Error('no'), { response: { body: CARD } })],
    ['as it stands', CARD],
  ])('an error with a card number %s is handed on redacted', async (_where, error) => {
    const here = await world({
      policies: `${CALL} ${DELIVER.replace('permit', '@redact("payment-card") permit')}`,
    });
    const end = await here.guard.enforce(toolCall('files/read', {}), thrower(error));
    expect(end).toMatchObject({
      verdict: 'modify',
      outcome: 'failed',
      redactions: { 'payment-card': expect.any(Number) },
    });
    const told = [
      end.message,
      String(end.error),
      JSON.stringify(end.error),
      String((end.error as Error).cause),
    ];
    expect(told.join(' ')).not.toContain('4111');
    expect((end.error as Error).stack).not.toContain('4111');
  });

  test('an error with something in it that cannot be judged is handed on without that', async () => {
    const here = await world();
    const error = Object.assign(new RangeError('no'), { body: new Map([['card', CARD]]) });
    const end = await here.guard.enforce(toolCall('bank/pay', {}), thrower(error));
    expect(end.error).toMatchObject({ name: 'RangeError', message: 'no' });
    expect(end.error).not.toHaveProperty('body');
  });

  test('an error that policy delivers as it is stays the same object', async () => {
    const here = await world();
    const error = new TypeError('no such account');
    const end = await here.guard.enforce(toolCall('bank/pay', {}), thrower(error));
    expect(end).toMatchObject({ verdict: 'allow', outcome: 'failed' });
    expect(end.error).toBe(error);
  });

  test('an error labels the session as a result would', async () => {
    const here = await world({
      policies: `${CALL.replace('permit', '@label("confidential") permit')} ${DELIVER}`,
    });
    await here.guard.enforce(toolCall('hr/read', {}), thrower(new Error('row 7 is Ann')));
    expect(await labelsOf(here)).toEqual(['confidential']);
  });

  test('an error that throws when it is read is withheld, and its outcome recorded', async () => {
    const here = await world();
    const error = {
      get message(): string {
        throw new Error('again');
      },
    };
    const end = await here.guard.enforce(toolCall('bank/pay', {}), thrower(error));
    expect(end).toMatchObject({ verdict: 'deny', outcome: 'withheld' });
    expect(outcomes(here)).toHaveLength(1);
  });
});

describe('the outcome is recorded whenever it can be', () => {
  const cyclic: { self?: unknown } = {};
  cyclic.self = cyclic;
  test.each([
    ['holds itself', cyclic],
    ['holds a big integer', { n: 1n }],
    ['is nothing at all', undefined],
  ])('a result that %s is withheld, and the record says that it was performed', async (_why, result) => {
    const here = await world();
    const end = await here.guard.enforce(toolCall('bank/pay', {}), async () => result as JsonValue);
    expect(end).toMatchObject({ verdict: 'deny', outcome: 'withheld' });
    expect(end.message).toContain('do not retry');
    expect(outcomes(here).map((text) => text.split(' ')[0])).toEqual(['withheld']);
  });

  test('an outcome that the log refuses withholds the result', async () => {
    const here = await world({
      wrapLog: (log) => ({
        ...log,
        append: async (draft) =>
          draft.detail.kind === 'outcome' ? { status: 'refused', refusal: 'not_open' } : log.append(draft),
      }),
    });
    const end = await here.guard.enforce(toolCall('bank/pay', {}), counted('secret of the tool').perform);
    expect(end).toMatchObject({ verdict: 'deny', outcome: 'withheld' });
    expect(JSON.stringify(end)).not.toContain('secret of the tool');
  });

  test('of an action that was cut off and cannot be recorded, nobody says that it was performed', async () => {
    const here = await world(
      around('outcome', {
        before: async () => {
          throw new Error('disk full');
        },
      }),
    );
    const started = Promise.withResolvers<void>();
    const running = here.guard.enforce(
      toolCall('bank/pay', {}),
      () => (started.resolve(), new Promise(() => {})),
    );
    await started.promise;
    here.timers.advance(10_000);
    const end = await running;
    expect(end.message).toContain('its effect is unknown');
    expect(end.message).not.toContain('was performed');
  });

  test('an action that ended leaves nothing behind that waits', async () => {
    const here = await world({ policies: `${PERMIT_ALL} ${ASK}`, approvers: ['alice'] });
    const waiting = Promise.withResolvers<void>();
    const running = here.guard.enforce(
      toolCall('bank/pay', {}, { onWaiting: () => waiting.resolve() }),
      counted().perform,
    );
    await waiting.promise;
    await here.answer(here.log.state.holds()[0]!, 'alice', 'approve');
    here.timers.advance(100);
    expect(await running).toMatchObject({ outcome: 'performed' });
    expect(here.timers.pending).toBe(0);
  });

  test('a face that cannot read the result withholds it, and the record says that it was performed', async () => {
    const here = await world();
    const end = await here.guard.enforce(toolCall('bank/pay', {}), counted().perform, () => {
      throw new Error('unreadable');
    });
    expect(end).toMatchObject({ verdict: 'deny', outcome: 'withheld' });
    expect(outcomes(here)).toHaveLength(1);
  });

  test('a result that a person would have to agree to is withheld as a denial: nobody is invited to run it again', async () => {
    const here = await world({
      policies: `${PERMIT_ALL} @id("late") @verdict("step_up") forbid(principal, action == Action::"results/deliver", resource);`,
      approvers: ['alice'],
    });
    const tool = counted();
    const end = await here.guard.enforce(toolCall('bank/pay', {}), tool.perform);
    expect(end).toMatchObject({ verdict: 'deny', outcome: 'withheld', delivery: { verdict: 'step_up' } });
    expect(end.message).toContain('do not retry');
    expect(tool.runs).toHaveLength(1);
  });
});

describe('redaction that cannot be done', () => {
  const silent: Detector = { id: 'cards', version: '1', kinds: ['payment-card'], detect: () => [] };
  const broken: Detector = {
    ...silent,
    detect: () => {
      throw new Error('bug');
    },
  };
  const REDACT_ARGUMENTS = `${CALL.replace('permit', '@redact("payment-card") permit')} ${DELIVER}`;
  const REDACT_RESULTS = `${CALL} ${DELIVER.replace('permit', '@redact("payment-card") permit')}`;
  /** Past what one string is scanned for. */
  const LONG = `${'words and more '.repeat(40_000)}${CARD}`;

  test('text past the bound of detectors is not delivered as if it were redacted', async () => {
    const here = await world({ policies: REDACT_RESULTS });
    const end = await here.guard.enforce(toolCall('files/read', {}), counted({ text: LONG }).perform);
    expect(end).toMatchObject({ outcome: 'withheld', delivery: { code: 'guard.redaction-incomplete' } });
    expect(JSON.stringify(end)).not.toContain(CARD);
  });

  test('a policy that redacts what was not looked at, too, delivers the rest', async () => {
    const here = await world({
      policies: REDACT_RESULTS.replace('"payment-card"', '"payment-card,oversize"'),
    });
    const end = await here.guard.enforce(toolCall('files/read', {}), counted({ text: LONG }).perform);
    expect(end).toMatchObject({ verdict: 'modify', outcome: 'performed' });
    expect(JSON.stringify(end)).not.toContain(CARD);
  });

  test('arguments past the bound of detectors are not performed as if they were redacted', async () => {
    const here = await world({ policies: REDACT_ARGUMENTS });
    const tool = counted();
    const end = await here.guard.enforce(toolCall('notes/add', { text: LONG }), tool.perform);
    expect(end).toMatchObject({ verdict: 'deny', decision: { code: 'guard.redaction-incomplete' } });
    expect(tool.runs).toHaveLength(0);
  });

  test.each([
    ['failed, though it only observes', [{ detector: broken, mode: 'observe' as const }]],
    ['is not configured', []],
  ])('a check for what must be redacted that %s lets nothing through', async (_why, detectors) => {
    const results = await world({ policies: REDACT_RESULTS, ports: { detectors } });
    expect(
      await results.guard.enforce(toolCall('files/read', {}), counted({ text: CARD }).perform),
    ).toMatchObject({ outcome: 'withheld', delivery: { code: 'guard.redaction-incomplete' } });
    const args = await world({ policies: REDACT_ARGUMENTS, ports: { detectors } });
    const tool = counted();
    expect(await args.guard.enforce(toolCall('notes/add', { text: CARD }), tool.perform)).toMatchObject({
      verdict: 'deny',
      decision: { code: 'guard.redaction-incomplete' },
    });
    expect(tool.runs).toHaveLength(0);
  });

  test('a check that ran and found nothing is enough', async () => {
    const here = await world({
      policies: REDACT_ARGUMENTS,
      ports: { detectors: [{ detector: silent, mode: 'block' }] },
    });
    expect(await here.guard.enforce(toolCall('notes/add', {}), counted().perform)).toMatchObject({
      verdict: 'allow',
    });
  });

  test('what only the changed arguments must be rid of needs its own check', async () => {
    const here = await world({
      policies: `${DELIVER}
        @id("first") @redact("email") permit(principal, action in Action::"tools/call", resource) when { context.findings.contains("email") };
        @id("second") @redact("shoe-size") permit(principal, action in Action::"tools/call", resource) unless { context.findings.contains("email") };`,
    });
    const tool = counted();
    expect(await here.guard.enforce(toolCall('notes/add', { text: MAIL }), tool.perform)).toMatchObject({
      verdict: 'deny',
      decision: { code: 'guard.redaction-incomplete' },
    });
    expect(tool.runs).toHaveLength(0);
  });

  test('changed arguments are the action of their own digest', async () => {
    const here = await world({ policies: REDACT_ARGUMENTS });
    const changed = await here.guard.enforce(toolCall('notes/add', { text: CARD }), counted().perform);
    const given = { text: '[redacted:payment-card]' };
    let digest = '';
    const direct = await here.guard.enforce(toolCall('notes/add', given), async (performance) => {
      digest = performance.digest;
      return null;
    });
    expect(changed.decision.performedDigest).toBe(direct.decision.performedDigest);
    expect(digest).toBe(direct.decision.performedDigest);
  });

  test('the tool is told the digest of what it performs', async () => {
    const here = await world({ policies: REDACT_ARGUMENTS });
    let digest = '';
    const end = await here.guard.enforce(toolCall('notes/add', { text: CARD }), async (performance) => {
      digest = performance.digest;
      return null;
    });
    expect(digest).toBe(end.decision.performedDigest);
  });

  test('what redaction itself brings to light is not performed, whichever policies the change satisfies', async () => {
    const peeling: Detector = {
      id: 'peeling',
      version: '1',
      kinds: ['layer'],
      // Finds one layer of `((x))` at a time, as nested encodings show themselves one by one.
      detect: ({ value }) => {
        const text = (value as { text: string }).text;
        const start = text.indexOf('(');
        return start < 0
          ? []
          : [
              {
                kind: 'layer',
                severity: 'low',
                confidence: 1,
                span: { pointer: '/text', start, end: start + 1 },
                detector: 'peeling',
              },
            ];
      },
    };
    const here = await world({
      policies: `${DELIVER}
        @id("first") @redact("layer") permit(principal, action in Action::"tools/call", resource) when { context.args.text like "((*" };
        @id("second") permit(principal, action in Action::"tools/call", resource) unless { context.args.text like "((*" };`,
      tools: [
        {
          server: 'notes',
          name: 'add',
          definition: {
            name: 'add',
            inputSchema: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] },
          },
        },
      ],
      ports: { detectors: [{ detector: peeling, mode: 'block' }] },
    });
    const tool = counted();
    const end = await here.guard.enforce(toolCall('notes/add', { text: '((x' }), tool.perform);
    expect(end).toMatchObject({ verdict: 'deny', decision: { code: 'guard.change-loop' } });
    expect(tool.runs).toHaveLength(0);
  });

  test('a result whose redaction brings more to light is withheld', async () => {
    const here = await world({
      policies: `${CALL} ${DELIVER.replace('permit', '@redact("pair") permit')}`,
      ports: {
        detectors: [
          {
            mode: 'block',
            detector: {
              id: 'pairs',
              version: '1',
              kinds: ['pair'],
              detect: ({ value }) =>
                (value as string).length > 2
                  ? [
                      {
                        kind: 'pair',
                        severity: 'low',
                        confidence: 1,
                        span: { pointer: '', start: 0, end: 1 },
                        detector: 'pairs',
                      },
                    ]
                  : [],
            },
          },
        ],
      },
    });
    const end = await here.guard.enforce(toolCall('files/read', {}), counted('abc').perform);
    expect(end).toMatchObject({ outcome: 'withheld', delivery: { code: 'guard.redaction-incomplete' } });
  });
});

describe('obligations and labels', () => {
  test('labels of the requested and of the changed arguments join', async () => {
    const here = await world({
      policies: `${DELIVER} ${CALL}
        @id("before") @redact("email") @label("personal") permit(principal, action in Action::"tools/call", resource) when { context.findings.contains("email") };
        @id("after") @label("cleaned") permit(principal, action in Action::"tools/call", resource) unless { context.findings.contains("email") };`,
    });
    const end = await here.guard.enforce(toolCall('notes/add', { text: MAIL }), counted().perform);
    expect(end.decision.determining.map(({ id }) => id).sort()).toEqual(['after', 'before', 'calls']);
    expect(end.decision.obligations).toEqual([
      { type: 'redact', target: 'arguments', kinds: ['email'] },
      { type: 'label', labels: ['cleaned', 'personal'] },
    ]);
    expect(await labelsOf(here)).toEqual(['cleaned', 'personal']);
  });

  test('labels of a call and of its result are durable before anything is delivered', async () => {
    let joined: readonly string[] = [];
    const here: GuardWorld = await world({
      policies: `${CALL.replace('permit', '@label("a") permit')} ${DELIVER.replace('permit', '@label("b") permit')}`,
      ...around('outcome', {
        after: async () => {
          joined = Array.from({ length: here.log.reader.size() }).length > 0 ? ['written'] : [];
        },
      }),
    });
    await here.guard.enforce(toolCall('hr/read', {}), counted().perform);
    expect(joined).toEqual(['written']);
    expect(await labelsOf(here)).toEqual(['a', 'b']);
  });

  test('a session that claims another name keeps its labels', async () => {
    const here = await world({
      policies: `${CALL} ${DELIVER} @id("l") @label("secret") permit(principal, action == Action::"hr/read", resource); @id("f") forbid(principal, action == Action::"web/post", resource) when { context.session.labels.contains("secret") };`,
    });
    await here.guard.enforce(toolCall('hr/read', {}, { sessionClaim: 'one' }), counted().perform);
    const tool = counted();
    const end = await here.guard.enforce(toolCall('web/post', {}, { sessionClaim: 'two' }), tool.perform);
    expect(end).toMatchObject({ verdict: 'deny', decision: { determining: [{ id: 'f' }] } });
    expect(tool.runs).toHaveLength(0);
  });

  test('what a list shows labels the session', async () => {
    const here = await world({
      policies: `${PERMIT_ALL} @id("l") @label("untrusted") permit(principal, action == Action::"tools/list", resource);`,
    });
    await here.guard.list({
      ...toolCall('x/y', {}),
      phase: 'list',
      method: 'tools/list',
      parts: [{ action: { name: 'tools/list' }, resource: { type: 'tool', id: 'x/y' } }],
    });
    expect(await labelsOf(here)).toEqual(['untrusted']);
  });
});

describe('lists', () => {
  const listing = (...ids: readonly string[]) => ({
    ...toolCall('x/y', {}),
    phase: 'list' as const,
    method: 'tools/list',
    parts: ids.map((id) => ({ action: { name: 'tools/list' }, resource: { type: 'tool' as const, id } })),
  });
  const LIST = '@id("list") permit(principal, action == Action::"tools/list", resource);';

  test('a tool that would need a person hides itself alone, also where nobody could be asked', async () => {
    const here = await world({
      policies: `${LIST} @id("ask") @verdict("step_up") forbid(principal, action == Action::"tools/list", resource == Tool::"bank/pay");`,
    });
    const list = await here.guard.list(listing('bank/pay', 'bank/read'));
    expect(list).toMatchObject({ verdict: 'modify', visible: [false, true] });
    expect(here.log.state.holds()).toHaveLength(0);
  });

  test('a list may name a protected file: it reaches for nothing', async () => {
    const here = await world({
      policies: '@id("list") permit(principal, action == Action::"resources/list", resource);',
      ports: {
        selfProtection: {
          reachedBy: (value) => (JSON.stringify(value).includes('.writ') ? '.writ' : undefined),
        },
      },
    });
    const parts = [
      {
        action: { name: 'resources/list' },
        resource: { type: 'data' as const, id: 'file:///w/.writ/writ.db' },
      },
    ];
    const list = { ...listing(), method: 'resources/list', parts };
    expect(await here.guard.list(list)).toMatchObject({ visible: [true] });
  });

  test('a list follows the policy that another process put in force', async () => {
    let reloads = 0;
    const here: GuardWorld = await world({
      policies: LIST,
      portsOver: (ports) => ({
        ...ports,
        policy: {
          ...ports.policy,
          reload: async () => {
            reloads += 1;
            await here.changePolicy(
              `${LIST} @id("hide") forbid(principal, action, resource == Tool::"bank/pay");`,
              true,
            );
          },
        },
      }),
    });
    await here.changePolicy(
      `${LIST} @id("hide") forbid(principal, action, resource == Tool::"bank/pay");`,
      false,
    );
    expect(await here.guard.list(listing('bank/pay', 'bank/read'))).toMatchObject({ visible: [false, true] });
    expect(reloads).toBe(1);
  });

  test('a list whose record is refused shows nothing', async () => {
    const here: GuardWorld = await world({
      policies: LIST,
      ...around('decision', { before: async () => here.kill('agent', 'bot') }),
    });
    expect(await here.guard.list(listing('bank/read'))).toMatchObject({ verdict: 'deny', visible: [false] });
  });

  test('a list that cannot be recorded shows nothing', async () => {
    const here = await world({
      policies: LIST,
      ...around('decision', {
        before: async () => {
          throw new Error('disk full');
        },
      }),
    });
    expect(await here.guard.list(listing('bank/read'))).toMatchObject({ verdict: 'deny', visible: [false] });
  });
});

describe('what a result is judged by', () => {
  test.each([
    ['its session’s labels', 'context.session.labels.contains("frozen")'],
    ['the purpose of its call', 'context has purpose && context.purpose == "training"'],
    ['whether the tool calls it an error', 'context has is_error && context.is_error'],
    ['what no check could tell', 'context.facts_missing.contains("shy")'],
  ])('%s', async (_what, condition) => {
    const shy: Detector = {
      id: 'shy',
      version: '1',
      kinds: ['x'],
      detect: ({ direction }) => {
        if (direction === 'result') throw new Error('not today');
        return [];
      },
    };
    const here = await world({
      policies: `${PERMIT_ALL} @id("no") forbid(principal, action == Action::"results/deliver", resource) when { resource == Tool::"bank/pay" && ${condition} };
        @id("freeze") @label("frozen") permit(principal, action == Action::"bank/freeze", resource);`,
      ports: { detectors: [{ detector: shy, mode: 'observe' }] },
    });
    await here.guard.enforce(toolCall('bank/freeze', {}), counted().perform);
    const end = await here.guard.enforce(
      toolCall('bank/pay', {}, { purpose: 'training' }),
      counted({ isError: true }).perform,
      () => ({ isError: true }),
    );
    expect(end).toMatchObject({ outcome: 'withheld', delivery: { determining: [{ id: 'no' }] } });
  });

  test('more findings than can be kept withhold it', async () => {
    const noisy: Detector = {
      id: 'noisy',
      version: '1',
      kinds: ['dot'],
      detect: ({ value }) =>
        Array.from({ length: typeof value === 'string' ? 4097 : 0 }, (_, start) => ({
          kind: 'dot',
          severity: 'low' as const,
          confidence: 1,
          span: { pointer: '', start, end: start + 1 },
          detector: 'noisy',
        })),
    };
    const here = await world({ ports: { detectors: [{ detector: noisy, mode: 'observe' }] } });
    const end = await here.guard.enforce(toolCall('x/y', {}), counted('.'.repeat(5000)).perform);
    expect(end).toMatchObject({ outcome: 'withheld', delivery: { code: 'bound.exceeded' } });
  });
});

describe('audit mode relaxes policy and nothing else', () => {
  const audited = (options: Partial<GuardWorldOptions> = {}) =>
    world({ policies: NOTHING, mode: 'audit', ...options });

  test('policy would deny, and the call runs', async () => {
    const here = await audited();
    expect(await here.guard.enforce(toolCall('bank/pay', {}), counted().perform)).toMatchObject({
      verdict: 'allow',
      decision: { would: 'deny' },
    });
  });

  test.each([
    ['a kill', (here: GuardWorld) => here.kill('agent', 'bot'), 'kill.agent'],
    ['a policy not loaded here', (here: GuardWorld) => here.changePolicy(PERMIT_ALL, false), 'policy.stale'],
  ])('%s denies', async (_what, act, code) => {
    const here = await audited();
    await act(here);
    const tool = counted();
    expect(await here.guard.enforce(toolCall('bank/pay', {}), tool.perform)).toMatchObject({
      verdict: 'deny',
      decision: { code },
    });
    expect(tool.runs).toHaveLength(0);
  });

  test('a face’s refusal denies', async () => {
    const here = await audited();
    const refusal = { code: 'tool.quarantined', reason: 'changed' };
    expect(await here.guard.enforce(toolCall('bank/pay', {}, { refusal }), counted().perform)).toMatchObject({
      verdict: 'deny',
      decision: { code: 'tool.quarantined' },
    });
  });

  test('an argument outside its declared type denies', async () => {
    const here = await audited({
      tools: [
        {
          server: 'bank',
          name: 'pay',
          definition: {
            name: 'pay',
            inputSchema: { type: 'object', properties: { amount: { type: 'integer' } } },
          },
        },
      ],
    });
    const tool = counted();
    expect(await here.guard.enforce(toolCall('bank/pay', { amount: '5' }), tool.perform)).toMatchObject({
      verdict: 'deny',
      decision: { source: 'fault', code: 'policy.arguments' },
    });
    expect(tool.runs).toHaveLength(0);
  });

  test('a failed check that must run withholds the result', async () => {
    let isResult = false;
    const here = await audited({
      ports: {
        detectors: [
          {
            mode: 'block',
            detector: {
              id: 'd',
              version: '1',
              kinds: ['x'],
              detect: ({ direction }) => {
                isResult = direction === 'result';
                if (isResult) throw new Error('bug');
                return [];
              },
            },
          },
        ],
      },
    });
    const end = await here.guard.enforce(toolCall('bank/pay', {}), counted().perform);
    expect(end).toMatchObject({
      verdict: 'deny',
      outcome: 'withheld',
      delivery: { code: 'detector.failed' },
    });
    expect(isResult).toBe(true);
  });
});

describe('approvals', () => {
  const held = async (options: Partial<GuardWorldOptions> = {}) => {
    const here = await world({ policies: `${PERMIT_ALL} ${ASK}`, approvers: ['alice', 'bo'], ...options });
    const tool = counted();
    const call = (args = { amount: 5 }, target = 'bank/pay') =>
      here.guard.enforce(toolCall(target, args, { wait: false }), tool.perform);
    return { here, tool, call };
  };

  test('an approval does not carry to another tool, part or pin', async () => {
    const { here, tool, call } = await held();
    await call();
    await here.answer(here.log.state.holds()[0]!, 'alice', 'approve');
    expect((await call({ amount: 5 }, 'bank/refund')).verdict).toBe('step_up');
    const twice = toolCall('bank/pay', { amount: 5 }, { wait: false });
    expect(
      (await here.guard.enforce({ ...twice, parts: [...twice.parts, ...twice.parts] }, tool.perform)).verdict,
    ).toBe('step_up');
    expect(
      (await here.guard.enforce({ ...twice, definitionPin: 'c'.repeat(64) }, tool.perform)).verdict,
    ).toBe('step_up');
    expect(tool.runs).toHaveLength(0);
  });

  test('an approval that expires while the permit is being recorded is not used', async () => {
    let isArmed = false;
    const here: GuardWorld = await world({
      policies: `${PERMIT_ALL} ${ASK}`,
      approvers: ['alice'],
      ...around('decision', {
        before: async () => {
          if (!isArmed) return;
          here.clock.advance(120_000);
          await here.kill('tool', 'other/tool');
        },
      }),
    });
    const tool = counted();
    const call = () => here.guard.enforce(toolCall('bank/pay', {}, { wait: false }), tool.perform);
    await call();
    await here.answer(here.log.state.holds()[0]!, 'alice', 'approve');
    isArmed = true;
    expect((await call()).verdict).not.toBe('allow');
    expect(tool.runs).toHaveLength(0);
  });

  test('a hold that is over is not offered again', async () => {
    const { here, call } = await held();
    const first = await call();
    here.clock.advance(60_001);
    const second = await call();
    expect(second.verdict).toBe('step_up');
    expect(second.hold?.reference).not.toBe(first.hold?.reference);
    expect(second.hold?.expires).toBeGreaterThan(here.clock.now());
  });

  test('a hold that asks for less than is needed now does not stand for the rest', async () => {
    const { here, call } = await held({
      policies: `${PERMIT_ALL} ${ASK}
        @id("label") @label("touched") permit(principal, action == Action::"results/deliver", resource);
        @id("more") @verdict("step_up") forbid(principal, action == Action::"bank/pay", resource) when { context.session.labels.contains("touched") };`.replace(
        ASK,
        ASK.replace('action in Action::"tools/call"', 'action == Action::"bank/pay"'),
      ),
    });
    const first = await call();
    await here.guard.enforce(toolCall('notes/read', {}), counted().perform);
    const second = await call();
    expect(second.hold?.reference).not.toBe(first.hold?.reference);
    expect(here.log.state.holds().map(({ forbids }) => forbids.length)).toEqual([1, 2]);
  });

  test('one person with two keys is not a quorum of two', async () => {
    const { here, call } = await held({
      policies: `${PERMIT_ALL} ${ASK.replace('@verdict', '@quorum("2") @verdict')}`,
      portsOver: (ports) => ({
        ...ports,
        approvers: ports.approvers.map((approver) => ({ ...approver, person: 'alice@example.org' })),
      }),
    });
    expect(await call()).toMatchObject({ verdict: 'deny', decision: { code: 'approval.nobody' } });
    expect(here.log.state.holds()).toHaveLength(0);
  });

  test('where none of the approvers a policy names is configured, nobody is asked', async () => {
    const { here, call } = await held({
      policies: `${PERMIT_ALL} ${ASK.replace('@verdict', '@approvers("cfo") @verdict')}`,
    });
    expect(await call()).toMatchObject({ verdict: 'deny', decision: { code: 'approval.nobody' } });
    expect(here.log.state.holds()).toHaveLength(0);
  });

  test('whoever the agent acts for, and whoever delegated to it, approve nothing', async () => {
    const { here } = await held({
      ports: { person: { id: 'ALICE', roles: [] }, chain: [{ id: 'bo' }] },
    });
    expect(
      await here.guard.enforce(toolCall('bank/pay', {}, { wait: false }), counted().perform),
    ).toMatchObject({ verdict: 'deny', decision: { code: 'approval.nobody' } });
  });

  test('an approval is not good for the changed arguments of another request', async () => {
    const { here, tool } = await held({
      policies: `${DELIVER} ${CALL.replace('permit', '@redact("email") permit')} ${ASK}`,
    });
    const call = (text: string) =>
      here.guard.enforce(toolCall('mail/send', { text }, { wait: false }), tool.perform);
    await call(`to ${MAIL}`);
    await here.answer(here.log.state.holds()[0]!, 'alice', 'approve');
    expect((await call(`for ${MAIL}`)).verdict).toBe('step_up');
    expect((await call(`to ${MAIL}`)).outcome).toBe('performed');
    expect(tool.runs).toEqual([{ text: 'to [redacted:email]' }]);
  });
});

describe('delegation and parts', () => {
  test.each([
    ['the agent that acts', 'bot'],
    ['an agent that delegated to it', 'boss'],
  ])('killing %s stops the action', async (_who, id) => {
    const here = await world({ ports: { chain: [{ id: 'boss' }] } });
    await here.kill('agent', id);
    const tool = counted();
    expect((await here.guard.enforce(toolCall('bank/pay', {}), tool.perform)).verdict).toBe('deny');
    expect(tool.runs).toHaveLength(0);
  });

  test('killing a server stops what it starts by itself', async () => {
    const here = await world({
      policies: `${DELIVER} @id("s") permit(principal == Server::"bank", action == Action::"roots/list", resource);`,
    });
    const request = toolCall(
      'x/y',
      {},
      {
        initiator: 'server',
        initiatingServer: 'bank',
        method: 'roots/list',
        parts: [{ action: { name: 'roots/list' }, resource: { type: 'server', id: 'elsewhere' } }],
      },
    );
    const tool = counted();
    expect((await here.guard.enforce(request, tool.perform)).verdict).toBe('allow');
    await here.kill('server', 'bank');
    expect(await here.guard.enforce(request, tool.perform)).toMatchObject({
      decision: { code: 'kill.server' },
    });
    expect(tool.runs).toHaveLength(1);
  });

  test('each agent of the chain must be permitted', async () => {
    const here = await world({
      policies: `${DELIVER} @id("c") permit(principal == Agent::"bot", action in Action::"tools/call", resource);`,
      ports: { chain: [{ id: 'boss' }] },
    });
    expect(await here.guard.enforce(toolCall('bank/pay', {}), counted().perform)).toMatchObject({
      verdict: 'deny',
    });
  });

  test('each part must be permitted', async () => {
    const here = await world({
      policies: `${DELIVER} @id("c") permit(principal, action == Action::"bank/read", resource);`,
    });
    const [read] = toolCall('bank/read', {}).parts;
    const [pay] = toolCall('bank/pay', {}).parts;
    const tool = counted();
    for (const parts of [
      [read!, pay!],
      [pay!, read!],
    ]) {
      expect((await here.guard.enforce(toolCall('bank/read', {}, { parts }), tool.perform)).verdict).toBe(
        'deny',
      );
    }
    expect(tool.runs).toHaveLength(0);
  });

  test('a protected file is out of reach of every part, not only of the arguments', async () => {
    const here = await world({
      mode: 'permissive',
      ports: {
        selfProtection: {
          reachedBy: (value) => (JSON.stringify(value).includes('.writ') ? '.writ' : undefined),
        },
      },
    });
    const parts = [
      { action: { name: 'file/write' }, resource: { type: 'file' as const, id: '/w/.writ/writ.db' } },
    ];
    expect(await here.guard.enforce(toolCall('x/y', {}, { parts }), counted().perform)).toMatchObject({
      verdict: 'deny',
      decision: { code: 'guard.self-protection' },
    });
  });
});
