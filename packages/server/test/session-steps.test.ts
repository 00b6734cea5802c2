// One session, step by step: what it carried, what each call brought, and to which labels a refusal is owed.
import type { DecisionRecord, EntryDraft, JsonValue } from '@writ/core';
import { sampleDecision } from '@writ/core/testing';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { about, type Disclosing, disclosing } from './disclosing.ts';
import { closeLoggingNodes, type LoggingNode, MIRROR, openLoggingNode } from './logging.ts';
import { openWorld, type Someone, stopServer, type World } from './world.ts';

afterAll(stopServer);

const FIELDS = ['subject', 'session', 'target', 'input', 'reasons'];
const gives = (...names: readonly string[]): Pick<DecisionRecord, 'obligations'> => ({
  obligations: [{ type: 'label', names }],
});

describe.each(['sqlite', 'postgres'] as const)('steps of a session over %s', (store) => {
  let world: World;
  const nodes: LoggingNode[] = [];
  let node: LoggingNode;
  let { write, sync, opened, disclose } = {} as Disclosing;

  beforeEach(async (context) => {
    const made = await openWorld(store, { mirrorSigners: [MIRROR] });
    if (made === undefined) return context.skip('no PostgreSQL');
    world = made;
    node = await openLoggingNode(world, nodes);
    ({ write, sync, opened, disclose } = disclosing(world, node));
  });
  afterEach(async () => {
    await closeLoggingNodes(nodes);
    await world?.close();
    // oxlint-disable-next-line vitest/no-standalone-expect -- of every test: no request is a fault of the server
    expect(world?.faults).toEqual([]);
  });

  /** A decision in `session` under `labels`; its index. */
  const judged = (
    session: string,
    labels: readonly string[],
    decision: Partial<DecisionRecord> = {},
    more: Readonly<Record<string, JsonValue>> = {},
  ): Promise<number> => {
    const draft: Pick<EntryDraft, 'committed' | 'input'> = about('bot', session, {
      session: { id: session, parent: 'whole' },
      reasons: ['Stays inside.'],
    });
    const opens = (decision.verdict ?? 'allow') === 'allow' && decision.phase !== 'list';
    const digest = `${session}/${node.log.reader.size()}`;
    return write(
      { kind: 'decision', decision: sampleDecision(decision) },
      {
        ...draft,
        input: { labels, findings: [], ...more },
        ...(opens ? { effects: [{ type: 'open', digest }] } : {}),
      },
    );
  };
  const tell = async (...indexes: readonly number[]): Promise<void> => {
    await sync();
    expect((await disclose(indexes.map((index) => opened(index, FIELDS)))).status).toBe(200);
  };
  const steps = (query: string, as: Someone = world.people.auditor) =>
    world.send('GET', `/v1/receipts/session?${query}`, { as });

  test('each says what the session carried, what became of the call, and which labels that brought', async () => {
    const read = await judged('s-1', [], gives('web'));
    const end = await write({
      kind: 'outcome',
      outcome: 'performed',
      decisionOf: read,
      delivery: sampleDecision(gives('pii')),
    });
    const send = await judged('s-1', ['pii', 'web'], { verdict: 'deny' }, { decidingLabels: ['pii'] });
    const other = await judged('s-2', []);
    await tell(read, send, other);
    const { origin } = node.log.reader;
    const { body } = await steps('session=s-1');
    expect(body.items).toEqual([
      expect.objectContaining({
        receipt: `${origin}#${send}`,
        verdict: 'deny',
        carried: ['pii', 'web'],
        becauseOf: ['pii'],
        reasons: ['Stays inside.'],
        parent: 'whole',
      }),
      expect.objectContaining({
        receipt: `${origin}#${read}`,
        carried: [],
        became: expect.objectContaining({
          receipt: `${origin}#${end}`,
          outcome: 'performed',
          gives: ['pii', 'web'],
        }),
      }),
    ]);
    expect(body.items[0]).not.toHaveProperty('became');
    expect(body.items[1]).not.toHaveProperty('becauseOf');
    const listed = await world.send('GET', '/v1/receipts?kind=outcome', { as: world.people.auditor });
    expect(listed.body.items).toEqual([expect.objectContaining({ gives: ['pii', 'web'] })]);
  });

  test.each<[string, Partial<DecisionRecord>, Parameters<typeof write>[0] | undefined, readonly string[]]>([
    ['what is listed labels at once', { phase: 'list', ...gives('seen') }, undefined, ['seen']],
    [
      'a list that is refused brings nothing',
      { phase: 'list', verdict: 'deny', ...gives('seen') },
      undefined,
      [],
    ],
    ['a call that runs brings nothing yet', gives('seen'), undefined, []],
    [
      'what was seen as it flowed labels though nobody judged it afterwards',
      gives('seen'),
      { kind: 'outcome', outcome: 'performed', decisionOf: 0 },
      ['seen'],
    ],
    [
      'a call that never ran brings nothing',
      gives('seen'),
      { kind: 'outcome', outcome: 'not_performed', decisionOf: 0 },
      [],
    ],
    [
      'a result that was withheld by policy labels the session all the same',
      gives('seen'),
      { kind: 'outcome', outcome: 'withheld', decisionOf: 0, delivery: sampleDecision({ verdict: 'deny' }) },
      ['seen'],
    ],
  ])('%s', async (_what, decision, outcome, brought) => {
    const index = await judged('s-1', [], decision);
    if (outcome?.kind === 'outcome') await write({ ...outcome, decisionOf: index });
    await tell(index);
    const [step] = (await steps('session=s-1')).body.items;
    expect([...(step.gives ?? []), ...(step.became?.gives ?? [])]).toEqual(brought);
  });

  test('are of one session and one organisation, for whoever may read the record, page after page', async () => {
    const indexes: number[] = [];
    for (let at = 0; at < 5; at += 1) indexes.push(await judged('s-1', []));
    await tell(...indexes);
    const seen: string[] = [];
    for (let cursor: string | undefined = ''; cursor !== undefined; ) {
      const { body } = await steps(`session=s-1&limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`);
      seen.push(...body.items.map(({ receipt }: { receipt: string }) => receipt));
      cursor = body.next;
    }
    expect(seen).toEqual(indexes.toReversed().map((index) => `${node.log.reader.origin}#${index}`));
    expect((await steps(`session=s-1&node=${node.id}`)).body.items).toHaveLength(5);
    expect((await steps(`session=s-1&node=${world.organisation}`)).body.items).toEqual([]);
    expect((await steps('session=s-1', world.stranger)).body.items).toEqual([]);
    expect((await steps('session=s-1', world.people.reader)).status).toBe(403);
  });

  test('what its node did not disclose is said to be unknown, and is not called none', async () => {
    const index = await judged('s-1', ['pii']);
    await sync();
    await disclose([opened(index, ['session'])]);
    const [step] = (await steps('session=s-1')).body.items;
    for (const name of ['carried', 'becauseOf', 'reasons']) expect(step).not.toHaveProperty(name);
  });
});
