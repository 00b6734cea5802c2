/** A purpose is read by policy only while it is in force, and a call that rested on it does not outlive it. */
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../kernel/index.ts';
import {
  consentDraft,
  createRegister,
  noticeDraft,
  type Purpose,
  type PurposeRegister,
  registerDraft,
} from '../../privacy/index.ts';
import { type GuardWorld, type GuardWorldOptions, toolCall } from '../../testing/index.ts';
import type { InterceptedAction } from '../types.ts';
import { around, counted, DELIVER, outcomes, world } from './fixtures.ts';

const SCOPE = 'test-register';
const FOR_SUPPORT = `@id("support") permit(principal, action in Action::"tools/call", resource)
  when { context has purpose && context.purpose == "support" };`;
/** Permits without a purpose, and says why where one is declared and not in force. */
const ANYTHING = '@id("any") permit(principal, action in Action::"tools/call", resource);';
/** How a connection is described. */
const CONNECT = { port: 443, scheme: 'https', network: 'public', by: 'proxy' };
const ANN = { person: { id: 'ann', roles: [] } };

const WELCOME = { id: 'welcome', version: 1, texts: { en: 'We use your data to answer you.' } };

const registerOf = (more: Partial<Purpose> = {}): PurposeRegister =>
  createRegister({
    purposes: [
      {
        id: 'support',
        description: 'answer questions',
        data: ['contact'],
        basis: 'consent',
        retention: 'decision',
        recipients: [],
        subject: 'person',
        ...more,
      },
    ],
    notices: [WELCOME],
  });

interface PrivateWorld extends GuardWorld {
  readonly consent: (action: 'give' | 'withdraw', subject?: string) => Promise<void>;
  readonly call: (
    args?: JsonObject,
    more?: Partial<InterceptedAction>,
  ) => ReturnType<GuardWorld['guard']['enforce']>;
  readonly tool: ReturnType<typeof counted>;
  readonly register: (register: PurposeRegister, adopt?: boolean) => Promise<void>;
}

async function privateWorld(
  more: Partial<Purpose> = {},
  options: Partial<GuardWorldOptions> = {},
): Promise<PrivateWorld> {
  let register = registerOf(more);
  const here = await world({
    policies: `${FOR_SUPPORT} ${DELIVER}`,
    ...options,
    ports: {
      ...ANN,
      purposes: { scope: SCOPE, current: () => register, declared: ({ claimed }) => claimed },
      ...options.ports,
    },
  });
  const append = async (draft: ReturnType<typeof registerDraft>): Promise<void> => {
    if (draft === undefined) return;
    const times = { tenant: 'test', time: here.clock.now(), monotonicNs: here.clock.monotonicNs() };
    expect(await here.log.writer.append({ ...draft, ...times })).toMatchObject({ status: 'committed' });
  };
  await append(registerDraft(register, SCOPE, here.log.state));
  const tool = counted();
  return {
    ...here,
    tool,
    consent: (action, subject = 'ann') =>
      append(consentDraft(register, { action, purpose: 'support', subject }, here.log.state)),
    call: (args = {}, rest = {}) =>
      here.guard.enforce(toolCall('crm/find', args, { purpose: 'support', ...rest }), tool.perform),
    register: async (next, adopt = true) => {
      await append(registerDraft(next, SCOPE, here.log.state));
      if (adopt) register = next;
    },
  };
}

/** `act` at the first call, nothing at later ones. */
function once(act: () => Promise<void>): () => Promise<void> {
  let isFirst = true;
  return async () => {
    if (!isFirst) return;
    isFirst = false;
    await act();
  };
}

/** What policy was asked in the last decision that has a body with a question. */
function facts({ log }: GuardWorld): JsonObject {
  for (let index = log.reader.size() - 1; index >= 0; index -= 1) {
    if (log.reader.entry(index).entry.kind !== 'decision') continue;
    const { input } = log.reader.body(index) as unknown as { input: { asked?: [{ context: JsonObject }] } };
    if (input.asked !== undefined) return input.asked[0].context;
  }
  return {};
}

