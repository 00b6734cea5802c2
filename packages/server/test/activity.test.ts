// Decisions counted by stretches of time: the same before and after they are counted, whatever is disclosed, erased or pruned meanwhile, and of one organisation alone.
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { countActivity } from '../src/activity/index.ts';
import { pruneReceipts } from '../src/receipts/index.ts';
import { pruneFacts } from '../src/facts/index.ts';
import { type Disclosing, disclosing } from './disclosing.ts';
import { closeLoggingNodes, type LoggingNode, MIRROR, openLoggingNode } from './logging.ts';
import { openWorld, type Someone, stopServer, type World } from './world.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** A whole day, so that every span begins with it. */
const DAWN = 1_764_547_200_000;

afterAll(stopServer);

describe.each(['sqlite', 'postgres'] as const)('activity over %s', (store) => {
  let world: World;
  let node: LoggingNode;
  let { write, decide, sync, opened, disclose } = {} as Disclosing;
  const nodes: LoggingNode[] = [];

  beforeEach(async (context) => {
    const made = await openWorld(store, { mirrorSigners: [MIRROR], start: DAWN });
    if (made === undefined) return context.skip('no PostgreSQL');
    world = made;
    node = await openLoggingNode(world, nodes);
    ({ write, decide, sync, opened, disclose } = disclosing(world, node));
  });
  afterEach(async () => {
    await closeLoggingNodes(nodes);
    await world?.close();
    // oxlint-disable-next-line vitest/no-standalone-expect -- of every test: no request is a fault of the server
    expect(world?.faults).toEqual([]);
  });

  const ask = (query: Record<string, string | number>, as: Someone = world.people.reader) =>
    world.send(
      'GET',
      `/v1/receipts/activity?${new URLSearchParams(query as Record<string, string>).toString()}`,
      {
        as,
      },
    );
  const hour = async (more: Record<string, string | number> = {}, as?: Someone) =>
    (await ask({ from: DAWN, to: DAWN + HOUR, step: 15 * MINUTE, ...more }, as)).body;
  /** Counts all that is marked, however lately. */
  const count = async (): Promise<void> => {
    const clock = { now: () => world.clock.now() + HOUR };
    await countActivity({ tables: world.plane.tables, clock: { ...world.clock, ...clock } });
    expect(await world.plane.tables.selectFrom('activity_marks').selectAll().execute()).toEqual([]);
  };
  const end = (decisionOf: number, ns: bigint, costMicros?: number) =>
    write(
      {
        kind: 'outcome',
        outcome: 'performed',
        decisionOf,
        ...(costMicros === undefined ? {} : { costMicros }),
      },
      { monotonicNs: ns },
    );
  const verdicts = (allow: number, deny: number) => ({ allow, modify: 0, step_up: 0, defer: 0, deny });
  /** Counts nothing and everything: the answer is the same. */
  const same = async (query: Record<string, string | number> = {}) => {
    const before = await hour(query);
    await count();
    expect(await hour(query)).toEqual(before);
    return before;
  };

  test('decisions are counted by verdict, with the times and costs of their calls, where the decision is', async () => {
    const early = await decide('bot', 's-1');
    const refused = await decide('cat', 's-2', { verdict: 'deny' });
    world.clock.set(DAWN + 20 * MINUTE);
    const late = await decide('bot', 's-3');
    // Ended in a later step than it was decided in.
    await end(early, 9_001n, 250_000);
    await end(late, 21_001n);
    await sync();
    await disclose([opened(early), opened(refused), opened(late)]);
    const { whole, buckets, groups, behind } = await same();
    expect(whole).toEqual({
      verdicts: verdicts(2, 1),
      timed: 2,
      p50Us: 9,
      p99Us: 21,
      costed: 1,
      costMicros: 250_000,
    });
    expect(behind).toBe(0);
    expect(buckets).toEqual([
      { at: DAWN, verdicts: verdicts(1, 1), timed: 1, p50Us: 9, p99Us: 9, costed: 1, costMicros: 250_000 },
      { at: DAWN + 15 * MINUTE, verdicts: verdicts(1, 0), timed: 1, p50Us: 21, p99Us: 21, costed: 0 },
      { at: DAWN + 30 * MINUTE, verdicts: verdicts(0, 0), timed: 0, costed: 0 },
      { at: DAWN + 45 * MINUTE, verdicts: verdicts(0, 0), timed: 0, costed: 0 },
    ]);
    expect(groups).toEqual([
      {
        is: 'named',
        name: 'bot',
        verdicts: verdicts(2, 0),
        timed: 2,
        p50Us: 9,
        p99Us: 21,
        costed: 1,
        costMicros: 250_000,
        steps: [
          { at: DAWN, decisions: 1, denied: 0, costMicros: 250_000 },
          { at: DAWN + 15 * MINUTE, decisions: 1, denied: 0 },
        ],
      },
      expect.objectContaining({ is: 'named', name: 'cat', verdicts: verdicts(0, 1) }),
    ]);
    const [tool] = (await hour({ by: 'tool' })).groups;
    expect(tool).toMatchObject({ is: 'named', name: 'notes/write', verdicts: verdicts(2, 1) });
    const cat = await hour({ agent: 'cat' });
    expect([cat.buckets[0].verdicts, cat.groups]).toEqual([verdicts(0, 1), []]);
    // A call that cost nothing is not one of which nobody knows.
    const free = await decide('dog', 's-4');
    await end(free, 30_001n, 0);
    await sync();
    expect((await same()).buckets[1]).toMatchObject({ costed: 1, costMicros: 0 });
  });

  test('nothing outside of its time is counted, and each span comes to the same', async () => {
    for (const minutes of [0, 14, 15, 59, 60, 119]) {
      world.clock.set(DAWN + minutes * MINUTE);
      await decide('bot', `s-${minutes}`);
    }
    await sync();
    const total = async (query: Record<string, string | number>): Promise<number> => {
      const { whole, buckets } = (await ask(query)).body;
      const sum = buckets.reduce(
        (before: number, one: { verdicts: { allow: number } }) => before + one.verdicts.allow,
        0,
      );
      expect(whole.verdicts.allow).toBe(sum);
      return sum;
    };
    const check = async (): Promise<void> => {
      expect(await total({ from: DAWN, to: DAWN + HOUR, step: MINUTE })).toBe(4);
      expect(await total({ from: DAWN, to: DAWN + HOUR, step: 15 * MINUTE })).toBe(4);
      expect(await total({ from: DAWN + MINUTE, to: DAWN + 15 * MINUTE, step: MINUTE })).toBe(1);
      expect(await total({ from: DAWN, to: DAWN + 2 * HOUR, step: 2 * HOUR })).toBe(6);
      expect(await total({ from: DAWN + HOUR, to: DAWN + 90 * MINUTE, step: 15 * MINUTE })).toBe(1);
      expect(await total({ from: DAWN - 24 * HOUR, to: DAWN, step: 6 * HOUR })).toBe(0);
      expect(await total({ from: DAWN - 24 * HOUR, to: DAWN + 6 * HOUR, step: 6 * HOUR })).toBe(6);
    };
    await check();
    await count();
    await check();
  });

  test('what is disclosed later is counted by its name then, and what is erased, ended or pruned no more', async () => {
    const [mine, other] = [await decide('bot', 's-1'), await decide('cat', 's-2')];
    await sync();
    const names = async () =>
      (await same()).groups.map(({ is, name }: { is: string; name?: string }) => name ?? is);
    expect(await names()).toEqual(['undisclosed']);
    await disclose([opened(mine), opened(other)]);
    expect(await names()).toEqual(['bot', 'cat']);
    const erasure = {
      cause: 'operator',
      destroyed: [{ from: mine, to: mine + 1 }],
      resealed: [],
      bodies: 1,
    } as const;
    await write({ kind: 'erasure', erasure });
    await sync();
    expect(await names()).toEqual(['cat', 'undisclosed']);
    const left = async () => [
      ...(await world.plane.tables.selectFrom('activity').selectAll().execute()),
      ...(await world.plane.tables.selectFrom('activity_minutes').selectAll().execute()),
    ];
    expect(JSON.stringify(await left())).toContain('cat');
    expect(JSON.stringify(await left())).not.toContain('bot');
    await pruneFacts({ ...world.plane, factsKeepMs: 0 });
    expect(await names()).toEqual(['undisclosed']);
    world.clock.set(DAWN + 3 * HOUR);
    await pruneReceipts({ ...world.plane, wallClock: world.clock, keeps: { receiptsMs: HOUR } });
    expect(await names()).toEqual([]);
    expect(await left()).toEqual([]);
  });

  test('eight are named, and the rest is one', async () => {
    const indexes: number[] = [];
    for (let agent = 0; agent < 11; agent += 1)
      for (let times = 0; times <= (agent < 3 ? 0 : 1); times += 1)
        indexes.push(await decide(`agent-${String(agent).padStart(2, '0')}`, `s-${agent}-${times}`));
    await sync();
    await disclose(indexes.map((index) => opened(index)));
    const { groups } = await same();
    expect(groups).toHaveLength(9);
    expect(groups.slice(0, 8).map(({ name }: { name: string }) => name)).toEqual(
      Array.from({ length: 8 }, (_, at) => `agent-${String(at + 3).padStart(2, '0')}`),
    );
    expect(groups[8]).toMatchObject({ is: 'others', verdicts: verdicts(3, 0) });
  });

  test('of another organisation nothing is counted', async () => {
    const index = await decide('bot', 's-1');
    await end(index, 9_001n, 5);
    await sync();
    await disclose([opened(index)]);
    for (const query of [{}, { agent: 'bot' }, { tool: 'notes/write' }]) {
      const { buckets, groups } = await hour(query, world.stranger);
      expect(groups).toEqual([]);
      expect(buckets[0]).toEqual({ at: DAWN, verdicts: verdicts(0, 0), timed: 0, costed: 0 });
    }
    await count();
    for (const query of [{}, { agent: 'bot' }, { tool: 'notes/write' }]) {
      const { buckets, groups } = await hour(query, world.stranger);
      expect([buckets[0].verdicts, groups]).toEqual([verdicts(0, 0), []]);
    }
  });

  test('of more changes than are counted for an answer it says how many minutes are missing', async () => {
    const rows = Array.from({ length: 125 }, (_, minute) => ({
      organisation: world.organisation,
      minute: DAWN + minute * MINUTE,
      revision: 1,
      since: DAWN,
    }));
    await world.plane.tables.insertInto('activity_marks').values(rows).execute();
    const far = { from: DAWN, to: DAWN + 3 * HOUR, step: HOUR };
    expect((await ask(far)).body.behind).toBe(5);
    await count();
    expect((await ask(far)).body.behind).toBe(0);
  });

  test('two that count at once count once', async () => {
    for (let minute = 0; minute < 5; minute += 1) {
      world.clock.set(DAWN + minute * MINUTE);
      await decide('bot', `s-${minute}`);
    }
    await sync();
    const clock = { ...world.clock, now: () => DAWN + HOUR };
    const { tables } = world.plane;
    await Promise.all([countActivity({ tables, clock }), countActivity({ tables, clock }), sync()]);
    await count();
    expect((await hour()).buckets[0].verdicts).toEqual(verdicts(5, 0));
    const rows = await tables
      .selectFrom('activity')
      .select(['span', 'allow'])
      .where('grouping', '=', 'all')
      .execute();
    const spans = Map.groupBy(rows, ({ span }) => span);
    for (const some of spans.values()) expect(some.reduce((sum, { allow }) => sum + allow, 0)).toBe(5);
    expect(spans.size).toBe(3);
    expect(await tables.selectFrom('activity_minutes').select('minute').execute()).toHaveLength(5);
  });

  test.each([
    { from: DAWN + 1 },
    { step: 90_000 },
    { to: DAWN },
    { to: DAWN + HOUR + 1 },
    { to: DAWN + 201 * 15 * MINUTE },
    { from: DAWN + MINUTE, to: DAWN + MINUTE + 100 * HOUR, step: HOUR },
    { agent: 'bot', tool: 'notes/write' },
    { by: 'person' },
  ])('%j is refused', async (wrong) => {
    expect((await ask({ from: DAWN, to: DAWN + HOUR, step: 15 * MINUTE, ...wrong })).status).toBe(422);
  });
});
