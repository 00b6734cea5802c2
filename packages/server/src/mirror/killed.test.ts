/** What the control plane cosigned is there after its database was killed: one synced commit stands for the files and rows before it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Mirror, parsePublicKey, replicateFolder, utf8 } from '@writ/core';
import { formatVerifierKey } from '@writ/core/proof';
import { sampleLog, sampleSigner } from '@writ/core/testing';
import { openPool } from '@writ/postgres';
import { afterAll, describe, expect, test } from 'vitest';
import { testServer } from '../../../../scripts/testing/postgres-server.ts';
import { indexHeld } from './ingest.ts';
import { createTableMirrorStore } from './table-store.ts';
import { tableTarget } from './table-target.ts';
import { migrate, openPostgresTables } from '../tables/index.ts';

const ORIGIN = 'node.example.org/killed';
const LOG = sampleSigner(ORIGIN, 1);
const MIRROR = sampleSigner('plane.example.org/mirror', 2, 'cosignature/v1');
/** Sizes of the log as it is sent: whole bundles, begun ones, and both at once. */
const SIZES = [3, 256, 700, 701, 1_300];
const OF = { organisation: '01JZ0000000000000000000001', node: '01JZ0000000000000000000002', origin: ORIGIN };

const database = await testServer({ isSynced: true });
afterAll(() => database?.stop());

describe.skipIf(database?.kill === undefined)('a copy over PostgreSQL', () => {
  const folder = mkdtempSync(join(tmpdir(), 'writ-mirror-killed-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('has every file of what it cosigned after kill -9 of the database, and lists it', async () => {
    const open = () => openPostgresTables(openPool(database?.url ?? '', 'mirror_killed'), 'mirror_killed');
    let store = await open();
    await migrate(store);
    await createTableMirrorStore(store.database).enrol(ORIGIN, formatVerifierKey(LOG.key), 1_000);
    for (const size of SIZES) {
      const { database: tables } = store;
      const files = writeLog(size);
      const mirror = new Mirror({
        signers: [MIRROR],
        clock: { now: () => 2_000_000, monotonicNs: () => 0n },
        parseKey: parsePublicKey,
        store: createTableMirrorStore(tables),
        target: (origin) => tableTarget(tables, origin),
      });
      const sent = await replicateFolder({
        path: folder,
        mirror: { name: 'plane', key: MIRROR.key, url: 'https://plane.example.org/v1/mirror' },
        signal: new AbortController().signal,
        transport: {
          async post(url, body) {
            const answer = url.endsWith('add-checkpoint')
              ? await mirror.addCheckpoint(body)
              : await mirror.addEntries(inPieces(body));
            return { status: answer.status, body: utf8(answer.body) };
          },
        },
      });
      expect(sent.size).toBe(size);
      // At once: whatever was not waited for is lost, if nothing that came later stood for it.
      await database?.kill?.();
      await tables.destroy().catch(() => undefined);
      store = await open();
      const target = tableTarget(store.database, ORIGIN);
      for (const [path, bytes] of files)
        if (path !== 'checkpoint') expect(await target.read(path, 2 ** 24), path).toEqual(Buffer.from(bytes));
      expect(await target.readCheckpoint()).toBeDefined();
      const position = await createTableMirrorStore(store.database).position(ORIGIN);
      expect(position.next).toBe(size);
      // Rows that the crash took are listed again.
      await indexHeld(store.database, target, OF, { now: () => 2_000_000 });
      const { count } = await store.database
        .selectFrom('receipts')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
      expect(Number(count)).toBe(size);
    }
    await store.database.destroy();
  }, 120_000);

  /** The files of the log at `size` entries, which are written where it is sent from. */
  function writeLog(size: number): ReadonlyMap<string, Uint8Array> {
    const entries = Array.from({ length: size }, (_, index) =>
      utf8(
        JSON.stringify({
          origin: ORIGIN,
          kind: 'heartbeat',
          producer: { boot: 'B', counter: index, previous: index === 0 ? null : index - 1 },
          time: 1_000 + index,
          timeFloor: 1_000 + index,
          witnessedSize: 0,
        }),
      ),
    );
    const { files } = sampleLog(entries, LOG);
    for (const [path, bytes] of files) {
      const file = join(folder, 'log', path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, bytes);
    }
    return new Map(files);
  }
});

async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
}