describe('a purpose that rests on consent', () => {
  test('is absent until consent is given, and from the next call on after it is withdrawn', async () => {
    const here = await privateWorld();
    expect((await here.call()).verdict).toBe('deny');
    expect(facts(here)).toMatchObject({ purposeStatus: 'no_consent' });
    expect(facts(here)).not.toHaveProperty('purpose');
    await here.consent('give');
    expect((await here.call()).verdict).toBe('allow');
    expect(facts(here)).toMatchObject({ purposeStatus: 'in_force', purpose: 'support' });
    await here.consent('withdraw');
    expect((await here.call()).verdict).toBe('deny');
    expect(facts(here)).toMatchObject({ purposeStatus: 'withdrawn' });
    expect(here.tool.runs).toHaveLength(1);
  });

  test('is one person’s own', async () => {
    const here = await privateWorld();
    await here.consent('give', 'bob');
    expect((await here.call()).verdict).toBe('deny');
  });

  test('is that of whoever the arguments name, where the purpose says so', async () => {
    const here = await privateWorld({ subject: 'context.args.customer' });
    await here.consent('give', '77');
    expect((await here.call({ customer: 77 })).verdict).toBe('allow');
    expect((await here.call({ customer: 78 })).verdict).toBe('deny');
    expect((await here.call({})).verdict).toBe('deny');
    expect(facts(here)).toMatchObject({ purposeStatus: 'unknown_subject' });
  });

  test('is not consented to any more where the register says more than was agreed to', async () => {
    const here = await privateWorld();
    await here.consent('give');
    await here.register(registerOf({ description: 'answer questions, friendly' }));
    expect((await here.call()).verdict).toBe('allow');
    await here.register(registerOf({ recipients: ['advertiser'] }));
    expect((await here.call()).verdict).toBe('deny');
  });

  test('can be named by a forbid, so that the decision says why', async () => {
    const forbid = `@id("no-consent") @reason("ask the customer first") forbid(principal, action in Action::"tools/call", resource)
      when { context has purpose_status && context.purpose_status != "in_force" };`;
    const here = await privateWorld({}, { policies: `${ANYTHING} ${forbid} ${DELIVER}` });
    expect(await here.call()).toMatchObject({
      verdict: 'deny',
      decision: { determining: [{ id: 'no-consent' }], reasons: ['ask the customer first'] },
    });
    await here.consent('give');
    expect((await here.call()).verdict).toBe('allow');
  });
});

describe('consent that is withdrawn while a call is on its way', () => {
  test('before the decision commits: no permit is recorded that rested on it', async () => {
    const withdraws = once(() => here.consent('withdraw'));
    const here: PrivateWorld = await privateWorld({}, around('decision', { before: withdraws }));
    await here.consent('give');
    expect((await here.call()).verdict).toBe('deny');
    expect(here.tool.runs).toHaveLength(0);
    const { reader } = here.log;
    const verdicts = Array.from({ length: reader.size() }, (_, index) => reader.entry(index).entry).flatMap(
      (entry) => (entry.kind === 'decision' ? [entry.decision.verdict] : []),
    );
    expect(verdicts).toEqual(['deny']);
  });

  test('after the decision committed and before it is performed: it is not performed', async () => {
    const withdraws = once(() => here.consent('withdraw'));
    const here: PrivateWorld = await privateWorld({}, around('decision', { after: withdraws }));
    await here.consent('give');
    expect((await here.call()).verdict).toBe('deny');
    expect(here.tool.runs).toHaveLength(0);
    expect(outcomes(here)).toEqual(['not_performed guard.purpose']);
  });

  test('while it runs: its result is judged by what holds now', async () => {
    const policies = `${FOR_SUPPORT} @id("results") permit(principal, action == Action::"results/deliver", resource)
      when { context has purpose && context.purpose == "support" };`;
    const here = await privateWorld({}, { policies });
    await here.consent('give');
    expect(await here.call()).toMatchObject({ outcome: 'performed' });
    const end = await here.guard.enforce(toolCall('crm/find', {}, { purpose: 'support' }), async () => {
      await here.consent('withdraw');
      return { found: 1 };
    });
    expect(end).toMatchObject({ verdict: 'deny', outcome: 'withheld' });
  });

  test('once its result was delivered: whoever keeps that is told', async () => {
    const here = await privateWorld();
    await here.consent('give');
    const { stands } = await here.call();
    await here.consent('give');
    expect(stands?.()).toBe(true);
    await here.consent('withdraw');
    expect(stands?.()).toBe(false);
  });

  test('while bytes flow for it: they flow no more, and what changed nothing ends nothing', async () => {
    const here = await privateWorld({}, { policies: '@id("all") permit(principal, action, resource);' });
    await here.consent('give');
    const flowing = Promise.withResolvers<AbortSignal>();
    const host = { type: 'host' as const, id: 'a.example' };
    const end = here.guard.enforce(
      {
        ...toolCall('', {}, { purpose: 'support', face: 'egress', method: 'network/egress', delivers: [] }),
        parts: [
          { action: { name: 'network/egress' }, resource: host, args: { ...CONNECT, host: 'a.example' } },
        ],
      },
      ({ signal }) => {
        flowing.resolve(signal);
        return new Promise(() => {});
      },
    );
    const signal = await Promise.race([flowing.promise, end.then(({ message }) => message)]);
    if (typeof signal === 'string') throw new Error(signal);
    await here.consent('give', 'bob');
    await here.consent('give');
    here.timers.advance(1_000);
    expect(signal.aborted).toBe(false);
    await here.consent('withdraw');
    here.timers.advance(1_000);
    expect(signal.aborted).toBe(true);
    expect(await end).toMatchObject({ outcome: 'unknown' });
    expect(outcomes(here)).toEqual(['unknown guard.purpose']);
  });

  test('two who change it at once: one is refused', async () => {
    const here = await privateWorld();
    const change = { action: 'give', purpose: 'support', subject: 'ann' } as const;
    const draft = consentDraft(registerOf(), change, here.log.state);
    const times = { tenant: 'test', time: here.clock.now(), monotonicNs: here.clock.monotonicNs() };
    const ends = await Promise.all([1, 2].map(() => here.log.writer.append({ ...draft, ...times })));
    expect(ends.map(({ status }) => status).sort()).toEqual(['committed', 'refused']);
  });
});

