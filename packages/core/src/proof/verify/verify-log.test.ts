import { describe, expect, test } from 'vitest';
import { toHex, utf8 } from '../../kernel/index.ts';
import { sha256 } from '../../kernel/crypto/index.ts';
import {
  sampleEntries,
  type SampleLog,
  sampleLog,
  sampleSigner,
  sourceOfFiles,
} from '../../testing/index.ts';
import { byteTreeHasher, treeRoot } from '../merkle/index.ts';
import {
  addSignatures,
  cosign,
  formatCheckpoint,
  parseNote,
  signNote,
  type VerifierKey,
} from '../note/index.ts';
import { type LogReport, type ProblemCode, verifyLog, type VerifyLogOptions } from './index.ts';

const hasher = byteTreeHasher(sha256);
const signer = sampleSigner('example.org/log', 1);

type More = Partial<Omit<VerifyLogOptions, 'source'>>;

async function verify(log: SampleLog, more: More = {}): Promise<LogReport> {
  return verifyLog({ source: log.source, trust: log.trust, ...more });
}

function codes(report: LogReport): readonly ProblemCode[] {
  return report.problems.map(({ code }) => code);
}

describe('an untouched log', () => {
  test.each([0, 1, 2, 255, 256, 257, 512, 700])('of %i entries verifies', async (size) => {
    const log = sampleLog(sampleEntries(size));
    const report = await verify(log);
    expect(report).toMatchObject({ ok: true, origin: 'example.org/log', size, uncovered: 0, problems: [] });
    expect(toHex(report.root!)).toBe(
      toHex(
        treeRoot(
          hasher,
          sampleEntries(size).map((entry) => hasher.leaf(entry)),
        ),
      ),
    );
  });

  test('with three levels of tiles verifies', async () => {
    const log = sampleLog(sampleEntries(65_536 + 300));
    expect(await verify(log, { noted: [1, 256, 60_000, 65_536].map(log.checkpointAt) })).toMatchObject({
      ok: true,
      problems: [],
    });
  });

  test('verifies although a partial tile and bundle were dropped for the full ones, whose rest is uncovered', async () => {
    const log = sampleLog(sampleEntries(300));
    log.files.set('checkpoint', log.checkpointAt(270));
    const full = sampleLog(sampleEntries(512));
    for (const path of ['tile/0/001', 'tile/entries/001']) log.files.set(path, full.files.get(path)!);
    log.files.set('tile/1/000.p/1', log.files.get('tile/1/000.p/1')!);
    expect(await verify(log)).toMatchObject({ ok: true, size: 270, uncovered: 242 });
  });

  test('counts what the source holds beyond the checkpoint', async () => {
    const log = sampleLog(sampleEntries(10));
    const source = { ...log.source, countEntries: () => 14 };
    expect(await verifyLog({ source, trust: log.trust })).toMatchObject({ ok: true, uncovered: 4 });
  });
});

