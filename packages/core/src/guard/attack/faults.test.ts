/** Whatever breaks is answered, and recorded where it can be. */
import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { createSigningKey } from '../../identity/index.ts';
import { Fault, type JsonObject, type JsonValue } from '../../kernel/index.ts';
import type { StateReader } from '../../model/index.ts';
import { toolCall, fakeRandom } from '../../testing/index.ts';
import type { GuardPorts } from '../types.ts';
import { around, ASK, counted, NOTHING, outcomes, PERMIT_ALL, world } from './fixtures.ts';

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

  test('an agent with a key is authenticated by it, and each signature counts once', async () => {
    const { key } = createSigningKey('bot', fakeRandom());
    const here = await world({ ports: { signer: key } });
    const first = await here.guard.enforce(toolCall('bank/pay', {}), counted().perform);
    const second = await here.guard.enforce(toolCall('bank/pay', {}), counted().perform);
    const entries = [first, second].map(
      ({ receipt }) => here.log.reader.entry(Number(receipt?.split('#')[1])).entry,
    );
    for (const entry of entries)
      expect(entry).toMatchObject({ decision: { authentication: { method: 'key', assurance: 2 } } });
    const consumed = entries.flatMap(({ consumes }) => consumes ?? []);
    expect(consumed.every((name) => name.startsWith(`nonce:${key.keyId}:`))).toBe(true);
    expect(new Set(consumed).size).toBe(2);
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

  test('refusals that could not be written are written later', async () => {
    let fails = 1;
    const here = await world({
      wrapLog: (log) => ({
        ...log,
        append: async (draft) => {
          if (draft.detail.kind === 'refusals' && fails-- > 0) throw new Error('disk full');
          return log.append(draft);
        },
      }),
    });
    here.guard.countRefusal('json.syntax');
    here.timers.advance(60_000);
    await new Promise(setImmediate);
    here.guard.countRefusal('json.syntax');
    await here.guard.close();
    expect(here.log.reader.entry(2).entry).toMatchObject({ refusals: { counts: { 'json.syntax': 2 } } });
  });

  test('a refusal quotes no argument', async () => {
    const here = await world({
      policies: `${PERMIT_ALL} ${NOTHING}`,
    });
    const end = await here.guard.enforce(
      toolCall('bank/pay', { iban: 'GB82WEST12345698765432' }),
      counted().perform,
    );
    expect(end.message).not.toContain('GB82');
    expect(JSON.stringify(end.decision)).not.toContain('GB82');
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

  test('of a result too large to be sealed whole, hash and length are recorded', async () => {
    const here = await world();
    await here.guard.enforce(toolCall('files/read', {}), counted('x'.repeat(1024 * 1024)).perform);
    const { fields } = here.log.reader.body(3) as { fields: JsonObject };
    expect(fields['result']).toEqual({
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      length: 1024 * 1024 + 2,
      omitted: 'result is larger than 1 MiB',
    });
  });

  test('what concerns a person can be found by that person, decision and outcome', async () => {
    const concerned: (readonly string[])[] = [];
    const here = await world({
      ports: { person: { id: 'ann', roles: [] } },
      wrapLog: (log) => ({
        ...log,
        append: (draft) => {
          concerned.push(draft.concerns);
          return log.append(draft);
        },
      }),
    });
    await here.guard.enforce(toolCall('bank/pay', {}), counted().perform);
    expect(concerned).toEqual([['ann'], ['ann']]);
  });

  test('a caller’s signal is not listened to any longer than its action lasts', async () => {
    const here = await world();
    const caller = new AbortController();
    await here.guard.enforce(toolCall('bank/pay', {}, { signal: caller.signal }), counted().perform);
    expect(getEventListeners(caller.signal, 'abort')).toHaveLength(0);
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
