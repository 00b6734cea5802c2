import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { utf8 } from '../../kernel/index.ts';
import { sha256 } from '../../kernel/crypto/index.ts';
import { sampleEntries, sampleLog } from '../../testing/index.ts';
import { byteTreeHasher, proveInclusion, treeRoot } from '../merkle/index.ts';
import { formatReceipt } from '../note/index.ts';
import { tileHashReader } from '../tiles/index.ts';
import { verifyReceipt } from './index.ts';

const hasher = byteTreeHasher(sha256);

describe('a receipt', () => {
  const entries = sampleEntries(600);
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

  test('proves nothing where the quorum of the caller is not met, however many cosigned', async () => {
    const receipt = await receiptFor(7);
    const asked: number[] = [];
    const hasQuorum = (cosigners: readonly unknown[]): boolean => asked.push(cosigners.length) === 0;
    const refused = await verifyReceipt(receipt, entries[7]!, { ...log.trust, hasQuorum });
    expect([refused.ok, refused.problems.map(({ code }) => code)]).toEqual([false, ['witnesses-missing']]);
    expect(asked).toEqual([0]);
    expect(await verifyReceipt(receipt, entries[7]!, { ...log.trust, hasQuorum: () => true })).toMatchObject({
      ok: true,
    });
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