describe('the register in force', () => {
  test('another one in the store than in memory lets nothing through', async () => {
    const here = await privateWorld({ basis: 'contract' });
    expect((await here.call()).verdict).toBe('allow');
    await here.register(registerOf({ basis: 'public_task' }), false);
    expect(await here.call()).toMatchObject({ verdict: 'deny', decision: { code: 'privacy.stale' } });
  });

  test.each([['before' as const], ['after' as const]])(
    'that another one follows %s a decision commits: nothing that rested on it is performed',
    async (when) => {
      const change = once(() => here.register(registerOf({ basis: 'public_task' }), false));
      const here: PrivateWorld = await privateWorld(
        { basis: 'contract' },
        around('decision', { [when]: change }),
      );
      expect(await here.call()).toMatchObject({ verdict: 'deny', decision: { code: 'privacy.stale' } });
      expect(here.tool.runs).toHaveLength(0);
    },
  );

  test('that another one follows while a call runs: its result is withheld', async () => {
    const here = await privateWorld({ basis: 'contract' });
    const end = await here.guard.enforce(toolCall('crm/find', {}, { purpose: 'support' }), async () => {
      await here.register(registerOf({ basis: 'public_task' }), false);
      return { found: 1 };
    });
    expect(end).toMatchObject({ outcome: 'withheld', delivery: { code: 'privacy.stale' } });
  });

  test('a purpose that is not in it is none, whoever claims it', async () => {
    const here = await privateWorld({ basis: 'contract' });
    expect((await here.call({}, { purpose: 'sales' })).verdict).toBe('deny');
    expect(facts(here)).toMatchObject({ purposeStatus: 'unregistered' });
  });

  test('without one a purpose is what the face says, and no status', async () => {
    const here = await world({ policies: `${FOR_SUPPORT} ${DELIVER}` });
    const end = await here.guard.enforce(toolCall('crm/find', {}, { purpose: 'support' }), counted().perform);
    expect(end.verdict).toBe('allow');
    expect(facts(here)).not.toHaveProperty('purposeStatus');
  });

  test('a notice may not say another thing under the version that people were shown', async () => {
    const here = await privateWorld();
    const changed = createRegister({
      purposes: registerOf().purposes,
      notices: [{ id: 'welcome', version: 1, texts: { en: 'We sell your data.' } }],
    });
    await expect(here.register(changed)).rejects.toMatchObject({ code: 'config.invalid' });
  });
});

describe('what is recorded of it', () => {
  test('an entry concerns whose data was used, and is kept as its purpose says', async () => {
    const here = await privateWorld({
      basis: 'contract',
      subject: 'context.args.customer',
      retention: 'support',
    });
    await here.call({ customer: 'c-9' });
    const [decision, outcome] = [here.log.reader.size() - 2, here.log.reader.size() - 1];
    expect(here.log.reader.concerning('c-9')).toEqual([decision, outcome]);
    for (const index of [decision, outcome])
      expect(here.log.reader.entry(index).entry.retentionClass).toBe('support');
  });
});

