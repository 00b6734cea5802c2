// What the policies say that decisions name: by the hashes of their contents, to whoever may read versions, and to nobody else.
import { checkPolicySet, loadPolicySet } from '@writ/core';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type RollOutWorld, rollOutWorld, setOf } from './roll-out.ts';
import { type Someone, stopServer } from './world.ts';

const POLICIES = `@id("pay") permit (principal, action == Action::"bank/pay", resource);

@id("large")
@reason("Large payments are refused.")
forbid (principal, action == Action::"bank/pay", resource)
when { context.args.amount > 100 };
`;
const SOURCES = [{ name: 'organisation/main.cedar', text: POLICIES }];
const [PAY = '', LARGE = ''] = checkPolicySet({ sources: SOURCES }).policies.map(
  ({ contentHash }) => contentHash,
);
const OTHER = 'f'.repeat(64);

afterAll(stopServer);

describe.each(['sqlite', 'postgres'] as const)('texts of policies over %s', (store) => {
  let here: RollOutWorld;
  beforeEach(async (context) => {
    const opened = await rollOutWorld(store);
    if (opened === undefined) return context.skip('no PostgreSQL');
    here = opened;
  });
  afterEach(() => here?.close());

  const ask = (set: string, hashes: readonly string[], as: Someone = here.world.people.reader) =>
    here.world.send('GET', `/v1/policy-texts?set=${set}&hashes=${hashes.join(',')}`, { as });

  test('a policy that a decision names is told with its text, its place and its condition', async () => {
    const { body: version } = await here.propose(setOf(POLICIES, 'allow'));
    const { status, body } = await ask(version.policyHash, [LARGE, OTHER, LARGE]);
    expect(status).toBe(200);
    expect(body.version).toMatchObject({ id: version.id, name: 'acme' });
    expect(body.items).toHaveLength(1);
    const [{ text, conditions, ...rest }] = body.items;
    expect(rest).toEqual({
      contentHash: LARGE,
      id: 'large',
      effect: 'forbid',
      file: 'organisation/main.cedar',
      line: 3,
    });
    expect(text).toBe(POLICIES.slice(POLICIES.indexOf('@id("large")')).trimEnd());
    expect(
      conditions.map(({ start, end }: { start: number; end: number }) => text.slice(start, end)),
    ).toEqual(['context.args.amount > 100']);
    expect((await ask(version.policyHash, [PAY, LARGE])).body.items).toHaveLength(2);
  });

  test('a bundle whose mode is another than that of its files leads to the same texts', async () => {
    await here.nameAnchor();
    const files = setOf(POLICIES, 'allow').map(({ path, text }) => ({
      path,
      text: text.replace('mode: strict\n', ''),
    }));
    const { id, policyHash } = await here.approved(files);
    const came = await here.upload(here.sign(files, { mode: 'permissive' }), id);
    expect(came.status).toBe(201);
    expect(came.body.policyHash).not.toBe(policyHash);
    const { body } = await ask(came.body.policyHash, [LARGE]);
    expect([body.version.id, body.items[0].id]).toEqual([id, 'large']);
  });

  test('what is not kept here has no text, and no version', async () => {
    await here.propose(setOf(POLICIES, 'allow'));
    const { decisionPoint } = loadPolicySet({ sources: SOURCES, mode: 'permissive' });
    expect((await ask(decisionPoint.policyHash, [LARGE])).body).toEqual({ items: [] });
    expect((await ask('nonsense', [LARGE])).status).toBe(422);
    expect(
      (
        await ask(
          OTHER,
          Array.from({ length: 65 }, () => LARGE),
        )
      ).status,
    ).toBe(422);
  });

  test('nobody of another organisation reads them, however well they know the hashes', async () => {
    const { body: version } = await here.propose(setOf(POLICIES, 'allow'));
    // Kept parsed by now.
    expect((await ask(version.policyHash, [LARGE])).body.items).toHaveLength(1);
    const { stranger } = here.world;
    expect((await ask(version.policyHash, [LARGE], stranger)).body).toEqual({ items: [] });
  });
});
