import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toHex, utf8 } from '../../kernel/index.ts';
import { sha256 } from '../../kernel/crypto/index.ts';
import { type SampleLog, sampleLog, sampleSigner, sourceOfFiles } from '../../testing/index.ts';
import { byteTreeHasher, proveInclusion, treeRoot } from '../merkle/index.ts';
import {
  addSignatures,
  cosign,
  formatCheckpoint,
  formatReceipt,
  parseNote,
  signNote,
} from '../note/index.ts';
import { encodeBundle, parseBundle, tileHashReader } from '../tiles/index.ts';
import {
  type LogReport,
  type ProblemCode,
  verifyLog,
  type VerifyLogOptions,
  verifyReceipt,
} from './index.ts';

const hasher = byteTreeHasher(sha256);
const signer = sampleSigner('example.org/log', 1);
const entriesOf = (count: number, name = 'entry'): Uint8Array[] =>
  Array.from({ length: count }, (_, index) => utf8(`${name} ${index}`));

type More = Partial<Omit<VerifyLogOptions, 'source'>>;

async function verify(log: SampleLog, more: More = {}): Promise<LogReport> {
  return verifyLog({ source: log.source, trust: log.trust, ...more });
}

function codes(report: LogReport): readonly ProblemCode[] {
  return report.problems.map(({ code }) => code);
}

/** Replaces the one file at `path`. */
function edit(log: SampleLog, path: string, change: (bytes: Uint8Array) => Uint8Array): void {
  const bytes = log.files.get(path);
  if (bytes === undefined) throw new Error(`no \`${path}\` in the sample log`);
  log.files.set(path, change(bytes));
}

const flip =
  (at: number) =>
  (bytes: Uint8Array): Uint8Array =>
    bytes.map((byte, index) => (index === at ? byte ^ 1 : byte));

/** Changes the entries of the bundle at `path`, well-formed before and after. */
function editEntries(log: SampleLog, path: string, change: (entries: Uint8Array[]) => Uint8Array[]): void {
  edit(log, path, (bytes) => encodeBundle(change([...parseBundle(bytes)])));
}

describe('an untouched log', () => {
  test.each([0, 1, 2, 255, 256, 257, 512, 700])('of %i entries verifies', async (size) => {
    const log = sampleLog(entriesOf(size));
    const report = await verify(log);
    expect(report).toMatchObject({ ok: true, origin: 'example.org/log', size, uncovered: 0, problems: [] });
    expect(toHex(report.root!)).toBe(
      toHex(
        treeRoot(
          hasher,
          entriesOf(size).map((entry) => hasher.leaf(entry)),
        ),
      ),
    );
  });

  test('with three levels of tiles verifies', async () => {
    const log = sampleLog(entriesOf(65_536 + 300));
    expect(await verify(log, { noted: [1, 256, 60_000, 65_536].map(log.checkpointAt) })).toMatchObject({
      ok: true,
      problems: [],
    });
  });

  test('verifies although a partial tile and bundle were dropped for the full ones, whose rest is uncovered', async () => {
    const log = sampleLog(entriesOf(300));
    log.files.set('checkpoint', log.checkpointAt(270));
    const full = sampleLog(entriesOf(512));
    for (const path of ['tile/0/001', 'tile/entries/001']) log.files.set(path, full.files.get(path)!);
    log.files.set('tile/1/000.p/1', log.files.get('tile/1/000.p/1')!);
    expect(await verify(log)).toMatchObject({ ok: true, size: 270, uncovered: 242 });
  });

  test('counts what the source holds beyond the checkpoint', async () => {
    const log = sampleLog(entriesOf(10));
    const source = { ...log.source, countEntries: () => 14 };
    expect(await verifyLog({ source, trust: log.trust })).toMatchObject({ ok: true, uncovered: 4 });
  });
});

