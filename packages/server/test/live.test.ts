/** What nodes record, as it comes: each once and in order, to whoever may watch, and nobody else. */
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { pruneFacts } from '../src/facts/index.ts';
import { type Disclosing, disclosing } from './disclosing.ts';
import { closeLoggingNodes, type LoggingNode, MIRROR, openLoggingNode } from './logging.ts';
import { type Reading, reading } from './reading.ts';
import { openWorld, PLANE_URL, type Someone, stopServer, type World } from './world.ts';

afterAll(stopServer);

type Items = readonly Record<string, string | undefined>[];

describe.each(['sqlite', 'postgres'] as const)('live receipts over %s', (store) => {
  let world: World;
  const nodes: LoggingNode[] = [];
  const open: Reading[] = [];
  let node: LoggingNode;
  let { write, decide, sync, opened, disclose } = {} as Disclosing;

  beforeEach(async (context) => {
    const made = await openWorld(store, { mirrorSigners: [MIRROR] });
    if (made === undefined) return context.skip('no PostgreSQL');
    world = made;
    node = await openLoggingNode(world, nodes);
    ({ write, decide, sync, opened, disclose } = disclosing(world, node));
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((one) => one.cancel()));
    await closeLoggingNodes(nodes);
    await world?.close();
    // oxlint-disable-next-line vitest/no-standalone-expect -- of every test: no request is a fault of the server
    expect(world?.faults).toEqual([]);
  });

  const get = (as: Someone, query = '', headers: Record<string, string> = {}) =>
    world.api.fetch(
      new Request(`${PLANE_URL}/v1/receipts/live${query}`, {
        headers: { authorization: `Bearer ${as.token}`, ...headers },
      }),
    );
  const listen = async (as: Someone, query = '', headers: Record<string, string> = {}) => {
    const heard = reading(await get(as, query, headers));
    open.push(heard);
    return heard;
  };
  const next = async (heard: Reading) => {
    const event = await heard.next();
    return { id: event?.id, event: event?.event, items: (event?.data ?? []) as unknown as Items };
  };

  test('entries are told as they come, and again once something of them is disclosed; people to whoever may audit', async () => {
    const [auditor, reader] = [await listen(world.people.auditor), await listen(world.people.reader)];
    const stranger = await listen(world.stranger);
    const index = await decide('bot', 's-1');
    await sync();
    const came = await next(auditor);
    expect(came.event).toBe('receipts');
    expect(came.items.find(({ kind }) => kind === 'decision')).toMatchObject({
      receipt: `${node.log.reader.origin}#${index}`,
      verdict: 'allow',
      isDisclosed: false,
    });
    await disclose([opened(index)]);
    expect(await next(auditor)).toMatchObject({
      event: 'facts',
      items: [{ agent: 'bot', person: 'for-bot' }],
    });
    await next(reader);
    const { items } = await next(reader);
    expect(items).toMatchObject([{ agent: 'bot', tool: 'notes/write' }]);
    expect(items[0]).not.toHaveProperty('person');
    // Of another organisation nothing is told: the first that is heard is its own.
    const theirs = await openLoggingNode(world, nodes, { as: world.stranger });
    await disclosing(world, theirs).decide('cat', 's-9');
    await sync(theirs);
    expect(JSON.stringify((await next(stranger)).items)).not.toContain(node.log.reader.origin);
  });

  test('a listener resumes after the last that it saw, with nothing lost', async () => {
    const heard = await listen(world.people.auditor);
    await decide('bot', 's-1');
    await sync();
    const { id = '' } = await next(heard);
    await heard.cancel();
    const [second, third] = [await decide('bot', 's-2'), await decide('bot', 's-3')];
    await sync();
    const again = await listen(world.people.auditor, '', { 'last-event-id': id });
    const { items } = await next(again);
    const { origin } = node.log.reader;
    expect(items.map(({ receipt }) => receipt)).toEqual([second, third].map((at) => `${origin}#${at}`));
  });

  test('one who asks for what is not told any more is told so', async () => {
    await decide('bot', 's-1');
    await sync();
    expect((await get(world.people.auditor, '?after=99')).status).toBe(410);
    world.clock.set(world.clock.now() + 7_200_000);
    await pruneFacts(world.plane);
    expect((await get(world.people.auditor, '?after=0')).status).toBe(410);
  });

  test('what is listened for is told, and nothing else', async () => {
    const [denied, ofCat] = [
      await listen(world.people.reader, '?verdict=deny'),
      await listen(world.people.reader, '?agent=cat'),
    ];
    const [bot, cat] = [await decide('bot', 's-1'), await decide('cat', 's-2', { verdict: 'deny' })];
    await sync();
    await disclose([opened(bot), opened(cat)]);
    const receipt = `${node.log.reader.origin}#${cat}`;
    expect((await next(denied)).items).toMatchObject([{ receipt, verdict: 'deny' }]);
    expect((await next(ofCat)).items).toMatchObject([{ receipt, agent: 'cat' }]);
  });

  test('what was erased is not told to whoever resumes', async () => {
    const index = await decide('bot', 's-1');
    await sync();
    await disclose([opened(index)]);
    const before = await listen(world.people.auditor, '?after=0');
    await next(before);
    expect(JSON.stringify(await next(before))).toContain('bot');
    const destroyed = [{ from: index, to: index + 1 }];
    await write({ kind: 'erasure', erasure: { cause: 'operator', destroyed, resealed: [], bodies: 1 } });
    await sync();
    await next(before);
    const after = await listen(world.people.auditor, '?after=0');
    const told = await next(after);
    expect(JSON.stringify(told)).toContain('erasure');
    expect(JSON.stringify(told)).not.toContain('bot');
  });

  test('it ends for who may watch no more, before anything more is told', async () => {
    const heard = await listen(world.people.reader);
    const path = `/v1/people/${world.people.reader.id}`;
    const match = (await world.send('GET', path, { as: world.people.admin })).headers.get('etag') ?? '';
    const came = await world.send('POST', `${path}/suspension`, { as: world.people.admin, match });
    expect(came.status).toBe(200);
    await decide('bot', 's-1');
    await sync();
    expect(await heard.next()).toBeUndefined();
  });
});
