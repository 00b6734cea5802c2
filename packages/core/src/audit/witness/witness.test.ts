import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { utf8 } from '../../kernel/index.ts';
import { hasMlDsa44, sha256 } from '../../kernel/crypto/index.ts';
import {
  fakeClock,
  fakeRandom,
  sampleEntries,
  sampleLog,
  sampleMlDsaSigner,
  sampleSigner,
} from '../../testing/index.ts';
import {
  addSignatures,
  byteTreeHasher,
  formatAddCheckpoint,
  formatVerifierKey,
  openNote,
  parseCheckpoint,
  parseCosignatures,
  parseNote,
  parseVerifierKey,
  proveConsistency,
  signNote,
  tileHashReader,
  tilePath,
  type VerifierKey,
} from '../../proof/index.ts';
import {
  type CosignedStore,
  createWitnessKey,
  openCosignedStore,
  parseWitnessKey,
  verifyNoteSignature,
  Witness,
} from './index.ts';

const log = sampleLog(sampleEntries(40));
const fork = sampleLog([...sampleEntries(10), ...sampleEntries(30, 'other')]);
const signer = sampleSigner('w.example/1', 7, 'cosignature/v1');
const hasher = byteTreeHasher(sha256);
const ML_DSA_LOG = join(import.meta.dirname, '../../proof/witness/fixtures/ml-dsa-44-log.txt');

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'writ-witness-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

async function open(path: string, keys: readonly VerifierKey[] = [signer.key]): Promise<CosignedStore> {
  const store = await openCosignedStore(path, keys);
  onTestFinished(() => store.close());
  return store;
}

async function witnessIn(path: string): Promise<{ witness: Witness; store: CosignedStore }> {
  const store = await open(path);
  const clock = fakeClock(1_679_315_147_000);
  return { witness: new Witness({ signers: [signer], logs: [log.signer.key], store, clock }), store };
}

/** A request to go from `oldSize` to `size`, proven within `of`. */
async function request(oldSize: number, size: number, of = log): Promise<Uint8Array> {
  const checkpoint = of.checkpointAt(size);
  const { root } = parseCheckpoint(parseNote(of.checkpointAt(40)).text);
  const reader = tileHashReader({ hasher, size: 40, root, readTile: (tile) => of.files.get(tilePath(tile)) });
  const proof = oldSize > 0 && oldSize <= size ? await proveConsistency(hasher, reader, oldSize, size) : [];
  return formatAddCheckpoint({ oldSize, proof, checkpoint });
}

