// Each offline mode by its effect on a real guarded call, with every kind of bundle that must not permit it (defect 46).
import { rmSync } from 'node:fs';
import { type BundleContent, type OfflineMode, OFFLINE_MODES, signBundle, OUT_OF_REACH_MS } from '@writ/core';
import { toolCall } from '@writ/core/testing';
import { afterEach, describe, expect, test } from 'vitest';
import {
  contentOf,
  FORBIDS,
  HOUR,
  NODE,
  PERMITS,
  type PlaneWorld,
  planeWorld,
  signed,
  SIGNER,
  STRANGER,
  verified,
} from './world.ts';

let open: PlaneWorld[] = [];
afterEach(async () => {
  await Promise.all(open.map((one) => one.close()));
  open = [];
});

async function worldWith(offline: PlaneWorldMode, envelopeAt?: (now: number) => string): Promise<PlaneWorld> {
  const here = await planeWorld({ offline });
  open.push(here);
  if (envelopeAt !== undefined) {
    here.cache.write('bundle', envelopeAt(here.world.clock.now()));
    here.cache.recordContact(here.world.clock.now());
    await here.restart();
  }
  return here;
}
type PlaneWorldMode = 'fail_closed' | 'default_policy';

const verdictOf = async (here: PlaneWorld): Promise<string> => (await here.pay()).verdict;
const determinedBy = async (here: PlaneWorld): Promise<readonly string[]> =>
  (await here.pay()).decision.determining.map(({ id }) => id);

