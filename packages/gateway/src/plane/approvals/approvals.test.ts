// Answers from a control plane: a held call goes on by a genuine one, and by nothing that a server makes up.
import { type ApprovalClaim, createSigningKey, fromUtf8, signApproval, type SigningKey } from '@writ/core';
import { guardWorld, type GuardWorld, toolCall } from '@writ/core/testing';
import { expect, test, describe } from 'vitest';
import { type ApprovalFollower, followApprovals } from './index.ts';

const HOLD_PAYMENTS = `@id("all") permit(principal, action, resource);
@id("pay") @verdict("step_up") @approvers("ann,bo") @reason("payments need a person") forbid(principal, action == Action::"bank/pay", resource);`;

interface Here {
  readonly world: GuardWorld;
  readonly follower: ApprovalFollower;
  /** What the server was told, and what it will answer with. */
  readonly told: { readonly path: string; readonly body: Record<string, unknown> }[];
  readonly server: { items: unknown[]; status: number; never?: string };
  readonly reports: string[];
  readonly runs: unknown[];
  call(): ReturnType<GuardWorld['guard']['enforce']>;
}

/** `persons`: who approvers are, by their ids. */
async function open(
  args: Record<string, unknown> = { amount: 5 },
  persons: Readonly<Record<string, string>> = {},
): Promise<Here> {
  const world = await guardWorld({ policies: HOLD_PAYMENTS, approvers: ['ann', 'bo'] });
  const told: Here['told'] = [];
  const reports: string[] = [];
  const runs: unknown[] = [];
  const server: Here['server'] = { items: [], status: 200 };
  const approvers = [...world.approverKeys].map(([id, key]) => {
    const person = persons[id];
    return { id, groups: [], ...(person === undefined ? {} : { person }), ...key };
  });
  const follower = followApprovals(
    {
      client: {
        send: ({ path, body }) => {
          const text = body === undefined ? '' : fromUtf8(body);
          if (body !== undefined) told.push({ path, body: JSON.parse(text) });
          const isNever = server.never !== undefined && text.includes(server.never);
          const answer = path.startsWith('/v1/node/answers')
            ? { items: server.items, next: 1 }
            : { id: '01ARZ3NDEKTSV4RRFFQ69G5FAV', status: 'waiting' };
          return Promise.resolve({
            status: isNever ? 422 : server.status,
            headers: {},
            body: new TextEncoder().encode(JSON.stringify(answer)),
          });
        },
      },
      log: world.log.writer,
      state: world.log.state,
      reader: world.log.reader,
      node: 'node-test',
      tenant: 'test',
      approvers: () => approvers,
      clock: world.clock,
      report: (line) => reports.push(line),
      pause: () => Promise.resolve(),
    },
    true,
  );
  const call: Here['call'] = () =>
    world.guard.enforce(toolCall('bank/pay', args as never, { wait: false }), (performance) => {
      runs.push(performance.args);
      return Promise.resolve({ value: 'paid' } as never);
    });
  return { world, follower, told, server, reports, runs, call };
}

const REFERENCE = 'test.example/log#2';

/** An answer of `key` to the hold, with what a test changes. */
function answer(here: Here, key: SigningKey, claim: Partial<ApprovalClaim> = {}): Record<string, unknown> {
  const hold = here.world.log.state.holds()[0] ?? expect.unreachable();
  const full: ApprovalClaim = {
    answer: 'approve',
    hold: REFERENCE,
    node: 'node-test',
    performedDigest: hold.digest,
    lifts: claim.answer === 'deny' ? [] : hold.forbids.map(({ contentHash }) => contentHash),
    policyHash: hold.policyHash,
    expires: hold.expires,
    at: hold.created,
    ...claim,
  };
  return { answer: full.answer, keyId: key.keyId, ...signApproval(full, key) };
}

const keyOf = (here: Here, name: string): SigningKey =>
  here.world.approverKeys.get(name) ?? expect.unreachable();
const stranger = createSigningKey('ann', { bytes: (length) => new Uint8Array(length).fill(9) }).key;

