import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { utf8 } from '../../kernel/index.ts';
import { sampleEntries, type SampleLog, sampleLog, sampleSigner } from '../../testing/index.ts';
import { formatCheckpoint, signNote } from '../note/index.ts';
import { encodeBundle, parseBundle } from '../tiles/index.ts';
import { type LogReport, type ProblemCode, verifyLog } from './index.ts';

const signer = sampleSigner('example.org/log', 1);

async function verify(log: SampleLog): Promise<LogReport> {
  return verifyLog({ source: log.source, trust: log.trust });
}

function codes(report: LogReport): readonly ProblemCode[] {
  return report.problems.map(({ code }) => code);
}

const flip =
  (at: number) =>
  (bytes: Uint8Array): Uint8Array =>
    bytes.map((byte, index) => (index === at ? byte ^ 1 : byte));

/** Changes the entries of the bundle at `path`, well-formed before and after. */
function editEntries(log: SampleLog, path: string, change: (entries: Uint8Array[]) => Uint8Array[]): void {
  log.edit(path, (bytes) => encodeBundle(change([...parseBundle(bytes)])));
}

describe('tampering', () => {
  test('with an entry is caught although its bundle stays well-formed, and named', async () => {
    const log = sampleLog(sampleEntries(600));
    editEntries(log, 'tile/entries/001', (entries) => entries.with(44, utf8('forged 300')));
    const report = await verify(log);
    expect(report.ok).toBe(false);
    expect(report.problems.map(({ code, index, place }) => [code, index, place])).toEqual([
      ['leaf-mismatch', 300, 'tile/0/001'],
      ['root-mismatch', undefined, 'checkpoint'],
    ]);
  });

  test('with an entry and every tile over it is caught: the root is recomputed from the entries', async () => {
    const genuine = sampleLog(sampleEntries(600));
    const forged = sampleLog(sampleEntries(600).with(300, utf8('forged')));
    forged.files.set('checkpoint', genuine.files.get('checkpoint')!);
    const report = await verify(forged);
    expect(report.ok).toBe(false);
    expect(codes(report)).toEqual(['root-mismatch']);
  });

  test('with entries alone is caught where all tiles are genuine', async () => {
    const log = sampleLog(sampleEntries(256));
    log.files.set('tile/entries/000', sampleLog(sampleEntries(256, 'forged')).files.get('tile/entries/000')!);
    const report = await verify(log);
    expect(report.ok).toBe(false);
    expect(codes(report)).toContain('root-mismatch');
  });

  test.each([
    ['a leaf of a full tile', 'tile/0/001', 32 * 7, ['leaf-mismatch']],
    ['a leaf of a partial tile', 'tile/0/002.p/88', 0, ['leaf-mismatch']],
    ['a hash above the leaves', 'tile/1/000.p/2', 32, ['tile-mismatch']],
  ])('with %s is caught and named', async (_why, path, at, expected) => {
    const log = sampleLog(sampleEntries(600));
    log.edit(path, flip(at));
    const report = await verify(log);
    expect(report.ok).toBe(false);
    expect(codes(report)).toEqual(expected);
    expect(report.problems[0]!.place).toBe(path);
  });

  test('by swapping two tiles is caught at both', async () => {
    const log = sampleLog(sampleEntries(600));
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
    const log = sampleLog(sampleEntries(600));
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
    const log = sampleLog(sampleEntries(600));
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
    const log = sampleLog(sampleEntries(600));
    log.edit(path, (bytes) => bytes.slice(0, -1));
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
        const log = sampleLog(sampleEntries(40));
        editEntries(log, PATH, change(at, other));
        const report = await verify(log);
        expect(report.ok).toBe(false);
        expect(report.problems.length).toBeGreaterThan(0);
      }),
      { numRuns: 60 },
    );
  });

  test('by flipping any one bit of any file is caught', async () => {
    const genuine = sampleLog(sampleEntries(300));
    const paths = [...genuine.files.keys()];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), fc.nat(), fc.nat(7), async (path, seed, bit) => {
        const log = sampleLog(sampleEntries(300));
        log.edit(path, (bytes) =>
          bytes.map((byte, index) => (index === seed % bytes.length ? byte ^ (1 << bit) : byte)),
        );
        expect((await verify(log)).ok).toBe(false);
      }),
      { numRuns: 150 },
    );
  });

  test('beyond a hundred problems ends the list and the reading, never with ok', async () => {
    const log = sampleLog(sampleEntries(1));
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
