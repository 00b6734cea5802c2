// What nodes disclose of their entries: believed where their entries committed to it, found by, shown, proven, and forgotten.
import { createHash } from 'node:crypto';
import { definitionHash, fromBase64, type JsonObject, openCommitment, parseEntry, utf8 } from '@writ/core';
import { parseVerifierKey, type Trust, verifyReceipt } from '@writ/core/proof';
import { sampleDecision, sampleHash, verifyWithNode } from '@writ/core/testing';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FACTS_KEEP_MS, pruneFacts } from '../src/facts/index.ts';
import { prune } from '../src/upkeep/index.ts';
import { ask } from './enrolled.ts';
import { about, type Disclosing, disclosing, FIELDS } from './disclosing.ts';
import { closeLoggingNodes, type LoggingNode, MIRROR, openLoggingNode } from './logging.ts';
import { openWorld, stopServer, type World } from './world.ts';

afterAll(stopServer);

const sha256 = (bytes: Uint8Array): Uint8Array => new Uint8Array(createHash('sha256').update(bytes).digest());
describe.each(['sqlite', 'postgres'] as const)('facts over %s', (store) => {
  let world: World;
  const nodes: LoggingNode[] = [];
  let node: LoggingNode;
  let { write, decide, sync, opened, disclose, list } = {} as Disclosing;

  beforeEach(async (context) => {
    const made = await openWorld(store, { mirrorSigners: [MIRROR] });
    if (made === undefined) return context.skip('no PostgreSQL');
    world = made;
    node = await openLoggingNode(world, nodes);
    ({ write, decide, sync, opened, disclose, list } = disclosing(world, node));
  });
  afterEach(async () => {
    await closeLoggingNodes(nodes);
    await world?.close();
    // oxlint-disable-next-line vitest/no-standalone-expect -- of every test: no request is a fault of the server
    expect(world?.faults).toEqual([]);
  });

  const detail = (id: string, as = world.people.auditor, part = '') =>
    world.send('GET', `/v1/receipts/${id}${part}`, { as });

  test('what is disclosed is listed and found by, and nothing of it by another organisation', async () => {
    const mine = await decide('bot', 's-1', { determining: [{ id: 'pay', contentHash: sampleHash('1') }] });
    const other = await decide('cat', 's-2');
    await sync();
    const hidden = await list('kind=decision');
    expect(hidden).toEqual([
      expect.objectContaining({ isDisclosed: false }),
      expect.objectContaining({ isDisclosed: false }),
    ]);
    expect(JSON.stringify(hidden)).not.toContain('bot');
    expect((await disclose([opened(mine), opened(other)])).body).toEqual({
      next: node.log.reader.size(),
      held: node.log.reader.size(),
    });
    const { origin } = node.log.reader;
    const shown = {
      receipt: `${origin}#${mine}`,
      isDisclosed: true,
      agent: 'bot',
      person: 'for-bot',
      session: 's-1',
      tool: 'notes/write',
      labels: ['source:web'],
      policies: ['pay'],
      method: 'tools/call',
    };
    for (const query of [
      'agent=bot',
      'session=s-1',
      'person=for-bot',
      'policy=pay',
      'agent=bot&policy=pay',
      'agent=bot&verdict=allow',
    ])
      expect(await list(query), query).toEqual([expect.objectContaining(shown)]);
    expect(await list('tool=notes/write')).toHaveLength(2);
    expect(await list('tool=notes/write&verdict=deny')).toEqual([]);
    expect(await list('agent=cat&policy=pay')).toEqual([]);
    for (const query of ['agent=bot', 'policy=pay', 'tool=notes/write'])
      expect(await list(query, world.stranger), query).toEqual([]);
  });

  test('how long an action took is known however much was recorded meanwhile', async () => {
    const index = await decide('bot', 's-1');
    await node.write(300);
    await write({ kind: 'outcome', outcome: 'performed', decisionOf: index }, { monotonicNs: 9_001n });
    await sync();
    expect(await list('kind=outcome')).toEqual([expect.objectContaining({ tookUs: 9 })]);
  });

  test('the page of an agent has what a node that is not its own discloses of it, and nothing of others', async () => {
    const registered = await world.send('POST', '/v1/agents', {
      as: world.people.writer,
      body: {
        name: 'bot',
        owner: world.people.writer.id,
        purpose: 'sends invoices',
        tools: ['mail/send'],
        dataClasses: [],
        credentials: [],
        model: 'a-model',
        reviewDue: world.clock.now() + 86_400_000,
      },
    });
    expect(registered.status).toBe(201);
    const page = `/v1/agents/${registered.body.id}/page`;
    const [mine, other] = [await decide('bot', 's-1'), await decide('cat', 's-2')];
    await sync();
    await disclose([opened(mine), opened(other)]);
    const { did } = (await world.send('GET', page, { as: world.people.auditor })).body;
    expect(did).toEqual([
      expect.objectContaining({ receipt: `${node.log.reader.origin}#${mine}`, agent: 'bot' }),
    ]);
    expect((await world.send('GET', page, { as: world.people.reader })).body.did).toBeUndefined();
  });

  test('one entry is shown with its facts, its outcome and its answers, to whoever may read the record', async () => {
    const index = await decide('bot', 's-1');
    const end = await write(
      { kind: 'outcome', outcome: 'performed', decisionOf: index },
      { monotonicNs: 7_001n },
    );
    await sync();
    await disclose([opened(index)]);
    const [{ id = '' } = {}] = await list('agent=bot');
    const { body } = await detail(id);
    const { origin } = node.log.reader;
    expect(body).toMatchObject({
      entry: { kind: 'decision', decision: { verdict: 'allow' } },
      facts: { fields: { subject: { agent: { id: 'bot' } }, input: { labels: ['source:web'] } } },
      committed: expect.arrayContaining(['arguments', 'input', 'subject']),
      related: [{ receipt: `${origin}#${end}`, outcome: 'performed', tookUs: 7 }],
      from: { name: 'build', environment: 'production', origin },
    });
    expect(JSON.stringify(body)).not.toContain('secret text');
    const [outcome] = await list('kind=outcome');
    expect(outcome).toMatchObject({ decisionOf: `${origin}#${index}`, tookUs: 7 });
    expect((await detail(String(outcome?.['id']))).body.related).toEqual([
      expect.objectContaining({ receipt: `${origin}#${index}`, agent: 'bot' }),
    ]);
    expect((await detail(id, world.stranger)).status).toBe(404);
    expect((await detail(id, world.people.reader)).status).toBe(403);
  });

  test.each<[string, (sent: JsonObject[]) => JsonObject[]]>([
    ['another value', ([first = {}]) => [{ ...first, value: { agent: { id: 'somebody' } } }]],
    ['the salt of another field', ([first = {}, next = {}]) => [{ ...first, salt: next['salt'] ?? '' }]],
    ['a field that was not committed to', ([first = {}]) => [{ ...first, field: 'words' }]],
  ])('%s is refused with the whole batch, and raises an alert', async (_what, change) => {
    const [good, bad] = [await decide('bot', 's-1'), await decide('bot', 's-2')];
    await sync();
    const { index, fields } = opened(bad);
    const came = await disclose([opened(good), { index, fields: change(fields) }]);
    expect([came.status, came.body.title]).toEqual([422, 'request.invalid']);
    expect(await list('agent=bot')).toEqual([]);
    const { body } = await world.send('GET', '/v1/alerts', { as: world.people.reader });
    expect(body.items).toEqual([expect.objectContaining({ severity: 'critical', node: node.id })]);
    expect((await disclose([opened(good), opened(bad)])).status).toBe(200);
    expect(await list('agent=bot')).toHaveLength(2);
  });

  test('arguments and results are not taken with entries, what is not held neither, and what came is not taken again', async () => {
    const index = await decide('bot', 's-1');
    expect((await disclose([opened(index)])).status).toBe(409);
    await sync();
    expect((await disclose([opened(index, ['arguments'])])).status).toBe(422);
    expect((await disclose([opened(index), opened(index)])).status).toBe(422);
    await disclose([]);
    const late = { from: 0, upTo: index + 1, entries: [opened(index)] };
    expect((await ask(world, node, 'POST', '/v1/node/facts', late)).status).toBe(200);
    expect(await list('agent=bot')).toEqual([]);
  });

  test('a node discloses entries of its own log alone', async () => {
    const foreign = await openLoggingNode(world, nodes);
    const detailOf = { kind: 'decision', decision: sampleDecision() } as const;
    const [theirs, mine] = [await write(detailOf, about('bot', 's-1'), foreign), await decide('cat', 's-2')];
    await sync(foreign);
    await sync();
    expect(theirs).toBe(mine);
    expect((await disclose([opened(theirs, FIELDS, foreign)])).status).toBe(422);
    expect(await list('agent=bot')).toEqual([]);
  });

  test('what the node erased is gone with the entry that says so, and does not come back', async () => {
    const [first, second, third] = [
      await decide('bot', 's-1'),
      await decide('bot', 's-2'),
      await decide('bot', 's-3'),
    ];
    await sync();
    // Read before the erasure, and sent after it.
    const late = [opened(second), opened(third)];
    await disclose([opened(first)], second);
    expect(await list('agent=bot')).toHaveLength(1);
    const erasure = {
      cause: 'operator',
      destroyed: [{ from: first, to: second + 1 }],
      resealed: [],
      bodies: 2,
    } as const;
    await write({ kind: 'erasure', erasure });
    await sync();
    expect(await list('agent=bot')).toEqual([]);
    expect((await disclose(late, third + 1)).status).toBe(200);
    expect(await list('agent=bot')).toEqual([expect.objectContaining({ session: 's-3' })]);
    const rows = await world.plane.tables.selectFrom('facts').selectAll().execute();
    expect(JSON.stringify(rows)).not.toContain('s-2');
  });

  test('what was disclosed ends', async () => {
    const index = await decide('bot', 's-1');
    await sync();
    await disclose([opened(index)]);
    world.clock.set(world.clock.now() + FACTS_KEEP_MS - 1);
    await pruneFacts(world.plane);
    // The token of before is too old by now.
    const auditor = await world.addPerson(world.organisation, ['auditor'], 'late');
    expect(await list('agent=bot', auditor)).toHaveLength(1);
    world.clock.set(world.clock.now() + 1);
    await pruneFacts(world.plane);
    expect(await list('agent=bot', auditor)).toEqual([]);
    expect(await list('kind=decision', auditor)).toEqual([expect.objectContaining({ isDisclosed: false })]);
  });

  test('a receipt is proven to whoever brings keys, with what opens each field of it, and a tampered one is not', async () => {
    const mine = await decide('bot', 's-1');
    await sync();
    const [{ id = '' } = {}] = await list('kind=decision');
    const { body } = await detail(id, world.people.auditor, '/proof');
    expect(body.keys).toEqual([
      expect.objectContaining({ of: 'log', known: 'enrolment' }),
      expect.objectContaining({ of: 'mirror', known: 'server' }),
    ]);
    const trust: Trust = {
      keys: [parseVerifierKey(sha256, body.keys[0].key)],
      witnesses: [parseVerifierKey(sha256, body.keys[1].key)],
      minimumWitnesses: 1,
      sha256,
      verifySignature: verifyWithNode,
    };
    expect(body.disclosed).toEqual([]);
    await disclose([opened(mine)]);
    const { disclosed } = (await detail(id, world.people.auditor, '/proof')).body;
    expect(disclosed.map(({ field }: JsonObject) => field)).toEqual(FIELDS);
    for (const field of disclosed)
      expect(openCommitment(parseEntry(fromBase64(body.entry)), field)).toBe(true);
    const leaf = fromBase64(body.entry);
    const proof = utf8(body.proof);
    const { origin } = node.log.reader;
    expect(await verifyReceipt(proof, leaf, trust)).toMatchObject({ ok: true, origin, index: body.index });
    const tampered = utf8(Buffer.from(leaf).toString('utf8').replace('"allow"', '"deny"'));
    expect(await verifyReceipt(proof, tampered, trust)).toMatchObject({ ok: false });
    const foreign = { ...trust, keys: [parseVerifierKey(sha256, body.keys[1].key)] };
    expect(await verifyReceipt(proof, leaf, foreign)).toMatchObject({ ok: false });
    expect((await detail(id, world.stranger, '/proof')).status).toBe(404);
  });

  describe('a look at what an entry holds in full', () => {
    const ARGUMENTS = { arguments: { text: 'secret text' } };
    let index: number;
    let looks: string;
    beforeEach(async (context) => {
      if (world === undefined) return context.skip('no PostgreSQL');
      index = await decide('bot', 's-1');
      await sync();
      const [{ id } = { id: '' }] = await list('kind=decision');
      looks = `/v1/receipts/${id}/looks`;
    });
    const look = async (fields = ['arguments'], as = world.people.auditor) =>
      (await world.send('POST', looks, { as, body: { fields } })).body.id as string;
    const seen = async (id: string, as = world.people.auditor) => world.send('GET', `${looks}/${id}`, { as });
    const waiting = async () => (await ask(world, node, 'GET', '/v1/node/looks')).body.items;
    const answer = (id: string, fields: readonly JsonObject[], as = node) =>
      ask(world, as, 'POST', `/v1/node/looks/${id}`, { status: 'answered', fields: [...fields] });

    test('is recorded, answered by the node, and shown to whoever asked, for minutes', async () => {
      const id = await look();
      expect(await waiting()).toEqual([{ id, index, fields: ['arguments'] }]);
      expect((await seen(id)).body.status).toBe('waiting');
      expect((await answer(id, opened(index, ['arguments']).fields)).status).toBe(204);
      expect((await seen(id)).body).toMatchObject({ status: 'answered', fields: ARGUMENTS });
      expect(await waiting()).toEqual([]);
      for (const as of [world.people.admin, world.stranger]) expect((await seen(id, as)).status).toBe(404);
      const { reader } = world.plane.log;
      const last = reader.size() - 1;
      expect(reader.entry(last).entry).toMatchObject({
        administration: { action: 'receipts.look', object: id },
      });
      expect(JSON.stringify(reader.body(last))).toContain(world.people.auditor.id);
      expect(JSON.stringify(reader.body(last))).not.toContain('secret text');
      world.clock.set(world.clock.now() + 300_000);
      expect((await seen(id)).body).toEqual({ id, status: 'expired', expires: world.clock.now() });
      await prune(world.plane);
      expect(await world.plane.tables.selectFrom('looks').selectAll().execute()).toEqual([]);
    });

    test('wakes the node that waits for one', async () => {
      const path = '/v1/node/looks?wait=20';
      const held = ask(world, node, 'GET', path);
      const id = await look();
      expect((await held).body.items).toEqual([{ id, index, fields: ['arguments'] }]);
    });

    test('is answered with what the entry committed to, with what was asked for, and by its node alone', async () => {
      const id = await look();
      const [field = {}] = opened(index, ['arguments']).fields;
      expect((await answer(id, [{ ...field, value: { text: 'another' } }])).status).toBe(422);
      expect((await answer(id, opened(index, ['subject']).fields)).status).toBe(422);
      const other = await openLoggingNode(world, nodes);
      expect((await answer(id, [field], other)).status).toBe(404);
      expect((await seen(id)).body.status).toBe('waiting');
      await ask(world, node, 'POST', `/v1/node/looks/${id}`, { status: 'refused' });
      expect((await seen(id)).body).not.toHaveProperty('fields');
      expect((await answer(id, [field])).status).toBe(404);
      expect((await seen(id)).body.status).toBe('refused');
      const { body } = await world.send('GET', '/v1/alerts', { as: world.people.reader });
      expect(body.items).toEqual([expect.objectContaining({ node: node.id })]);
    });

    test('is for whoever may read the record, of an entry of their organisation', async () => {
      const body = { fields: ['arguments'] };
      for (const [as, status] of [
        [world.people.reader, 403],
        [world.people.writer, 403],
        [world.stranger, 404],
      ] as const)
        expect((await world.send('POST', looks, { as, body })).status).toBe(status);
      expect(await waiting()).toEqual([]);
    });
  });

  test('decisions are counted by what is known of them, and how long actions took', async () => {
    const [bot, cat] = [await decide('bot', 's-1'), await decide('cat', 's-2', { verdict: 'deny' })];
    await decide('nobody tells', 's-3');
    await write({ kind: 'outcome', outcome: 'performed', decisionOf: bot }, { monotonicNs: 9_001n });
    await sync();
    await disclose([opened(bot), opened(cat)]);
    const from = world.clock.now() - 60_000;
    const summary = async (by: string, as = world.people.reader) =>
      (
        await world.send(
          'GET',
          `/v1/receipts/summary?from=${from}&to=${from + 120_000}&step=60000&by=${by}`,
          { as },
        )
      ).body;
    const at = from + 60_000;
    const verdicts = await summary('verdict');
    expect(verdicts.latency).toEqual({ sampled: 1, p50Us: 9, p90Us: 9, p99Us: 9 });
    expect(verdicts.counts).toHaveLength(2);
    expect(verdicts.counts).toEqual(
      expect.arrayContaining([
        { at, verdict: 'allow', count: 2 },
        { at, verdict: 'deny', count: 1 },
      ]),
    );
    const agents = (await summary('agent')).counts;
    expect(agents).toHaveLength(3);
    expect(agents).toEqual(
      expect.arrayContaining([
        { at, group: 'bot', verdict: 'allow', count: 1 },
        { at, group: 'cat', verdict: 'deny', count: 1 },
        { at, verdict: 'allow', count: 1 },
      ]),
    );
    expect((await summary('tool')).counts).toContainEqual({
      at,
      group: 'notes/write',
      verdict: 'deny',
      count: 1,
    });
    expect((await summary('policy')).counts).toContainEqual({
      at,
      group: 'allow-reads',
      verdict: 'allow',
      count: 2,
    });
    expect((await summary('node')).counts).toContainEqual({ at, group: node.id, verdict: 'allow', count: 2 });
    expect((await summary('verdict', world.stranger)).counts).toEqual([]);
    const path = `/v1/receipts/summary?from=0&to=${from}&step=1000`;
    expect((await world.send('GET', path, { as: world.people.reader })).status).toBe(422);
  });

  test('tools are shown with the definitions that were pinned, as their entries name them', async () => {
    const definition = { name: 'write', inputSchema: { type: 'object' } };
    const hash = definitionHash(definition);
    const pin = (status: 'accepted' | 'quarantined', definitionHash: string) =>
      write(
        { kind: 'pin', pin: { status, cause: 'changed', definitionHash, previousHash: sampleHash('7') } },
        { committed: { tool: 'notes/write' } },
      );
    const [before, after] = [await pin('accepted', sampleHash('7')), await pin('quarantined', hash)];
    await sync();
    const fact = (index: number) => opened(index, ['tool']);
    const forged = { ...fact(after), definition: { ...definition, name: 'other' } };
    expect((await disclose([fact(before), forged])).status).toBe(422);
    expect((await disclose([fact(before), { ...fact(after), definition }])).status).toBe(200);
    const { people, stranger } = world;
    const tools = async (as = people.reader) => (await world.send('GET', '/v1/tools', { as })).body.items;
    expect(await tools()).toEqual([
      expect.objectContaining({ server: 'notes', name: 'write', status: 'quarantined' }),
    ]);
    expect(await tools(stranger)).toEqual([]);
    const { body } = await world.send('GET', '/v1/tools/notes/write', { as: people.reader });
    expect(body).toMatchObject({
      definitions: { [hash]: definition },
      history: [
        { status: 'quarantined', definitionHash: hash },
        { status: 'accepted', definitionHash: sampleHash('7') },
      ],
    });
    expect((await world.send('GET', '/v1/tools/notes/write', { as: stranger })).status).toBe(404);
  });
});
