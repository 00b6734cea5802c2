// What is verified here: what holds passes, and each thing that does not fails by its own check.
import { createHmac } from 'node:crypto';
import {
  addSignatures,
  cosign,
  createReceipt,
  formatVerifierKey,
  parseNote,
  plainSha256,
} from '@writ/core/proof';
import { sampleLog, sampleMlDsaSigner, sampleSigner } from '@writ/core/testing';
import { beforeAll, expect, test } from 'vitest';
import {
  type Check,
  type Evidence,
  isProven,
  type Shown,
  verifyEvidence,
} from '../src/verify/verify-evidence.ts';
import { verifyByWebCrypto } from '../src/verify/web-signatures.ts';

const LOG = sampleSigner('example.org/log', 1);
const MIRROR = sampleSigner('plane.example/mirror', 2, 'cosignature/v1');
const BELIEVED = { log: [formatVerifierKey(LOG.key)], cosigners: [formatVerifierKey(MIRROR.key)] };
const SALT = Buffer.alloc(32, 7);
const OPENED = createHmac('sha256', SALT)
  .update('["example.org/log","A","subject",{"agent":"bot"}]')
  .digest('base64');
const ENTRY = { origin: 'example.org/log', id: 'A', commitments: [{ field: 'subject', value: OPENED }] };
const FIELD = { field: 'subject', value: { agent: 'bot' }, salt: SALT.toString('base64') };
const SHOWN: Shown = { receipt: 'example.org/log#2', entry: ENTRY };
let evidence: Evidence;

beforeAll(async () => {
  const bytes = Buffer.from(JSON.stringify(ENTRY));
  const log = sampleLog([Buffer.from('a'), Buffer.from('b'), bytes, Buffer.from('c')], LOG);
  const checkpoint = log.files.get('checkpoint') ?? new Uint8Array();
  const cosigned = cosignedBy(checkpoint);
  const proof = await createReceipt(
    { checkpoint: cosigned, readTile: log.source.readTile, sha256: plainSha256 },
    2,
  );
  evidence = {
    entry: bytes.toString('base64'),
    proof: Buffer.from(proof).toString(),
    disclosed: [FIELD],
  };
});

function cosignedBy(checkpoint: Uint8Array, signer = MIRROR): Uint8Array {
  const { text } = parseNote(checkpoint);
  return addSignatures(checkpoint, [cosign(text, signer, 1_790_000_000)]);
}

async function made(
  change: Partial<Evidence> = {},
  shown = SHOWN,
  believed = BELIEVED,
): Promise<readonly Check[]> {
  const checks: Check[] = [];
  for await (const check of verifyEvidence({ ...evidence, ...change }, shown, believed, verifyByWebCrypto))
    checks.push(check);
  return checks;
}

const statuses = (checks: readonly Check[]): Readonly<Record<string, string>> =>
  Object.fromEntries(checks.map(({ name, status }) => [name, status]));
const PASSED = {
  entry: 'passed',
  inclusion: 'passed',
  checkpoint: 'passed',
  cosignature: 'passed',
  disclosed: 'passed',
};

test('what is genuine passes each check', async () => {
  const checks = await made();
  expect(statuses(checks)).toEqual(PASSED);
  expect(isProven(checks)).toBe(true);
});

const flipped = (base64: string, at: number): string => {
  const bytes = Buffer.from(base64, 'base64');
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return bytes.toString('base64');
};
/** With one bit of line `line` of the proof turned. */
const proofFlipped = (line: number): string =>
  evidence.proof
    .split('\n')
    .map((text, at) => (at === line ? flipped(text, 5) : text))
    .join('\n');

test.each<[string, () => readonly [Partial<Evidence>, Shown?], Readonly<Record<string, string>>]>([
  [
    'an entry of which one bit was turned',
    () => [{ entry: flipped(evidence.entry, 12) }],
    { entry: 'failed', inclusion: 'failed', disclosed: 'failed' },
  ],
  [
    'an entry whose members stand in another order',
    () => [
      {
        entry: Buffer.from(
          JSON.stringify({ commitments: ENTRY.commitments, id: 'A', origin: ENTRY.origin }),
        ).toString('base64'),
      },
    ],
    { inclusion: 'failed' },
  ],
  [
    'white space in the entry',
    () => [{ entry: Buffer.from(JSON.stringify(ENTRY, null, 1)).toString('base64') }],
    { entry: 'failed', inclusion: 'failed' },
  ],
  [
    'a page that shows another entry',
    () => [{}, { ...SHOWN, entry: { ...ENTRY, id: 'B' } }],
    { entry: 'failed' },
  ],
  [
    'a page that shows another place',
    () => [{}, { ...SHOWN, receipt: 'example.org/log#1' }],
    { entry: 'failed' },
  ],
  ['a path of which one bit was turned', () => [{ proof: proofFlipped(2) }], { inclusion: 'failed' }],
  [
    'a root of which one bit was turned',
    () => [{ proof: proofFlipped(7) }],
    { inclusion: 'failed', checkpoint: 'failed', cosignature: 'failed' },
  ],
  [
    'a value that was not committed to',
    () => [{ disclosed: [{ ...FIELD, value: { agent: 'cat' } }] }],
    { disclosed: 'failed' },
  ],
  ['nothing disclosed', () => [{ disclosed: [] }], { disclosed: 'not-made' }],
  [
    'no proof',
    () => [{ proof: 'nothing' }],
    { inclusion: 'failed', checkpoint: 'failed', cosignature: 'failed' },
  ],
])('%s fails by its own check', async (_what, change, expected) => {
  const [parts, shown] = change();
  const checks = await made(parts, shown);
  expect(statuses(checks)).toEqual({ ...PASSED, ...expected });
  expect(isProven(checks)).toBe(!Object.values(expected).includes('failed'));
});

test.each<[string, typeof BELIEVED, Readonly<Record<string, string>>, boolean]>([
  [
    'a key of somebody else is not the log’s',
    { ...BELIEVED, log: [formatVerifierKey(sampleSigner('example.org/log', 9).key)] },
    { checkpoint: 'failed', cosignature: 'failed' },
    false,
  ],
  ['no key proves nothing', { ...BELIEVED, log: [] }, { checkpoint: 'failed', cosignature: 'failed' }, false],
  [
    'what is no key proves nothing',
    { ...BELIEVED, log: ['x'] },
    { checkpoint: 'failed', cosignature: 'failed' },
    false,
  ],
  [
    'a mirror that did not sign is told',
    { ...BELIEVED, cosigners: [formatVerifierKey(sampleSigner('other/mirror', 3, 'cosignature/v1').key)] },
    { cosignature: 'failed' },
    false,
  ],
  ['no mirror is no failure', { ...BELIEVED, cosigners: [] }, { cosignature: 'not-made' }, true],
  [
    'a key that browsers cannot check is said, and proves nothing',
    { log: [formatVerifierKey(sampleMlDsaSigner('example.org/log', 4).key)], cosigners: [] },
    { checkpoint: 'not-made', cosignature: 'not-made' },
    false,
  ],
])('%s', async (_what, believed, expected, isGood) => {
  const checks = await made({}, SHOWN, believed);
  expect(statuses(checks)).toEqual({ ...PASSED, ...expected });
  expect(isProven(checks)).toBe(isGood);
});

test('a log’s own key vouches for itself once: it is no cosigner', async () => {
  const checks = await made({}, SHOWN, { ...BELIEVED, cosigners: BELIEVED.log });
  expect(statuses(checks)['cosignature']).toBe('failed');
});