describe('a witness', () => {
  test('cosigns a first checkpoint and each that extends the last, with its time', async () => {
    const { witness } = await witnessIn(folder());
    for (const [oldSize, size] of [
      [0, 7],
      [7, 7],
      [7, 32],
      [32, 40],
    ] as const) {
      const answer = await witness.addCheckpoint(await request(oldSize, size));
      expect([answer.status, answer.contentType]).toEqual([200, 'text/plain; charset=utf-8']);
      const note = addSignatures(log.checkpointAt(size), parseCosignatures(answer.body));
      const verified = await openNote(parseNote(note), [log.signer.key, signer.key], verifyNoteSignature);
      expect(verified[1]).toEqual({ key: signer.key, timeSeconds: 1_679_315_147 });
    }
  });

  test('answers a conflict with the size it knows, as `text/x.tlog.size`', async () => {
    const { witness } = await witnessIn(folder());
    await witness.addCheckpoint(await request(0, 32));
    expect(await witness.addCheckpoint(await request(0, 40))).toEqual({
      status: 409,
      contentType: 'text/x.tlog.size',
      body: '32\n',
    });
  });

  test('refuses to go back, and a fork, also after a restart', async () => {
    const path = folder();
    const first = await witnessIn(path);
    await first.witness.addCheckpoint(await request(0, 32));
    first.store.close();
    const { witness } = await witnessIn(path);
    expect((await witness.addCheckpoint(await request(7, 20))).status).toBe(409);
    expect((await witness.addCheckpoint(await request(32, 32, fork))).status).toBe(409);
    expect((await witness.addCheckpoint(await request(32, 40, fork))).status).toBe(422);
    expect((await witness.addCheckpoint(await request(32, 40))).status).toBe(200);
  });

  test('of two requests at once takes one: the other is told the new size', async () => {
    const { witness, store } = await witnessIn(folder());
    await witness.addCheckpoint(await request(0, 7));
    const bodies = await Promise.all([request(7, 20), request(7, 40), request(7, 32)]);
    const answers = await Promise.all(bodies.map((body) => witness.addCheckpoint(body)));
    expect(answers.map(({ status }) => status).toSorted((left, right) => left - right)).toEqual([
      200, 409, 409,
    ]);
    const size = store.latest(log.signer.key.name)?.size;
    expect(answers.filter(({ status }) => status === 409).map(({ body }) => body)).toEqual([
      `${size}\n`,
      `${size}\n`,
    ]);
  });

  test('whatever it is handed in whatever order, cosigns one history', async () => {
    const step = fc.record({
      of: fc.constantFrom(log, fork),
      from: fc.constantFrom<'known' | number>('known', 0, 5, 10, 20, 39),
      size: fc.integer({ min: 1, max: 40 }),
      restarts: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const path = mkdtempSync(join(tmpdir(), 'writ-witness-'));
        let { witness, store } = await witnessIn(path);
        const cosigned: { size: number; of: typeof log }[] = [];
        for (const { of, from, size, restarts } of steps) {
          const known = store.latest(log.signer.key.name)?.size ?? 0;
          const answer = await witness.addCheckpoint(
            await request(from === 'known' ? known : from, size, of),
          );
          if (answer.status === 200) cosigned.push({ size, of });
          if (!restarts) continue;
          store.close();
          ({ witness, store } = await witnessIn(path));
        }
        store.close();
        rmSync(path, { recursive: true });
        const sizes = cosigned.map(({ size }) => size);
        expect(sizes).toEqual(sizes.toSorted((left, right) => left - right));
        // The two logs are one up to ten entries.
        expect(
          new Set(cosigned.filter(({ size }) => size > 10).map(({ of }) => of)).size,
        ).toBeLessThanOrEqual(1);
      }),
      { numRuns: 40 },
    );
  });

  test('keeps logs apart, and knows none but its own', async () => {
    const second = sampleLog(sampleEntries(5), sampleSigner('example.org/second', 2));
    const store = await open(folder());
    const clock = fakeClock();
    const witness = new Witness({
      signers: [signer],
      logs: [log.signer.key, second.signer.key],
      store,
      clock,
    });
    expect((await witness.addCheckpoint(await request(0, 40))).status).toBe(200);
    const other = formatAddCheckpoint({ oldSize: 0, proof: [], checkpoint: second.checkpointAt(5) });
    expect((await witness.addCheckpoint(other)).status).toBe(200);
    const unknown = sampleLog(sampleEntries(5), sampleSigner('example.org/third', 3)).checkpointAt(5);
    const third = formatAddCheckpoint({ oldSize: 0, proof: [], checkpoint: unknown });
    expect((await witness.addCheckpoint(third)).status).toBe(404);
  });

  test('answers nothing where its record cannot be written, and cosigns it the next time', async () => {
    const path = folder();
    const { witness, store } = await witnessIn(path);
    rmSync(join(path, 'cosigned'), { recursive: true });
    await expect(witness.addCheckpoint(await request(0, 7))).rejects.toThrow('ENOENT');
    expect(store.latest(log.signer.key.name)).toBeUndefined();
  });

  test('takes no key of a log, and is made with one of its own', async () => {
    const store = await open(folder());
    const clock = fakeClock();
    const make = (signers: readonly (typeof signer)[], logs = [log.signer.key]): Witness =>
      new Witness({ signers, logs, store, clock });
    expect(() => make([log.signer])).toThrow('signs no cosignatures');
    expect(() => make([])).toThrow('has a key');
    expect(() => make([signer], [signer.key])).toThrow('key of a witness');
  });
});

