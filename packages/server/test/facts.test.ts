// What nodes disclose of their entries: believed where their entries committed to it, found by, shown, proven, and forgotten.
import { createHash } from 'node:crypto';
import {
  type EntryDetail,
  type EntryDraft,
  fromBase64,
  type JsonObject,
  type JsonValue,
  openCommitment,
  parseEntry,
  utf8,
} from '@writ/core';
import { disclosedFields } from '@writ/core/records';
import { parseVerifierKey, type Trust, verifyReceipt } from '@writ/core/proof';
import { sampleDecision, sampleDraft, sampleHash, verifyWithNode } from '@writ/core/testing';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FACTS_KEEP_MS, pruneFacts } from '../src/facts/index.ts';
import { ask } from './enrolled.ts';
import { closeLoggingNodes, type LoggingNode, MIRROR, openLoggingNode, replicated } from './logging.ts';
import { openWorld, stopServer, type World } from './world.ts';

afterAll(stopServer);

const sha256 = (bytes: Uint8Array): Uint8Array => new Uint8Array(createHash('sha256').update(bytes).digest());
const FIELDS = ['subject', 'session', 'target', 'input'];

/** What `agent` did in `session`. */
function about(agent: string, session: string, more: Readonly<Record<string, JsonValue>> = {}) {
  return {
    committed: {
      subject: { agent: { id: agent }, person: { id: `for-${agent}`, roles: [] } },
      session: { id: session },
      target: [['notes/write', 'tool', 'notes/write', null]],
      arguments: { text: 'secret text' },
      ...more,
    },
    input: { labels: ['source:web'], findings: [] },
  };
}

describe.each(['sqlite', 'postgres'] as const)('facts over %s', (store) => {
  let world: World;
  const nodes: LoggingNode[] = [];
  let node: LoggingNode;

  beforeEach(async (context) => {
    const opened = await openWorld(store, { mirrorSigners: [MIRROR] });
    if (opened === undefined) return context.skip('no PostgreSQL');
    world = opened;
    node = await openLoggingNode(world, nodes);
  });
  afterEach(async () => {
    await closeLoggingNodes(nodes);
    await world?.close();
    // oxlint-disable-next-line vitest/no-standalone-expect -- of every test: no request is a fault of the server
    expect(world?.faults).toEqual([]);
  });

  /** Writes an entry; its index. */
  async function write(detail: EntryDetail, rest: Partial<EntryDraft> = {}, of = node): Promise<number> {
    const draft = sampleDraft(detail, { time: world.clock.now(), tenant: 'default', ...rest });
    const result = await of.log.writer.append(draft);
    if (result.status === 'refused') throw new Error(result.refusal);
    return result.index;
  }
  const decide = (agent: string, session: string, more: Partial<ReturnType<typeof sampleDecision>> = {}) =>
    write(
      { kind: 'decision', decision: sampleDecision(more) },
      { ...about(agent, session), effects: [{ type: 'open', digest: `${agent}/${session}` }] },
    );
  /** Sends what was written. */
  async function sync(of = node): Promise<void> {
    await of.log.publish();
    await replicated(world, of);
  }
  const opened = (index: number, names: readonly string[] = FIELDS, of = node) => ({
    index,
    fields: disclosedFields(of.log.reader, index, names).map((field) => ({ ...field })),
  });
  /** Sends `entries` from where the plane goes on. */
  async function disclose(entries: readonly JsonObject[], upTo = node.log.reader.size()) {
    const { body } = await ask(world, node, 'GET', '/v1/node/facts');
    const batch = { from: body.next, upTo, entries: [...entries] };
    return ask(world, node, 'POST', '/v1/node/facts', batch);
  }
  const list = async (query: string, as = world.people.auditor) =>
    (await world.send('GET', `/v1/receipts?${query}`, { as })).body.items as readonly Record<
      string,
      string
    >[];
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
    for (const query of ['agent=bot', 'session=s-1', 'person=for-bot', 'policy=pay', 'agent=bot&policy=pay'])
      expect(await list(query), query).toEqual([expect.objectContaining(shown)]);
    expect(await list('tool=notes/write')).toHaveLength(2);
    expect(await list('tool=notes/write&verdict=deny')).toEqual([]);
    expect(await list('agent=cat&policy=pay')).toEqual([]);
    for (const query of ['agent=bot', 'policy=pay', 'tool=notes/write'])
      expect(await list(query, world.stranger), query).toEqual([]);
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
});