describe('what a node tells', () => {
  test('is exactly what would be done, its secrets masked, once; and its end', async () => {
    const here = await open({
      amount: 5,
      password: 'correct horse',
      note: 'use ghp_1234567890abcdefghijABCDEFGHIJ123456 for it',
      nested: [{ apiKey: 'k' }],
    });
    const { digest, policyHash } = await here.call().then(() => here.world.log.state.holds()[0]!);
    expect(await here.follower.tell()).toBe(true);
    expect(await here.follower.tell()).toBe(true);
    expect(here.told).toHaveLength(1);
    expect(here.told[0]).toMatchObject({
      path: '/v1/node/holds',
      body: {
        hold: REFERENCE,
        logNode: 'node-test',
        agent: 'bot',
        targets: [{ type: 'tool', id: 'bank/pay' }],
        args: { amount: 5, password: '[masked]', nested: [{ apiKey: '[masked]' }] },
        policies: [{ id: 'pay', approvers: ['ann', 'bo'], quorum: 1 }],
        reasons: ['payments need a person'],
        requesters: ['bot'],
        masked: 3,
        digest,
        policyHash,
      },
    });
    expect(JSON.stringify(here.told)).not.toMatch(/correct horse|ghp_/);
    await here.world.answer(here.world.log.state.holds()[0]!, 'ann', 'deny');
    await here.follower.tell();
    expect(here.told.at(-1)).toEqual({
      path: '/v1/node/holds/01ARZ3NDEKTSV4RRFFQ69G5FAV/end',
      body: { status: 'denied' },
    });
  });

  test('leaves arguments out that are too large, so that nobody approves what they do not see', async () => {
    const here = await open({ text: 'word '.repeat(20_000) });
    await here.call();
    await here.follower.tell();
    expect(here.told[0]?.body).not.toHaveProperty('args');
  });
});