describe.runIf(hasMlDsa44())('with ML-DSA-44 in this Node, a witness', () => {
  const postQuantum = sampleMlDsaSigner('w.example/1', 8);

  test('cosigns the checkpoint of another implementation’s log, signed with ML-DSA-44', async () => {
    const [vkey = '', ...lines] = readFileSync(ML_DSA_LOG, 'utf8').split('\n');
    const key = parseVerifierKey(sha256, vkey);
    const checkpoint = utf8(lines.join('\n'));
    const witness = new Witness({
      signers: [signer],
      logs: [key],
      store: await open(folder()),
      clock: fakeClock(),
    });
    const answer = await witness.addCheckpoint(formatAddCheckpoint({ oldSize: 0, proof: [], checkpoint }));
    expect(answer.status).toBe(200);
  });

  test('signs with each of its keys, and its records are those of either', async () => {
    const path = folder();
    const store = await open(path, [signer.key, postQuantum.key]);
    const signers = [signer, postQuantum];
    const witness = new Witness({ signers, logs: [log.signer.key], store, clock: fakeClock() });
    const answer = await witness.addCheckpoint(await request(0, 7));
    const note = addSignatures(log.checkpointAt(7), parseCosignatures(answer.body));
    const verified = await openNote(parseNote(note), [signer.key, postQuantum.key], verifyNoteSignature);
    expect(verified.map(({ key }) => key.algorithm)).toEqual(['cosignature/v1', 'ml-dsa-44']);
    store.close();
    expect((await open(path, [postQuantum.key])).latest(log.signer.key.name)?.size).toBe(7);
  });

  test('refuses extension lines, which its key does not cover, and records nothing', async () => {
    const store = await open(folder(), [postQuantum.key]);
    const witness = new Witness({
      signers: [postQuantum],
      logs: [log.signer.key],
      store,
      clock: fakeClock(),
    });
    const text = `${parseNote(log.checkpointAt(7)).text}extension\n`;
    const checkpoint = signNote(text, [log.signer]);
    const answer = await witness.addCheckpoint(formatAddCheckpoint({ oldSize: 0, proof: [], checkpoint }));
    expect([answer.status, answer.body]).toEqual([400, expect.stringContaining('extension lines')]);
    expect(store.latest(log.signer.key.name)).toBeUndefined();
  });
});

describe('the records of a witness', () => {
  async function recorded(): Promise<{ path: string; file: string }> {
    const path = folder();
    const { witness, store } = await witnessIn(path);
    await witness.addCheckpoint(await request(0, 32));
    store.close();
    const [name = ''] = readdirSync(join(path, 'cosigned'));
    return { path, file: join(path, 'cosigned', name) };
  }

  test.each([
    ['another size', (text: string) => text.replace('\n32\n', '\n31\n')],
    ['another root', (text: string) => text.replace(/\n32\n.{8}/, '\n32\nAAAAAAAA')],
    ['no cosignature', (text: string) => text.slice(0, text.indexOf('\u2014'))],
    ['nothing', () => ''],
  ])('with %s are refused at the start', async (_why, change) => {
    const { path, file } = await recorded();
    writeFileSync(file, change(readFileSync(file, 'utf8')));
    await expect(openCosignedStore(path, [signer.key])).rejects.toMatchObject({ code: 'log.corrupt' });
  });

  test('under the name of another log, or by the key of another witness, are refused at the start', async () => {
    const { path, file } = await recorded();
    const other = sampleSigner('w.example/2', 8, 'cosignature/v1');
    await expect(openCosignedStore(path, [other.key])).rejects.toMatchObject({ code: 'log.corrupt' });
    writeFileSync(join(path, 'cosigned', `${'0'.repeat(64)}.checkpoint`), readFileSync(file));
    await expect(openCosignedStore(path, [signer.key])).rejects.toMatchObject({ code: 'log.corrupt' });
  });

  test('are open in one place at a time, and a half-written file beside them says nothing', async () => {
    const { path, file } = await recorded();
    writeFileSync(`${file}.1.1.tmp`, 'half');
    await open(path);
    await expect(openCosignedStore(path, [signer.key])).rejects.toMatchObject({ code: 'log.unavailable' });
  });
});

describe('the key of a witness', () => {
  const random = fakeRandom();
  test.each(['cosignature/v1', ...(hasMlDsa44() ? (['ml-dsa-44'] as const) : [])] as const)(
    'of %s reads back from its text',
    (algorithm) => {
      const { signer: made, text } = createWitnessKey('w.example/1', algorithm, random);
      expect(parseWitnessKey(`${text}\n`).key).toEqual(made.key);
      expect(parseVerifierKey(sha256, formatVerifierKey(made.key)).algorithm).toBe(algorithm);
    },
  );

  const { text } = createWitnessKey('w.example/1', 'cosignature/v1', random);
  test.each([
    ['nothing', ''],
    ['another name', text.replace('w.example/1', 'w.example/2')],
    [
      'the algorithm of a log',
      text.replace(/\+B[A-Za-z0-9+/=]+$/, `+${Buffer.from([1, ...new Uint8Array(32)]).toString('base64')}`),
    ],
    ['broken base64', `${text}?`],
    ['a short seed', text.slice(0, -8)],
  ])('with %s is malformed, and never quoted', (_why, broken) => {
    expect(() => parseWitnessKey(broken)).toThrow(
      expect.toSatisfy(
        (fault: Error) =>
          fault.message.startsWith('the text is not the key of a witness') && !fault.message.includes('B'),
      ),
    );
  });
});