describe('trust', () => {
  const log = sampleLog(entriesOf(5));

  test('is never found in the log: without a key of the caller nothing is verified', async () => {
    const report = await verify(log, { trust: { ...log.trust, keys: [] } });
    expect(report.ok).toBe(false);
    expect(codes(report)).toEqual(['no-trusted-key']);
    expect(report.problems[0]!.message).toContain('no trusted key');
  });

  test('does not extend to another key of the same name', async () => {
    const report = await verify(log, {
      trust: { ...log.trust, keys: [sampleSigner('example.org/log', 2).key] },
    });
    expect(codes(report)).toEqual(['no-trusted-key']);
    expect(report.ok).toBe(false);
  });

  test('in a key does not extend to another origin', async () => {
    const forged = sampleLog(entriesOf(5));
    const { root } = await verify(log).then((report) => ({ root: report.root! }));
    forged.files.set(
      'checkpoint',
      signNote(formatCheckpoint({ origin: 'example.org/else', size: 5, root }), [signer]),
    );
    const report = await verify(forged);
    expect(codes(report)).toEqual(['origin-mismatch']);
    expect(report.ok).toBe(false);
  });

  test('ends with an altered signature', async () => {
    const altered = sampleLog(entriesOf(5));
    const [line] = parseNote(altered.files.get('checkpoint')!).signatures;
    altered.files.set(
      'checkpoint',
      addSignatures(altered.files.get('checkpoint')!, [{ ...line!, signature: new Uint8Array(64) }]),
    );
    const report = await verify(altered);
    expect(codes(report)).toEqual(['signature-invalid']);
    expect(report.ok).toBe(false);
  });

  test('survives rotation by overlap: either key of the log will do', async () => {
    const next = sampleSigner('example.org/log', 9);
    const rotated = sampleLog(entriesOf(5));
    const { text } = parseNote(rotated.files.get('checkpoint')!);
    rotated.files.set('checkpoint', signNote(text, [signer, next]));
    for (const keys of [[signer.key], [next.key], [signer.key, next.key]]) {
      expect((await verify(rotated, { trust: { ...log.trust, keys } })).ok).toBe(true);
    }
  });

  test('needs a checkpoint that is there and can be read', async () => {
    const files = new Map(log.files);
    files.delete('checkpoint');
    expect(codes(await verifyLog({ source: sourceOfFiles(files), trust: log.trust }))).toEqual([
      'checkpoint-missing',
    ]);
    files.set('checkpoint', utf8('nonsense'));
    expect(codes(await verifyLog({ source: sourceOfFiles(files), trust: log.trust }))).toEqual([
      'checkpoint-malformed',
    ]);
    files.set('checkpoint', signNote('nonsense\n', [signer]));
    expect(codes(await verifyLog({ source: sourceOfFiles(files), trust: log.trust }))).toEqual([
      'checkpoint-malformed',
    ]);
  });
});