test('the control plane takes what it can: a hold that it never takes keeps no other from being told', async () => {
  const here = await open();
  here.server.never = '"amount":5';
  await here.call();
  await here.world.guard.enforce(toolCall('bank/pay', { amount: 6 }, { wait: false }), () =>
    Promise.resolve({ value: 'paid' } as never),
  );
  expect(await here.follower.tell()).toBe(true);
  expect(here.told.map(({ body }) => body['args'])).toEqual([{ amount: 5 }, { amount: 6 }]);
  // It is said once, and not sent again and again.
  expect(await here.follower.tell()).toBe(true);
  expect(here.told).toHaveLength(2);
  expect(here.reports).toEqual([expect.stringMatching(/#2 cannot be shown at the control plane/)]);
});

test('secrets are masked under their name however they are wrapped', async () => {
  const here = await open({
    passwords: ['hunter2'],
    login: { Password: { value: 'hunter2', rounds: 12345 } },
    kept: { passage: 'open', count: 1 },
  });
  await here.call();
  await here.follower.tell();
  expect(here.told[0]?.body).toMatchObject({
    args: {
      passwords: ['[masked]'],
      login: { Password: { value: '[masked]', rounds: '[masked]' } },
      kept: { passage: 'open', count: 1 },
    },
    masked: 3,
  });
});

test('beside a text that is too long to be looked through nothing is shown', async () => {
  const here = await open({
    password: 'x'.repeat(2_000_000),
    note: 'ghp_1234567890abcdefghijABCDEFGHIJ123456',
  });
  await here.call();
  await here.follower.tell();
  expect(here.told).toHaveLength(1);
  expect(here.told[0]?.body).not.toHaveProperty('args');
  expect(JSON.stringify(here.told)).not.toContain('ghp_');
});

test('a hold that has expired is told to nobody any more', async () => {
  const here = await open();
  await here.call();
  const { expires } = here.world.log.state.holds()[0] ?? expect.unreachable();
  here.world.clock.advance(expires - here.world.clock.now() + 1);
  expect(await here.follower.tell()).toBe(true);
  expect(here.told).toEqual([]);
});

test('arguments are measured as they are sent, so that a server takes what is shown', async () => {
  const here = await open({ text: '汉'.repeat(30_000) });
  await here.call();
  await here.follower.tell();
  expect(here.told[0]?.body).not.toHaveProperty('args');
});

describe('what a node takes', () => {
  test('a genuine approval releases the call, once, and is in the node’s own log', async () => {
    const here = await open();
    expect((await here.call()).verdict).toBe('step_up');
    here.server.items = [{ hold: REFERENCE, answers: [answer(here, keyOf(here, 'ann'))] }];
    expect(await here.follower.take()).toBe(true);
    expect(await here.follower.take()).toBe(true);
    expect(here.world.log.state.holds()[0]?.answers).toHaveLength(1);
    expect((await here.call()).verdict).toBe('allow');
    expect((await here.call()).verdict).toBe('step_up');
    expect(here.runs).toEqual([{ amount: 5 }]);
  });

  test('the first answer of a key stands, whatever it says afterwards', async () => {
    const here = await open();
    await here.call();
    const ann = keyOf(here, 'ann');
    here.server.items = [
      { hold: REFERENCE, answers: [answer(here, ann), answer(here, ann, { answer: 'deny' })] },
    ];
    expect(await here.follower.take()).toBe(true);
    expect(here.world.log.state.holds()[0]?.answers).toMatchObject([{ answer: 'approve' }]);
    expect((await here.call()).verdict).toBe('allow');
  });

  test('what waited too long is released by no approval, however long that says that it holds', async () => {
    const here = await open();
    await here.call();
    const { expires } = here.world.log.state.holds()[0] ?? expect.unreachable();
    here.server.items = [
      { hold: REFERENCE, answers: [answer(here, keyOf(here, 'ann'), { expires: expires + 60_000 })] },
    ];
    here.world.clock.advance(expires - here.world.clock.now() + 1);
    const before = here.world.log.reader.size();
    expect(await here.follower.take()).toBe(true);
    expect(here.world.log.reader.size()).toBe(before);
    // Nobody is told that their answer is no good: it came too late.
    expect([here.reports, here.told]).toEqual([[], []]);
  });

  test('whoever asked for it releases nothing, and is told so', async () => {
    const here = await open(undefined, { ann: 'bot' });
    await here.call();
    const before = here.world.log.reader.size();
    here.server.items = [{ hold: REFERENCE, answers: [answer(here, keyOf(here, 'ann'))] }];
    await here.follower.take();
    expect(here.world.log.reader.size()).toBe(before);
    expect(here.reports).toEqual([expect.stringContaining('may not approve this')]);
    here.server.items = [{ hold: REFERENCE, answers: [answer(here, keyOf(here, 'bo'))] }];
    await here.follower.take();
    expect((await here.call()).verdict).toBe('allow');
  });

  test('a call that waits goes on when the answer comes', async () => {
    const here = await open();
    const waiting = here.world.guard.enforce(toolCall('bank/pay', { amount: 5 }), (performance) => {
      here.runs.push(performance.args);
      return Promise.resolve({ value: 'paid' } as never);
    });
    await expect.poll(() => here.world.log.state.holds().length).toBe(1);
    here.server.items = [{ hold: REFERENCE, answers: [answer(here, keyOf(here, 'ann'))] }];
    await here.follower.take();
    await expect.poll(() => (here.world.timers.advance?.(100), here.runs.length)).toBe(1);
    expect((await waiting).verdict).toBe('allow');
  });

  test('what it does not take it tells, so that whoever answered hears of it; what is over it does not', async () => {
    const here = await open();
    await here.call();
    const id = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
    const refusals = () => here.told.filter(({ path }) => path.endsWith('/refusals'));
    here.server.items = [
      {
        id,
        hold: REFERENCE,
        answers: [
          answer(here, stranger),
          answer(here, keyOf(here, 'ann'), { performedDigest: 'e'.repeat(64) }),
        ],
      },
      { id, hold: 'test.example/log#1000', answers: [answer(here, stranger)] },
    ];
    // Where it cannot be told the answers are looked at again.
    here.server.status = 503;
    expect(await here.follower.take()).toBe(false);
    here.server.status = 200;
    here.told.splice(0);
    expect(await here.follower.take()).toBe(true);
    expect(refusals()).toEqual([
      { path: `/v1/node/holds/${id}/refusals`, body: { keyId: stranger.keyId, why: 'unknown_key' } },
      { path: `/v1/node/holds/${id}/refusals`, body: { keyId: keyOf(here, 'ann').keyId, why: 'invalid' } },
    ]);
    expect(here.runs).toEqual([]);
  });

  test('a genuine refusal ends it', async () => {
    const here = await open();
    await here.call();
    here.server.items = [
      { hold: REFERENCE, answers: [answer(here, keyOf(here, 'ann'), { answer: 'deny' })] },
    ];
    await here.follower.take();
    expect(await here.call()).toMatchObject({ verdict: 'deny', decision: { code: 'approval.denied' } });
  });

  test.each<[string, (here: Here) => unknown]>([
    [
      'turns a refusal into an approval',
      (here) => ({ ...answer(here, keyOf(here, 'ann'), { answer: 'deny' }), answer: 'approve' }),
    ],
    [
      'edits a refusal into an approval',
      (here) => {
        const denied = answer(here, keyOf(here, 'ann'), { answer: 'deny' });
        return {
          ...denied,
          answer: 'approve',
          statement: String(denied['statement']).replace('"deny"', '"approve"'),
        };
      },
    ],
    ['answers with a key of its own', (here) => answer(here, stranger)],
    [
      'answers with a key of its own under an approver’s id',
      (here) => ({ ...answer(here, stranger), keyId: keyOf(here, 'ann').keyId }),
    ],
    [
      'replays an approval of other arguments',
      (here) => answer(here, keyOf(here, 'ann'), { performedDigest: 'e'.repeat(64) }),
    ],
    [
      'replays an approval of another hold',
      (here) => answer(here, keyOf(here, 'ann'), { hold: 'test.example/log#1' }),
    ],
    [
      'replays an approval of another log',
      (here) => answer(here, keyOf(here, 'ann'), { hold: 'elsewhere.example/log#2' }),
    ],
    ['replays an approval for another node', (here) => answer(here, keyOf(here, 'ann'), { node: 'node-2' })],
    [
      'replays an approval under another policy',
      (here) => answer(here, keyOf(here, 'ann'), { policyHash: 'b'.repeat(64) }),
    ],
    ['sends one that has expired', (here) => answer(here, keyOf(here, 'ann'), { expires: 1 })],
    ['sends one that lifts nothing', (here) => answer(here, keyOf(here, 'ann'), { lifts: [] })],
    ['sends no signature', (here) => ({ ...answer(here, keyOf(here, 'ann')), signature: '' })],
    ['sends something else', () => 'approve'],
  ])('a server that %s releases nothing', async (_how, lie) => {
    const here = await open();
    await here.call();
    const before = here.world.log.reader.size();
    here.server.items = [{ hold: REFERENCE, answers: [lie(here)] }];
    await here.follower.take();
    expect(here.world.log.reader.size()).toBe(before);
    expect(here.reports.join()).toMatch(/not taken/);
    expect((await here.call()).verdict).toBe('step_up');
    expect(here.runs).toEqual([]);
  });

  test('an answer under another reference than it was signed for releases nothing', async () => {
    const here = await open();
    await here.call();
    for (const hold of ['elsewhere.example/log#2', 'test.example/log#99', 'test.example/log#', 7]) {
      here.server.items = [{ hold, answers: [answer(here, keyOf(here, 'ann'))] }];
      await here.follower.take();
    }
    expect(here.world.log.state.holds()[0]?.answers).toEqual([]);
  });

  test('a server that is gone, or answers nonsense, is told to the operator once, and is asked again', async () => {
    const here = await open();
    await here.call();
    here.server.status = 503;
    expect(await here.follower.take()).toBe(false);
    expect(await here.follower.tell()).toBe(false);
    expect(here.reports).toHaveLength(1);
    here.server.status = 200;
    here.server.items = 'all of them' as never;
    expect(await here.follower.take()).toBe(false);
    here.server.items = [];
    expect(await here.follower.take()).toBe(true);
    expect(here.reports.at(-1)).toMatch(/again/);
  });
});