describe('trust', () => {
  const log = sampleLog(sampleEntries(5));

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
    const forged = sampleLog(sampleEntries(5));
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
    const altered = sampleLog(sampleEntries(5));
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
    const rotated = sampleLog(sampleEntries(5));
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

describe('a checkpoint noted earlier', () => {
  test('larger than the log names both sizes: the tail was cut', async () => {
    const longer = sampleLog(sampleEntries(9));
    const cut = sampleLog(sampleEntries(5));
    const report = await verify(cut, { noted: [longer.checkpointAt(9)] });
    expect(codes(report)).toEqual(['tail-cut']);
    expect(report.problems[0]!.message).toMatch(/5 entries.*covers 9/);
    expect(report.ok).toBe(false);
  });

  test('as a size the log must reach, likewise', async () => {
    const report = await verify(sampleLog(sampleEntries(5)), { minimumSize: 9 });
    expect(codes(report)).toEqual(['tail-cut']);
    expect(report.problems[0]!.message).toMatch(/5 entries.*9/);
    expect(report.ok).toBe(false);
  });

  test('of the same size with another root proves a fork', async () => {
    const report = await verify(sampleLog(sampleEntries(5)), {
      noted: [sampleLog(sampleEntries(5, 'other')).checkpointAt(5)],
    });
    expect(codes(report)).toEqual(['fork']);
    expect(report.ok).toBe(false);
  });

  test.each([1, 4, 255, 256, 257, 299])(
    'of %i entries that are no longer the first is rewritten history',
    async (size) => {
      const rewritten = sampleLog(sampleEntries(300).with(0, utf8('rewritten')));
      const report = await verify(rewritten, { noted: [sampleLog(sampleEntries(300)).checkpointAt(size)] });
      expect(codes(report)).toEqual(['history-rewritten']);
      expect(report.ok).toBe(false);
    },
  );

  test('that the log extends is no problem, the empty one included', async () => {
    const log = sampleLog(sampleEntries(300));
    const noted = Array.from({ length: 301 }, (_, size) => log.checkpointAt(size));
    expect(await verify(log, { noted })).toMatchObject({ ok: true, problems: [] });
  });

  test('of no entries has the root of nothing', async () => {
    const log = sampleLog(sampleEntries(3));
    const text = formatCheckpoint({ origin: 'example.org/log', size: 0, root: new Uint8Array(32) });
    expect(codes(await verify(log, { noted: [signNote(text, [signer])] }))).toEqual(['history-rewritten']);
  });

  test('that no trusted key signed, of another log, or unreadable, is not passed over', async () => {
    const log = sampleLog(sampleEntries(5));
    const strange = sampleSigner('example.org/other', 2);
    const other = sampleLog(sampleEntries(5), strange);
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
    const log = sampleLog(sampleEntries(7));
    log.edit('checkpoint', (note) => cosigned(note, first, second));
    expect(await verify(log, { trust: withWitnesses(log, 2) })).toMatchObject({
      ok: true,
      witnessed: { entries: 7, witnesses: [first.key.name, second.key.name], of: 2 },
    });
  });

  test('of an earlier checkpoint cover the entries under it', async () => {
    const log = sampleLog(sampleEntries(7));
    const noted = [cosigned(log.checkpointAt(4), first), log.checkpointAt(6)];
    expect(await verify(log, { trust: withWitnesses(log), noted })).toMatchObject({
      ok: true,
      witnessed: { entries: 4, witnesses: [], of: 2 },
    });
  });

  test('that are too few are a problem', async () => {
    const log = sampleLog(sampleEntries(7));
    log.edit('checkpoint', (note) => cosigned(note, first));
    const report = await verify(log, { trust: withWitnesses(log, 2) });
    expect(codes(report)).toEqual(['witnesses-missing']);
    expect(report.problems[0]!.message).toMatch(new RegExp(`by 1 of 2 .*not by ${second.key.name}$`));
    expect(report.ok).toBe(false);
  });

  test('count once, however often they sign and whatever they are called, and a log is no witness of itself', async () => {
    const log = sampleLog(sampleEntries(7));
    const alias = sampleSigner('witness.example/alias', 21, 'cosignature/v1');
    const self = sampleSigner('witness.example/self', 1, 'cosignature/v1');
    log.edit('checkpoint', (note) => cosigned(note, first, first, alias, self));
    const trust = { ...log.trust, witnesses: [first.key, alias.key, self.key] };
    expect((await verify(log, { trust })).witnessed.witnesses).toEqual([first.key.name]);
  });

  test('are enough where the caller’s quorum says so, and nothing is witnessed where it does not', async () => {
    const log = sampleLog(sampleEntries(7));
    log.edit('checkpoint', (note) => cosigned(note, first));
    const asking = (wanted: typeof first) => ({
      ...withWitnesses(log),
      hasQuorum: (cosigners: readonly VerifierKey[]) => cosigners.includes(wanted.key),
    });
    expect(await verify(log, { trust: asking(first) })).toMatchObject({
      ok: true,
      witnessed: { entries: 7 },
    });
    const report = await verify(log, { trust: asking(second) });
    expect(report).toMatchObject({ ok: false, witnessed: { entries: 0, witnesses: [first.key.name] } });
    expect(codes(report)).toEqual(['witnesses-missing']);
  });

  test('that the caller does not know count for nothing', async () => {
    const log = sampleLog(sampleEntries(7));
    log.edit('checkpoint', (note) => cosigned(note, first));
    expect((await verify(log)).witnessed).toEqual({ entries: 0, witnesses: [], of: 0 });
  });
});

describe('checks of the caller', () => {
  test('see every entry once, in order, and may refuse it', async () => {
    const seen: number[] = [];
    const report = await verify(sampleLog(sampleEntries(300)), {
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
    const log = sampleLog(sampleEntries(5));
    const source = {
      ...log.source,
      readBundle: () => Promise.reject(new Error('disk')),
    };
    await expect(verifyLog({ source, trust: log.trust })).rejects.toThrow('disk');
  });

  test('an aborted verification has no report', async () => {
    await expect(verify(sampleLog(sampleEntries(5)), { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'guard.aborted',
    });
  });
});

describe('what is shown of an entry', () => {
  test('is not open where the entry commits to nothing that a commitment can be', async () => {
    const commitments = [false, null, undefined, ''].map((value, at) => ({ field: `f${at}`, value }));
    const entry = { origin: 'example.org/log', id: 'a', inputCommitment: false, commitments };
    const fields = Object.fromEntries(commitments.map(({ field }) => [field, 1]));
    const disclosed = new Map([[0, { body: { fields, salts: { f0: 'no salt' }, input: 1 } }]]);
    const report = await verify(sampleLog([utf8(JSON.stringify(entry))]), { disclosed });
    expect(report.opened).toBe(0);
    expect(codes(report).filter((code) => code === 'commitment-mismatch')).toHaveLength(5);
  });
});