describe('tampering', () => {
  test('with an entry is caught although its bundle stays well-formed, and named', async () => {
    const log = sampleLog(entriesOf(600));
    editEntries(log, 'tile/entries/001', (entries) => entries.with(44, utf8('forged 300')));
    const report = await verify(log);
    expect(report.ok).toBe(false);
    expect(report.problems.map(({ code, index, place }) => [code, index, place])).toEqual([
      ['leaf-mismatch', 300, 'tile/0/001'],
      ['root-mismatch', undefined, 'checkpoint'],
    ]);
  });

  test('with an entry and every tile over it is caught: the root is recomputed from the entries', async () => {
    const genuine = sampleLog(entriesOf(600));
    const forged = sampleLog(entriesOf(600).with(300, utf8('forged')));
    forged.files.set('checkpoint', genuine.files.get('checkpoint')!);
    const report = await verify(forged);
    expect(report.ok).toBe(false);
    expect(codes(report)).toEqual(['root-mismatch']);
  });

  test('with entries alone is caught where all tiles are genuine', async () => {
    const log = sampleLog(entriesOf(256));
    log.files.set('tile/entries/000', sampleLog(entriesOf(256, 'forged')).files.get('tile/entries/000')!);
    const report = await verify(log);
    expect(report.ok).toBe(false);
    expect(codes(report)).toContain('root-mismatch');
  });

  test.each([
    ['a leaf of a full tile', 'tile/0/001', 32 * 7, ['leaf-mismatch']],
    ['a leaf of a partial tile', 'tile/0/002.p/88', 0, ['leaf-mismatch']],
    ['a hash above the leaves', 'tile/1/000.p/2', 32, ['tile-mismatch']],
  ])('with %s is caught and named', async (_why, path, at, expected) => {
    const log = sampleLog(entriesOf(600));
    edit(log, path, flip(at));
    const report = await verify(log);
    expect(report.ok).toBe(false);
    expect(codes(report)).toEqual(expected);
    expect(report.problems[0]!.place).toBe(path);
  });

  test('by swapping two tiles is caught at both', async () => {
    const log = sampleLog(entriesOf(600));
    const [first, second] = ['tile/0/000', 'tile/0/001'] as const;
    const bytes = log.files.get(first)!;
    log.files.set(first, log.files.get(second)!);
    log.files.set(second, bytes);
    const report = await verify(log);
    expect(report.problems.map(({ code, place }) => [code, place])).toEqual([
      ['leaf-mismatch', first],
      ['leaf-mismatch', second],
    ]);
  });

  test('by swapping two bundles is caught', async () => {
    const log = sampleLog(entriesOf(600));
    const [first, second] = ['tile/entries/000', 'tile/entries/001'] as const;
    const bytes = log.files.get(first)!;
    log.files.set(first, log.files.get(second)!);
    log.files.set(second, bytes);
    const report = await verify(log);
    expect(report.problems.map(({ code, index }) => [code, index])).toEqual([
      ['leaf-mismatch', 0],
      ['leaf-mismatch', 256],
      ['root-mismatch', undefined],
    ]);
  });

  test.each([
    ['a tile', 'tile/0/001', 'tile-missing'],
    ['a partial tile', 'tile/0/002.p/88', 'tile-missing'],
    ['a tile above the leaves', 'tile/1/000.p/2', 'tile-missing'],
    ['a bundle', 'tile/entries/001', 'bundle-missing'],
    ['a partial bundle', 'tile/entries/002.p/88', 'bundle-missing'],
  ])('by removing %s is caught and named', async (_why, path, code) => {
    const log = sampleLog(entriesOf(600));
    log.files.delete(path);
    const report = await verify(log);
    expect(report.ok).toBe(false);
    expect(report.problems.map((problem) => [problem.code, problem.place])).toEqual([[code, path]]);
    expect(report.root === undefined).toBe(code === 'bundle-missing');
  });

  test.each([
    ['tile/0/001', 'tile-malformed'],
    ['tile/1/000.p/2', 'tile-malformed'],
    ['tile/entries/001', 'bundle-malformed'],
  ])('by cutting %s is caught and named', async (path, code) => {
    const log = sampleLog(entriesOf(600));
    edit(log, path, (bytes) => bytes.slice(0, -1));
    const report = await verify(log);
    expect(report.problems.map((problem) => [problem.code, problem.place])).toEqual([[code, path]]);
    expect(report.ok).toBe(false);
  });

  const PATH = 'tile/entries/000.p/40';
  const place = fc.nat(39);
  test.each([
    [
      'flipping a byte',
      (at: number, bit: number) => (entries: Uint8Array[]) =>
        entries.with(
          at,
          entries[at]!.map((byte, index) =>
            index === bit % entries[at]!.length ? byte ^ (1 << (bit % 8)) : byte,
          ),
        ),
    ],
    ['removing an entry', (at: number) => (entries: Uint8Array[]) => entries.toSpliced(at, 1)],
    [
      'inserting an entry',
      (at: number, other: number) => (entries: Uint8Array[]) =>
        entries.toSpliced(at, 0, utf8(`new ${other}`)),
    ],
    [
      'appending an entry',
      (_at: number, other: number) => (entries: Uint8Array[]) => [...entries, utf8(`new ${other}`)],
    ],
    [
      'duplicating an entry',
      (at: number) => (entries: Uint8Array[]) => entries.toSpliced(at, 0, entries[at]!),
    ],
    [
      'swapping two entries',
      (at: number, other: number) => (entries: Uint8Array[]) => {
        const second = at === other ? (at + 1) % 40 : other;
        return entries.with(at, entries[second]!).with(second, entries[at]!);
      },
    ],
  ])('by %s anywhere is caught', async (_how, change) => {
    await fc.assert(
      fc.asyncProperty(place, place, async (at, other) => {
        const log = sampleLog(entriesOf(40));
        editEntries(log, PATH, change(at, other));
        const report = await verify(log);
        expect(report.ok).toBe(false);
        expect(report.problems.length).toBeGreaterThan(0);
      }),
      { numRuns: 60 },
    );
  });

  test('by flipping any one bit of any file is caught', async () => {
    const genuine = sampleLog(entriesOf(300));
    const paths = [...genuine.files.keys()];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), fc.nat(), fc.nat(7), async (path, seed, bit) => {
        const log = sampleLog(entriesOf(300));
        edit(log, path, (bytes) =>
          bytes.map((byte, index) => (index === seed % bytes.length ? byte ^ (1 << bit) : byte)),
        );
        expect((await verify(log)).ok).toBe(false);
      }),
      { numRuns: 150 },
    );
  });

  test('beyond a hundred problems ends the list and the reading, never with ok', async () => {
    const log = sampleLog(entriesOf(1));
    const root = new Uint8Array(32);
    log.files.set(
      'checkpoint',
      signNote(formatCheckpoint({ origin: 'example.org/log', size: 2 ** 52, root }), [signer]),
    );
    const report = await verify(log);
    expect(report.ok).toBe(false);
    expect(report.problems).toHaveLength(100);
  });
});