describe.each(OFFLINE_MODES)('under %s', (offline) => {
  const bundle =
    (more: Partial<BundleContent> = {}, policy = PERMITS) =>
    (now: number) =>
      signed(now, policy, { offline, ...more });

  test('a bundle that is good and in reach decides: what it permits is performed', async () => {
    const here = await worldWith('fail_closed', bundle());
    expect(await verdictOf(here)).toBe('allow');
    expect(await determinedBy(here)).toEqual(['pay']);
  });

  test.each(['fail_closed', 'default_policy'] as const)(
    'without any bundle nothing is permitted, whatever the configuration (%s)',
    async (configured) => {
      expect(await verdictOf(await worldWith(configured))).toBe('deny');
    },
  );

  test('a bundle that is past its signed age permits no more than the mode says, from that instant on, without a restart', async () => {
    const here = await worldWith('fail_closed', bundle());
    expect(await verdictOf(here)).toBe('allow');
    here.world.clock.advance(HOUR);
    here.cache.recordContact(here.world.clock.now());
    expect(await verdictOf(here)).toBe('allow');
    here.world.clock.advance(1);
    expect(await verdictOf(here)).toBe(offline === 'cached_indefinite' ? 'allow' : 'deny');
    await here.restart();
    expect(await verdictOf(here)).toBe(offline === 'cached_indefinite' ? 'allow' : 'deny');
  });

  test('a clock that is put back makes no bundle young again', async () => {
    const here = await worldWith('fail_closed', bundle());
    here.world.clock.advance(HOUR + 1);
    await here.pay();
    here.world.clock.advance(-HOUR);
    here.cache.recordContact(here.world.clock.now());
    expect(await verdictOf(here)).toBe(offline === 'cached_indefinite' ? 'allow' : 'deny');
  });

  test('a control plane out of reach matters to fail_closed alone, and one that is back opens again', async () => {
    const here = await worldWith('fail_closed', bundle());
    here.world.clock.advance(OUT_OF_REACH_MS + 1);
    expect(await verdictOf(here)).toBe(offline === 'fail_closed' ? 'deny' : 'allow');
    here.cache.recordContact(here.world.clock.now());
    expect(await verdictOf(here)).toBe('allow');
  });

  test.each<[string, (now: number) => string]>([
    ['tampered with', (now) => bundle()(now).replace(/"sig": "../, '"sig": "AA')],
    ['cut short', (now) => bundle()(now).slice(0, 500)],
    ['of a key that is no anchor', (now) => signBundle(contentOf(now, PERMITS, { offline }), [STRANGER])],
    ['of another organisation', bundle({ organisation: NODE })],
    ['of another environment', bundle({ environment: 'staging' })],
    ['of a team', bundle({ team: NODE })],
    ['for other nodes', bundle({ nodes: [] })],
    ['made in a time to come', (now) => bundle()(now + HOUR)],
    [
      'of a permit-all mode that does not exist',
      (now) => bundle({ offline: 'permit_all' as OfflineMode })(now),
    ],
  ])('a bundle %s permits nothing', async (_what, envelopeAt) => {
    const here = await worldWith('fail_closed', (now) => {
      try {
        return envelopeAt(now);
      } catch {
        return '{}';
      }
    });
    expect(await verdictOf(here)).toBe('deny');
    // And it takes nothing from a good one that was there before.
    here.cache.write('bundle', bundle()(here.world.clock.now()));
    here.cache.recordContact(here.world.clock.now());
    await here.process.policy.reload();
    expect(await verdictOf(here)).toBe('allow');
    here.cache.write('bundle', '{"damaged": true}');
    await here.process.policy.reload();
    expect(await verdictOf(here)).toBe('allow');
    await here.restart();
    expect(await verdictOf(here)).toBe('deny');
  });

  test('an older bundle that permits more does not come back, not even where every file beside the log was deleted', async () => {
    const here = await worldWith('fail_closed', bundle());
    const first = bundle()(here.world.clock.now());
    expect(await verdictOf(here)).toBe('allow');
    const next = bundle({ version: 2, previous: verified(first).hash }, FORBIDS)(here.world.clock.now());
    here.cache.write('bundle', next);
    await here.process.policy.reload();
    expect(await determinedBy(here)).toEqual(['nobody-pays']);
    rmSync(here.cache.folder, { recursive: true });
    await here.restart();
    here.cache.write('bundle', first);
    here.cache.recordContact(here.world.clock.now());
    await here.restart();
    expect(await verdictOf(here)).toBe('deny');
    expect(here.reports.join('\n')).toContain('bundle 1 is older than bundle 2');
    // Another document under the same number neither.
    here.cache.write(
      'bundle',
      bundle({ version: 2, previous: verified(first).hash })(here.world.clock.now()),
    );
    await here.restart();
    expect(await verdictOf(here)).toBe('deny');
  });
});

describe('the policy that is built in', () => {
  test('permits to see tools and no call, and says so', async () => {
    const here = await worldWith('default_policy');
    const listed = await here.process.guard.list({
      ...toolCall('bank/pay', {}),
      phase: 'list',
      method: 'tools/list',
      parts: [{ action: { name: 'tools/list' }, resource: { type: 'tool', id: 'bank/pay', server: 'bank' } }],
    });
    expect(listed.verdict).toBe('allow');
    const { decision } = await here.pay();
    expect(decision.determining.map(({ id }) => id)).toContain('plane-default-deny');
  });

  test('is recorded as what was in force, and ends when a bundle is there', async () => {
    const here = await worldWith('default_policy', (now) =>
      signed(now, PERMITS, { offline: 'default_policy' }),
    );
    const before = (await here.pay()).decision.policyHash;
    here.world.clock.advance(HOUR + 1);
    const during = (await here.pay()).decision.policyHash;
    expect(during).not.toBe(before);
    const { reader } = here.world.log;
    const recorded = Array.from({ length: reader.size() }, (_, index) => reader.entry(index).entry);
    const hashes = recorded.flatMap((entry) => (entry.kind === 'policy' ? [entry.policy.policyHash] : []));
    expect(hashes).toContain(during);
    const now = here.world.clock.now();
    const first = signed(now - HOUR - 1, PERMITS, { offline: 'default_policy' });
    here.cache.write('bundle', signed(now, PERMITS, { version: 2, previous: verified(first).hash }));
    await here.process.policy.reload();
    expect(await verdictOf(here)).toBe('allow');
  });
});

describe('what a bundle brings', () => {
  test('agents that it does not name may not act', async () => {
    const here = await worldWith('fail_closed', (now) => signed(now, PERMITS, { agents: ['bot'] }));
    expect(await verdictOf(here)).toBe('allow');
    const other = await worldWith('fail_closed', (now) => signed(now, PERMITS, { agents: ['another'] }));
    expect(await determinedBy(other)).toEqual(['plane-agents']);
  });

  test('a tool that takes other arguments than it was signed for leaves nothing of it in force', async () => {
    const start = worldWith('fail_closed', (now) =>
      signed(now, PERMITS, { tools: { 'bank/pay': { type: 'object', properties: {} } } }),
    );
    await expect(start).rejects.toMatchObject({ code: 'policy.schema' });
  });

  test('issuers come with it: those of the configuration where it names none, and nobody where no bundle is in force', async () => {
    const issuers = ['https://id.example.com'];
    const some = await worldWith('fail_closed', (now) =>
      signed(now, PERMITS, { identityProviders: issuers }),
    );
    expect(some.process.policy.issuers()).toEqual(issuers);
    const any = await worldWith('fail_closed', (now) => signed(now, PERMITS));
    expect(any.process.policy.issuers()).toBeUndefined();
    expect((await worldWith('fail_closed')).process.policy.issuers()).toEqual([]);
  });

  test('policies may speak of tools that this node has not: a bundle is for many', async () => {
    const policy = `${PERMITS}\n@id("crm") forbid (principal, action == Action::"crm/export", resource);`;
    expect(await verdictOf(await worldWith('fail_closed', (now) => signed(now, policy)))).toBe('allow');
    const typed = `${PERMITS}\n@id("crm") forbid (principal, action == Action::"crm/export", resource) when { context.args.rows > 5 };`;
    const schema = { type: 'object', properties: { rows: { type: 'integer' } } };
    const tools = { 'crm/export': { ...schema, required: ['rows'] } };
    expect(await verdictOf(await worldWith('fail_closed', (now) => signed(now, typed, { tools })))).toBe(
      'allow',
    );
    // And are held to what the bundle says of those: an optional argument must be looked for first.
    const loose = { 'crm/export': schema };
    await expect(
      worldWith('fail_closed', (now) => signed(now, typed, { tools: loose })),
    ).rejects.toMatchObject({
      code: expect.stringMatching(/^policy\./),
    });
  });

  test('approvers come with it and go with it: nobody else may approve', async () => {
    const held = `@id("ask") @verdict("step_up") @approvers("acme/policy") forbid (principal, action, resource);\n${PERMITS}`;
    const none = await worldWith('fail_closed', (now) => signed(now, held));
    expect((await none.pay()).decision.code).toBe('approval.nobody');
    const { key } = STRANGER;
    const text = `${key.name}+${key.keyId.toString(16).padStart(8, '0')}+${Buffer.concat([Uint8Array.of(1), STRANGER.publicKey]).toString('base64')}`;
    const approvers = [{ id: 'acme/policy', key: text, groups: [] }];
    const some = await worldWith('fail_closed', (now) => signed(now, held, { approvers }));
    expect(await verdictOf(some)).toBe('step_up');
    some.world.clock.advance(HOUR + 1);
    expect(await verdictOf(some)).toBe('deny');
    expect(SIGNER.keyId).not.toBe(STRANGER.keyId);
  });
});