describe('a notice that a purpose demands', () => {
  const NOTICED: Partial<Purpose> = { basis: 'contract', notice: 'welcome' };

  test('is not in force where the face can show nothing', async () => {
    const here = await privateWorld(NOTICED);
    expect(await here.call()).not.toHaveProperty('notice');
    expect(facts(here)).toMatchObject({ purposeStatus: 'notice_due' });
    expect(here.tool.runs).toHaveLength(0);
  });

  test('comes first, alone, and once', async () => {
    const here = await privateWorld(NOTICED);
    const first = await here.call({}, { showsNotices: true });
    expect(first).toMatchObject({
      verdict: 'deny',
      decision: { code: 'privacy.notice' },
      notice: { id: 'welcome', version: 1, text: 'We use your data to answer you.' },
    });
    const second = await here.call({}, { showsNotices: true });
    expect(second.verdict).toBe('allow');
    expect(second).not.toHaveProperty('notice');
    expect(here.tool.runs).toHaveLength(1);
  });

  test('is shown anew with another text, though a register in between made its version forgotten', async () => {
    const here = await privateWorld(NOTICED);
    await here.call({}, { showsNotices: true });
    const [purpose] = registerOf(NOTICED).purposes;
    const { notice: _notice, ...without } = purpose!;
    await here.register(createRegister({ purposes: [without], notices: [] }));
    const texts = { en: 'We sell your data.' };
    await here.register(createRegister({ purposes: [purpose!], notices: [{ ...WELCOME, texts }] }));
    expect(await here.call({}, { showsNotices: true })).toMatchObject({ notice: { text: texts.en } });
    expect(here.tool.runs).toHaveLength(0);
  });

  test('is shown by one of many calls at once, and each of the others goes on', async () => {
    const here = await privateWorld(NOTICED);
    const ends = await Promise.all([1, 2, 3, 4].map(() => here.call({}, { showsNotices: true })));
    expect(ends.filter(({ notice }) => notice !== undefined)).toHaveLength(1);
    expect(ends.map(({ verdict }) => verdict).sort()).toEqual(['allow', 'allow', 'allow', 'deny']);
    expect(here.log.state.records('notices')).toHaveLength(1);
  });

  test('is not shown by a process where another one does so at the same time', async () => {
    const notice = WELCOME;
    const elsewhere = once(async () => {
      const draft = noticeDraft({ notice, subject: 'ann', channel: 'hook' }, here.log.state);
      const times = { tenant: 'test', time: here.clock.now(), monotonicNs: here.clock.monotonicNs() };
      await here.log.writer.append({ ...draft, ...times });
    });
    const wrapLog: GuardWorldOptions['wrapLog'] = (log) => ({
      ...log,
      append: async (draft) => {
        if (draft.detail.kind === 'notice') await elsewhere();
        return log.append(draft);
      },
    });
    const here: PrivateWorld = await privateWorld(NOTICED, { wrapLog });
    const end = await here.call({}, { showsNotices: true });
    expect(end.verdict).toBe('allow');
    expect(end).not.toHaveProperty('notice');
  });

  test('is not shown to one person for another', async () => {
    const here = await privateWorld({ ...NOTICED, subject: 'context.args.customer' });
    expect(await here.call({ customer: 'c-1' }, { showsNotices: true })).not.toHaveProperty('notice');
    expect(facts(here)).toMatchObject({ purposeStatus: 'notice_due' });
    expect(here.log.state.records('notices')).toHaveLength(0);
    // Somebody says that it was shown elsewhere.
    const notice = WELCOME;
    const draft = noticeDraft({ notice, subject: 'c-1', channel: 'operator' }, here.log.state);
    const times = { tenant: 'test', time: here.clock.now(), monotonicNs: here.clock.monotonicNs() };
    await here.log.writer.append({ ...draft, ...times });
    expect((await here.call({ customer: 'c-1' })).verdict).toBe('allow');
  });

  test('is not spent on a handshake', async () => {
    const here = await privateWorld(NOTICED);
    await here.call({}, { showsNotices: true, method: 'ping' });
    expect(here.log.state.records('notices')).toHaveLength(0);
  });

  test('is not spent on a call that its purpose has no rule for', async () => {
    const here = await privateWorld(
      { ...NOTICED, minimise: { 'crm/other': [] } },
      { policies: `${ANYTHING} ${DELIVER}` },
    );
    expect(await here.call({}, { showsNotices: true })).toMatchObject({
      decision: { code: 'privacy.no-rule' },
    });
    expect(here.log.state.records('notices')).toHaveLength(0);
  });

  test('is not shown to an agent that was stopped', async () => {
    const here = await privateWorld(NOTICED);
    await here.kill('agent', 'bot');
    expect(await here.call({}, { showsNotices: true })).toMatchObject({ decision: { code: 'kill.agent' } });
    expect(here.log.state.records('notices')).toHaveLength(0);
  });
});