describe('a checkpoint noted earlier', () => {
  test('larger than the log names both sizes: the tail was cut', async () => {
    const longer = sampleLog(entriesOf(9));
    const cut = sampleLog(entriesOf(5));
    const report = await verify(cut, { noted: [longer.checkpointAt(9)] });
    expect(codes(report)).toEqual(['tail-cut']);
    expect(report.problems[0]!.message).toMatch(/5 entries.*covers 9/);
    expect(report.ok).toBe(false);
  });

  test('as a size the log must reach, likewise', async () => {
    const report = await verify(sampleLog(entriesOf(5)), { minimumSize: 9 });
    expect(codes(report)).toEqual(['tail-cut']);
    expect(report.problems[0]!.message).toMatch(/5 entries.*9/);
    expect(report.ok).toBe(false);
  });

  test('of the same size with another root proves a fork', async () => {
    const report = await verify(sampleLog(entriesOf(5)), {
      noted: [sampleLog(entriesOf(5, 'other')).checkpointAt(5)],
    });
    expect(codes(report)).toEqual(['fork']);
    expect(report.ok).toBe(false);
  });

  test.each([1, 4, 255, 256, 257, 299])(
    'of %i entries that are no longer the first is rewritten history',
    async (size) => {
      const rewritten = sampleLog(entriesOf(300).with(0, utf8('rewritten')));
      const report = await verify(rewritten, { noted: [sampleLog(entriesOf(300)).checkpointAt(size)] });
      expect(codes(report)).toEqual(['history-rewritten']);
      expect(report.ok).toBe(false);
    },
  );

  test('that the log extends is no problem, the empty one included', async () => {
    const log = sampleLog(entriesOf(300));
    const noted = Array.from({ length: 301 }, (_, size) => log.checkpointAt(size));
    expect(await verify(log, { noted })).toMatchObject({ ok: true, problems: [] });
  });

  test('of no entries has the root of nothing', async () => {
    const log = sampleLog(entriesOf(3));
    const text = formatCheckpoint({ origin: 'example.org/log', size: 0, root: new Uint8Array(32) });
    expect(codes(await verify(log, { noted: [signNote(text, [signer])] }))).toEqual(['history-rewritten']);
  });

  test('that no trusted key signed, of another log, or unreadable, is not passed over', async () => {
    const log = sampleLog(entriesOf(5));
    const strange = sampleSigner('example.org/other', 2);
    const other = sampleLog(entriesOf(5), strange);
    expect(codes(await verify(log, { noted: [other.checkpointAt(3)] }))).toEqual(['no-trusted-key']);
    const trust = { ...log.trust, keys: [signer.key, strange.key] };
    expect(codes(await verify(log, { trust, noted: [other.checkpointAt(3)] }))).toEqual(['origin-mismatch']);
    expect(codes(await verify(log, { noted: [utf8('nonsense')] }))).toEqual(['checkpoint-malformed']);
  });
});

describe('witnesses', () => {
  const [first, second] = [1, 2].map((id) =>
    sampleSigner(`witness.example/w${id}`, 20 + id, 'cosignature/v1'),
  ) as [typeof signer, typeof signer];
  const withWitnesses = (log: SampleLog, minimumWitnesses = 0) => ({
    ...log.trust,
    witnesses: [first.key, second.key],
    minimumWitnesses,
  });
  const cosigned = (note: Uint8Array, ...by: (typeof signer)[]) =>
    addSignatures(
      note,
      by.map((witness) => cosign(parseNote(note).text, witness, 1_700_000_000)),
    );

  test('are counted, and cover the whole log', async () => {
    const log = sampleLog(entriesOf(7));
    edit(log, 'checkpoint', (note) => cosigned(note, first, second));
    expect(await verify(log, { trust: withWitnesses(log, 2) })).toMatchObject({
      ok: true,
      witnessed: { entries: 7, witnesses: [first.key.name, second.key.name], of: 2 },
    });
  });

  test('of an earlier checkpoint cover the entries under it', async () => {
    const log = sampleLog(entriesOf(7));
    const noted = [cosigned(log.checkpointAt(4), first), log.checkpointAt(6)];
    expect(await verify(log, { trust: withWitnesses(log), noted })).toMatchObject({
      ok: true,
      witnessed: { entries: 4, witnesses: [], of: 2 },
    });
  });

  test('that are too few are a problem', async () => {
    const log = sampleLog(entriesOf(7));
    edit(log, 'checkpoint', (note) => cosigned(note, first));
    const report = await verify(log, { trust: withWitnesses(log, 2) });
    expect(codes(report)).toEqual(['witnesses-missing']);
    expect(report.ok).toBe(false);
  });

  test('count once, however often they sign and whatever they are called, and a log is no witness of itself', async () => {
    const log = sampleLog(entriesOf(7));
    const alias = sampleSigner('witness.example/alias', 21, 'cosignature/v1');
    const self = sampleSigner('witness.example/self', 1, 'cosignature/v1');
    edit(log, 'checkpoint', (note) => cosigned(note, first, first, alias, self));
    const trust = { ...log.trust, witnesses: [first.key, alias.key, self.key] };
    expect((await verify(log, { trust })).witnessed.witnesses).toEqual([first.key.name]);
  });

  test('that the caller does not know count for nothing', async () => {
    const log = sampleLog(entriesOf(7));
    edit(log, 'checkpoint', (note) => cosigned(note, first));
    expect((await verify(log)).witnessed).toEqual({ entries: 0, witnesses: [], of: 0 });
  });
});

