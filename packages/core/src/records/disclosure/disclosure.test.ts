import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { LOG_FOLDER } from '../../audit/index.ts';
import { verifySignature } from '../../identity/index.ts';
import { createReceipt, tilePath, type Trust } from '../../proof/index.ts';
import { eraseSubject } from '../erasure/index.ts';
import { aboutDraft, ANN, BOB, erasingLog, type ErasingLog, scratchFolder, write } from '../fixtures.ts';
import { checkDisclosure, createDisclosure, disclosedFields } from './disclosure.ts';

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();

interface Shown {
  readonly erasing: ErasingLog;
  readonly trust: Trust;
  readonly index: number;
  /** The file that shows `names`. */
  readonly disclose: (...names: readonly string[]) => Promise<string>;
}

let shown: Shown;
beforeEach(async () => {
  const path = scratchFolder();
  const erasing = await erasingLog(path);
  const index = await write(
    erasing,
    aboutDraft('1', [ANN, BOB], { method: 'tools/call', reasons: ['r'], arguments: { to: ANN } }),
  );
  await erasing.open.publish();
  const folder = join(path, LOG_FOLDER);
  const { verifierKey } = erasing.open;
  shown = {
    erasing,
    index,
    trust: {
      keys: [verifierKey],
      sha256,
      verifySignature: (publicKey, message, signature) => verifySignature({ publicKey }, message, signature),
    },
    disclose: async (...names) => {
      const checkpoint = readFileSync(join(folder, 'checkpoint'));
      const readTile = (tile: Parameters<typeof tilePath>[0]) => readFileSync(join(folder, tilePath(tile)));
      const proof = await createReceipt({ checkpoint, readTile, sha256 }, index);
      const { reader } = erasing.open;
      return createDisclosure(reader.entry(index).bytes, proof, disclosedFields(reader, index, names));
    },
  };
});

const check = (text: string, trust = shown.trust) => checkDisclosure(Buffer.from(text), trust);

test('a disclosed field is proven with a key that the verifier brought, and nothing else is shown', async () => {
  const file = await shown.disclose('method');
  expect(await check(file)).toMatchObject({
    ok: true,
    kind: 'decision',
    fields: { method: 'tools/call' },
    problems: [],
    receipt: { index: shown.index },
  });
  expect(file).not.toContain(ANN);
  const { salts } = shown.erasing.open.reader.body(shown.index) as { salts: Record<string, string> };
  for (const name of ['arguments', 'reasons', 'session']) expect(file).not.toContain(salts[name]);
});

test.each<[string, (file: Record<string, unknown>) => unknown]>([
  ['another value', (file) => ({ ...file, fields: [{ ...first(file), value: 'tools/list' }] })],
  ['the salt of another field', (file) => ({ ...file, fields: [{ ...first(file), field: 'reasons' }] })],
  [
    'another field that nobody committed to',
    (file) => ({ ...file, fields: [{ ...first(file), field: 'x' }] }),
  ],
  ['another entry', (file) => ({ ...file, entry: Buffer.from('{}').toString('base64') })],
  ['no field', (file) => ({ ...file, fields: [] })],
  ['another type', (file) => ({ ...file, type: 'x' })],
  ['no proof', (file) => ({ ...file, proof: '' })],
])('a disclosure with %s shows nothing', async (_what, change) => {
  const file = JSON.parse(await shown.disclose('method')) as Record<string, unknown>;
  const report = await check(JSON.stringify(change(file)));
  expect(report.ok).toBe(false);
  expect(report.problems).not.toEqual([]);
});

test('without a trusted key it proves nothing', async () => {
  expect(await check(await shown.disclose('method'), { ...shown.trust, keys: [] })).toMatchObject({
    ok: false,
  });
  expect(await check('not JSON')).toMatchObject({ ok: false, fields: {} });
});

test('what was erased cannot be disclosed any more; what was left of the entry can', async () => {
  const { erasing, index } = shown;
  const before = await shown.disclose('method', 'arguments');
  await eraseSubject({ log: erasing.log, reseal: erasing.reseal, identifiers: [ANN] });
  await expect(shown.disclose('arguments')).rejects.toThrow(`\`arguments\` of entry ${index} was erased`);
  await expect(shown.disclose('amount')).rejects.toThrow('has no field `amount`');
  await erasing.open.publish();
  expect(await check(await shown.disclose('method'))).toMatchObject({ ok: true });
  // What was handed out before is in other hands, and proves what it proved.
  expect(await check(before)).toMatchObject({ ok: true });
});

function first(file: Record<string, unknown>): object {
  return (file['fields'] as readonly object[])[0] ?? {};
}
