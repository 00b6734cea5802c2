// The logs of nodes: taken where they are proven and their node takes part, cosigned, listed, and given out to be verified.
import { createHash } from 'node:crypto';
import { utf8, type WitnessTransport } from '@writ/core';
import { verifyLog } from '@writ/core/proof';
import { MIRROR_STORE_CONTRACT, sourceOfFiles, verifyWithNode } from '@writ/core/testing';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createPlaneMirror, createTableMirrorStore } from '../src/mirror/index.ts';
import { ask, type TestNode } from './enrolled.ts';
import {
  closeLoggingNodes,
  type LoggingNode,
  MIRROR,
  openLoggingNode,
  replicated,
  transportTo,
} from './logging.ts';
import { openWorld, START, stopServer, type World } from './world.ts';

afterAll(stopServer);

const sha256 = (bytes: Uint8Array): Uint8Array => new Uint8Array(createHash('sha256').update(bytes).digest());

describe.each(['sqlite', 'postgres'] as const)('logs of nodes over %s', (store) => {
  let world: World;
  const nodes: LoggingNode[] = [];

  beforeEach(async (context) => {
    const opened = await openWorld(store, { mirrorSigners: [MIRROR] });
    if (opened === undefined) return context.skip('no PostgreSQL');
    world = opened;
  });
  afterEach(async () => {
    await closeLoggingNodes(nodes);
    await world?.close();
    // oxlint-disable-next-line vitest/no-standalone-expect -- of every test: no request is a fault of the server
    expect(world?.faults).toEqual([]);
  });

  const loggingNode = (as = world.people.admin, isEnrolled = true): Promise<LoggingNode> =>
    openLoggingNode(world, nodes, { as, isEnrolled });
  const transport = (packed = false): WitnessTransport => transportTo(world, packed);
  const replicate = (node: LoggingNode, over = transport()) => replicated(world, node, over);
  const receipts = async (query = '', as = world.people.auditor) =>
    (await world.send('GET', `/v1/receipts?limit=200${query}`, { as })).body;
  const nodeShown = async ({ id }: TestNode) =>
    (await world.send('GET', `/v1/nodes/${id}`, { as: world.people.reader })).body;

  test.each([
    ['plain', false],
    ['compressed', true],
  ])('entries come over %s, are cosigned, and verify with keys alone', async (_how, packed) => {
    const node = await loggingNode();
    await node.write(20);
    const { size } = await replicate(node, transport(packed));
    expect(size).toBe(node.log.reader.size());
    await node.write(5);
    await replicate(node, transport(packed));
    const rows = await world.plane.tables.selectFrom('mirror_files').select('path').execute();
    const files = new Map<string, Uint8Array>();
    for (const { path } of rows) {
      const response = await world.api.fetch(
        new Request(`${world.plane.url}/v1/nodes/${node.id}/log-file?path=${encodeURIComponent(path)}`, {
          headers: { authorization: `Bearer ${world.people.auditor.token}` },
        }),
      );
      files.set(path, new Uint8Array(await response.arrayBuffer()));
    }
    const trust = {
      sha256,
      verifySignature: verifyWithNode,
      keys: [node.log.verifierKey],
      witnesses: [MIRROR.key],
      minimumWitnesses: 1,
    };
    const report = await verifyLog({ source: sourceOfFiles(files), trust, entries: 'ordered' });
    expect([report.ok, report.size]).toEqual([true, node.log.reader.size()]);
  });

  test('entries are listed, the newest first, for the organisation of their node alone', async () => {
    const node = await loggingNode();
    const foreign = await loggingNode(world.stranger);
    await node.write(20);
    await foreign.write(3);
    await replicate(node);
    await replicate(foreign);
    const { items } = await receipts();
    expect(items).toHaveLength(node.log.reader.size());
    expect(new Set(items.map(({ node: of }: { node: string }) => of))).toEqual(new Set([node.id]));
    const origin = node.logKey.key.name;
    expect(items[0].receipt).toBe(`${origin}#${node.log.reader.size() - 1}`);
    expect(items.at(-1).receipt).toBe(`${origin}#0`);
    expect((await receipts('', world.stranger)).items).toHaveLength(foreign.log.reader.size());
    const file = await world.send('GET', `/v1/nodes/${node.id}/log-file?path=checkpoint`, {
      as: world.stranger,
    });
    expect(file.status).toBe(404);
  });

  test('a list is narrowed by node, kind, verdict and time, and goes on where a page ended', async () => {
    const [first, second] = [await loggingNode(), await loggingNode()];
    await first.write(30);
    await replicate(first);
    world.clock.set(START + 60_000);
    await second.write(10);
    await replicate(second);
    const count = async (query: string) => (await receipts(query)).items.length;
    expect(await count('&verdict=deny')).toBe(4);
    expect(await count(`&verdict=deny&node=${first.id}`)).toBe(3);
    expect(await count(`&kind=decision&node=${second.id}`)).toBe(10);
    expect(await count('&kind=start')).toBe(2);
    expect(await count(`&kind=decision&from=${START + 60_000}`)).toBe(10);
    expect(await count(`&kind=decision&to=${START + 60_000}`)).toBe(30);
    const seen: string[] = [];
    for (let cursor = ''; ; ) {
      const query = `/v1/receipts?kind=decision&limit=7${cursor}`;
      const { body } = await world.send('GET', query, { as: world.people.auditor });
      seen.push(...body.items.map(({ receipt }: { receipt: string }) => receipt));
      if (body.next === undefined) break;
      cursor = `&cursor=${body.next}`;
    }
    expect([seen.length, new Set(seen).size]).toEqual([40, 40]);
  });

  test('whoever may not read the record is shown none of it', async () => {
    expect((await world.send('GET', '/v1/receipts', { as: world.people.reader })).status).toBe(403);
  });

  test('a log that nobody enrolled is not taken', async () => {
    const node = await loggingNode(world.people.admin, false);
    await node.write(3);
    await expect(replicate(node)).rejects.toMatchObject({ code: 'upstream.protocol' });
    expect((await receipts()).items).toEqual([]);
  });

  test('a node that is suspended has no entry taken, and all of them once it is let in again', async () => {
    const node = await loggingNode();
    await node.write(3);
    await replicate(node);
    const before = (await receipts()).items.length;
    const path = `/v1/nodes/${node.id}`;
    const step = async (method: string, body?: { reason: string }) => {
      const { headers } = await world.send('GET', path, { as: world.people.reader });
      const match = headers.get('etag') ?? '';
      return world.send(method, `${path}/suspension`, { as: world.people.admin, match, body });
    };
    await step('POST', { reason: 'odd' });
    await node.write(4);
    await expect(replicate(node)).rejects.toMatchObject({ code: 'upstream.protocol' });
    expect((await receipts()).items).toHaveLength(before);
    await step('DELETE');
    await replicate(node);
    expect((await receipts()).items).toHaveLength(node.log.reader.size());
  });

  test('strangers who send nothing, or as much as anybody may know of one log, keep no other from being taken', async () => {
    const [known, node] = [await loggingNode(), await loggingNode()];
    await known.write(3);
    const opened: ReadableStreamDefaultController<Uint8Array>[] = [];
    /** An upload that begins with `bytes` and never goes on. */
    const begin = async (...bytes: readonly Uint8Array[]): Promise<number> => {
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          opened.push(controller);
          for (const chunk of bytes) controller.enqueue(chunk);
        },
      });
      const url = `${world.plane.url}/v1/mirror/add-entries`;
      return (await world.api.fetch(new Request(url, { method: 'POST', body, duplex: 'half' }))).status;
    };
    // What its node sends first, cut off behind its header.
    const over = transport();
    const length = utf8(known.log.writer.origin).length + 20;
    let header: Uint8Array = new Uint8Array();
    const cut: WitnessTransport = {
      post(url, body, ...rest) {
        if (!url.endsWith('add-entries') || body.length === length) return over.post(url, body, ...rest);
        header = body.subarray(0, length);
        return Promise.reject(new Error('cut off'));
      },
    };
    await expect(replicate(known, cut)).rejects.toThrow('cut off');
    const strangers = Array.from({ length: 20 }, () => begin());
    const knowing = Array.from({ length: 20 }, () => begin(header));
    await expect
      .poll(async () => Promise.all(knowing.map((one) => Promise.race([one, Promise.resolve(0)]))), {
        timeout: 20_000,
      })
      .toEqual(expect.arrayContaining([503]));
    await node.write(3);
    expect((await replicate(node)).size).toBe(node.log.reader.size());
    for (const controller of opened) controller.close();
    const refused = (await Promise.all(knowing)).filter((status) => status === 503);
    expect(refused).toHaveLength(18);
    expect(new Set(await Promise.all(strangers))).toEqual(new Set([400]));
    // And places are given back.
    expect((await replicate(known)).size).toBe(known.log.reader.size());
  });

  test('entries that their log did not sign are not taken, whoever sends them', async () => {
    const node = await loggingNode();
    await node.write(5);
    const forging = transport();
    const lying: WitnessTransport = {
      async post(url, body, ...rest) {
        const text = Buffer.from(body).toString('latin1');
        const changed = url.endsWith('add-entries')
          ? text.replaceAll('"deny"', '"allo"').replaceAll('"strict"', '"stricT"')
          : text;
        return forging.post(url, Buffer.from(changed, 'latin1'), ...rest);
      },
    };
    await expect(replicate(node, lying)).rejects.toMatchObject({ code: 'upstream.protocol' });
    expect((await receipts()).items).toEqual([]);
    await replicate(node);
    expect((await receipts()).items).toHaveLength(node.log.reader.size());
  });

  test('what was taken by a server that was killed before it listed it is listed by the next', async () => {
    const node = await loggingNode();
    await node.write(12);
    await replicate(node);
    const whole = (await receipts()).items;
    const { tables, objects, clock } = world.plane;
    await tables.deleteFrom('receipts').where('idx', '>=', 5).execute();
    await tables.updateTable('mirror_logs').set({ indexed: 3 }).execute();
    await tables.deleteFrom('arrivals').execute();
    const next = () => createPlaneMirror({ tables, objects, clock, signers: [MIRROR] });
    const { signal } = new AbortController();
    // Two at once: whoever listens is told of each entry once.
    await Promise.all([next().catchUp(signal), next().catchUp(signal)]);
    expect((await receipts()).items).toEqual(whole);
    const arrivals = await tables.selectFrom('arrivals').select(['start', 'until']).execute();
    expect(arrivals.map(({ start, until }) => [Number(start), Number(until)])).toEqual([[3, whole.length]]);
  });

  test('a copy that lost entries is told as broken, is not listed as if nothing was missing, and keeps no other from being listed', async () => {
    const [node, other] = [await loggingNode(), await loggingNode()];
    for (const one of [node, other]) {
      await one.write(12);
      await replicate(one);
    }
    const { tables, objects, clock } = world.plane;
    const broken = node.logKey.key.name;
    await tables
      .deleteFrom('mirror_files')
      .where('origin', '=', broken)
      .where('path', 'like', 'tile/entries/%')
      .execute();
    await tables.updateTable('mirror_logs').set({ indexed: 3 }).execute();
    const next = createPlaneMirror({ tables, objects, clock, signers: [MIRROR] });
    await expect(next.catchUp(new AbortController().signal)).rejects.toThrow(
      /entries 3 and later of the copy of .* are missing/,
    );
    const rows = await tables.selectFrom('mirror_logs').select(['origin', 'indexed']).execute();
    expect(new Map(rows.map(({ origin, indexed }) => [origin, Number(indexed)]))).toEqual(
      new Map([
        [broken, 3],
        [other.logKey.key.name, other.log.reader.size()],
      ]),
    );
  });

  test('two servers that are sent the same log at once hold it once', async () => {
    const node = await loggingNode();
    await node.write(300);
    const { tables, objects, clock } = world.plane;
    const other = createPlaneMirror({ tables, objects, clock, signers: [MIRROR] });
    const toOther: WitnessTransport = {
      async post(url, body) {
        const answer = url.endsWith('add-checkpoint')
          ? await other.addCheckpoint(body)
          : await other.addEntries(inPieces(body));
        return { status: answer.status, body: Buffer.from(answer.body) };
      },
    };
    await Promise.allSettled([replicate(node), replicate(node, toOther)]);
    await replicate(node);
    const { count } = await tables
      .selectFrom('receipts')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    expect(Number(count)).toBe(node.log.reader.size());
  });

  describe('the fleet', () => {
    const word = (node: LoggingNode, more: object = {}) => {
      const { producer } = node.log.reader.entry(node.log.reader.size() - 1).entry;
      return {
        softwareVersion: '0.1.0',
        since: START,
        size: node.log.reader.size(),
        producers: [{ boot: producer.boot, counter: producer.counter }],
        decisions: [],
        ...more,
      };
    };

    test('shows what a node said last, how far its log came, and when it falls silent', async () => {
      const node = await loggingNode();
      await node.write(3);
      expect((await nodeShown(node)).live).toMatchObject({ isStale: true, ingested: 0 });
      const answer = await ask(world, node, 'POST', '/v1/node/heartbeat', word(node, { bundle: 4 }));
      expect(answer.body).toEqual({ everyMs: 10_000, now: START });
      expect((await nodeShown(node)).live).toMatchObject({
        lastHeartbeat: START,
        isStale: false,
        bundle: 4,
        lag: node.log.reader.size(),
      });
      await replicate(node);
      expect((await nodeShown(node)).live).toMatchObject({
        ingested: node.log.reader.size(),
        lag: 0,
        omissions: { entries: 0, evidence: 0 },
      });
      world.clock.set(START + 35_001);
      expect((await nodeShown(node)).live).toMatchObject({ isStale: true });
    });

    test('counts which nodes enforce, by their word, those of the organisation that are heard of alone', async () => {
      const [strict, watching, older, silent] = [
        await loggingNode(),
        await loggingNode(),
        await loggingNode(),
        await loggingNode(),
      ];
      const foreign = await loggingNode(world.stranger);
      const say = (node: LoggingNode, more: object) =>
        ask(world, node, 'POST', '/v1/node/heartbeat', word(node, more));
      await say(silent, { mode: 'audit' });
      world.clock.set(START + 35_001);
      await say(strict, { mode: 'strict' });
      await say(watching, { mode: 'audit' });
      await say(older, {});
      await say(foreign, { mode: 'permissive' });
      const modes = async (as = world.people.reader) =>
        (await world.send('GET', '/v1/fleet/modes', { as })).body;
      expect(await modes()).toEqual({ strict: 1, permissive: 0, audit: 1, untold: 1 });
      expect(await modes(world.stranger)).toEqual({ strict: 0, permissive: 1, audit: 0, untold: 0 });
      expect((await nodeShown(watching)).live.mode).toBe('audit');
      expect((await say(strict, { mode: 'relaxed' })).status).toBe(422);
    });

    test('shows entries that a node counted and that did not come', async () => {
      const node = await loggingNode();
      await node.write(3);
      await replicate(node);
      const said = word(node);
      const [producer] = said.producers;
      await ask(world, node, 'POST', '/v1/node/heartbeat', {
        ...said,
        producers: [{ boot: producer?.boot ?? '', counter: (producer?.counter ?? 0) + 2 }],
      });
      expect((await nodeShown(node)).live.omissions).toEqual({ entries: 2, evidence: 0 });
    });
  });
});

describe.each(['sqlite', 'postgres'] as const)('the state of a mirror in tables of %s', (store) => {
  test.each(MIRROR_STORE_CONTRACT.map((one) => [one.name, one] as const))(
    '%s',
    async (_sentence, contract) => {
      const world = await openWorld(store);
      if (world === undefined) return;
      try {
        await contract.run(createTableMirrorStore(world.plane.tables));
      } finally {
        await world.close();
      }
    },
  );
});

async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
}