describe('checks of the caller', () => {
  test('see every entry once, in order, and may refuse it', async () => {
    const seen: number[] = [];
    const report = await verify(sampleLog(entriesOf(300)), {
      checkEntry: (entry, index) => {
        seen.push(index);
        return toHex(entry) === toHex(utf8('entry 280')) ? 'not to be' : undefined;
      },
    });
    expect(seen).toEqual(Array.from({ length: 300 }, (_, index) => index));
    expect(report.problems).toEqual([{ code: 'entry-refused', message: 'not to be', index: 280 }]);
    expect(report.ok).toBe(false);
  });

  test('a source that fails is a fault, not a finding', async () => {
    const log = sampleLog(entriesOf(5));
    const source = {
      ...log.source,
      readBundle: () => Promise.reject(new Error('disk')),
    };
    await expect(verifyLog({ source, trust: log.trust })).rejects.toThrow('disk');
  });

  test('an aborted verification has no report', async () => {
    await expect(verify(sampleLog(entriesOf(5)), { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'guard.aborted',
    });
  });
});

describe('a receipt', () => {
  const entries = entriesOf(600);
  const log = sampleLog(entries);
  const receiptFor = async (index: number) => {
    const root = treeRoot(
      hasher,
      entries.map((entry) => hasher.leaf(entry)),
    );
    const reader = tileHashReader({ hasher, size: 600, root, readTile: log.source.readTile });
    const proof = await proveInclusion(hasher, reader, index, 600);
    return formatReceipt({ index, proof, checkpoint: log.files.get('checkpoint')! });
  };

  test('proves its entry offline', async () => {
    for (const index of [0, 255, 256, 599]) {
      expect(await verifyReceipt(await receiptFor(index), entries[index]!, log.trust)).toEqual({
        ok: true,
        origin: 'example.org/log',
        index,
        size: 600,
        witnesses: [],
        problems: [],
      });
    }
  });

  test('proves no other entry', async () => {
    const report = await verifyReceipt(await receiptFor(7), entries[8]!, log.trust);
    expect([report.ok, report.problems.map(({ code }) => code)]).toEqual([false, ['inclusion-invalid']]);
  });

  test('proves nothing without a key of the caller, or with too few witnesses', async () => {
    const receipt = await receiptFor(7);
    const keyless = await verifyReceipt(receipt, entries[7]!, { ...log.trust, keys: [] });
    expect([keyless.ok, keyless.problems.map(({ code }) => code)]).toEqual([false, ['no-trusted-key']]);
    const unseen = await verifyReceipt(receipt, entries[7]!, { ...log.trust, minimumWitnesses: 1 });
    expect([unseen.ok, unseen.problems.map(({ code }) => code)]).toEqual([false, ['witnesses-missing']]);
  });

  test('with any bit flipped proves nothing', async () => {
    const receipt = await receiptFor(300);
    await fc.assert(
      fc.asyncProperty(fc.nat(receipt.length - 1), fc.nat(7), async (at, bit) => {
        const altered = receipt.map((byte, index) => (index === at ? byte ^ (1 << bit) : byte));
        expect((await verifyReceipt(altered, entries[300]!, log.trust)).ok).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  test('that is none is malformed', async () => {
    const report = await verifyReceipt(utf8('nonsense'), entries[0]!, log.trust);
    expect([report.ok, report.problems.map(({ code }) => code)]).toEqual([false, ['receipt-malformed']]);
  });
});
