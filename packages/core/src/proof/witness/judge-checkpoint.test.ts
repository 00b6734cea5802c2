import { describe, expect, test } from 'vitest';
import { fromHex, toBase64, toHex, utf8 } from '../../kernel/index.ts';
import { sha256 } from '../../kernel/crypto/index.ts';
import { sampleEntries, sampleLog, sampleSigner, verifyWithNode } from '../../testing/index.ts';
import { byteTreeHasher } from '../merkle/index.ts';
import {
  addSignatures,
  createVerifierKey,
  formatCheckpoint,
  signNote,
  type VerifierKey,
} from '../note/index.ts';
import {
  formatAddCheckpoint,
  judgeSubmission,
  openSubmission,
  type Submission,
  type TreeHead,
} from './index.ts';

const hasher = byteTreeHasher(sha256);

// Requests of another implementation's log, published with the tests of litewitness.
const ORIGIN = 'sigsum.org/v1/tree/4d6d8825a6bb689d459628312889dfbb0bcd41b5211d9e1ce768b0ff0309e562';
const KEY = createVerifierKey(
  sha256,
  ORIGIN,
  'ed25519',
  fromHex('ffdc2d4d98e4124d3feaf788c0c2f9abfd796083d1f0495437f302ec79cf100f'),
);
const TO_1 = `old 0

${ORIGIN}
1
KgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=

— ${ORIGIN} UgIom7fPZTqpxWWhyjWduBvTvGVqsokMbqTArsQilegKoFBJQjUFAmQ0+YeSPM3wfUQMFSzVnnNuWRTYrajXpNUbIQY=
`;
const TO_3 = `old 1
KgEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
KgIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=

${ORIGIN}
3
RcCI1Nk56ZcSmIEfIn0SleqtV7uvrlXNccFx595Iwl0=

— ${ORIGIN} UgIom2VbtIcdFbwFAy1n7s6IkAxIY6J/GQOTuZF2ORV39d75cbAj2aQYwyJre36kezNobZs4SUUdrcawfAB8WVrx6go=
`;
const TO_5 = `old 1
KgEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
+fUDV+k970B4I3uKrqJM4aP1lloPZP8mvr2Z4wRw2LI=
KgQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=

${ORIGIN}
5
QrtXrQZCCvpIgsSmOsah7HdICzMLLyDfxToMql9WTjY=

— ${ORIGIN} UgIomw/EOJmWi0i1FQsOj+etB7F8IccFam/jgd6wzRns4QPVmyEZtdvl1U2KEmLOZ/ASRcWJi0tW90dJWAShei7sDww=
`;
const EMPTY: TreeHead = { size: 0, root: hasher.emptyRoot };

const open = (body: string | Uint8Array, keys: readonly VerifierKey[] = [KEY]) =>
  openSubmission(
    typeof body === 'string' ? utf8(body) : body,
    (origin) => (origin === keys[0]!.name ? keys : undefined),
    verifyWithNode,
  );

async function opened(body: string | Uint8Array, keys: readonly VerifierKey[] = [KEY]): Promise<Submission> {
  const submission = await open(body, keys);
  if ('status' in submission) throw new Error(submission.reason);
  return submission;
}

describe('a witness', () => {
  test('accepts what a log of another implementation sends, each from the size before', async () => {
    const one = await opened(TO_1);
    expect(judgeSubmission(hasher, EMPTY, one)).toBeUndefined();
    expect(judgeSubmission(hasher, one.checkpoint, await opened(TO_3))).toBeUndefined();
    const five = await opened(TO_5);
    expect(judgeSubmission(hasher, one.checkpoint, five)).toBeUndefined();
    expect(toHex(five.checkpoint.root)).toBe(
      '42bb57ad06420afa4882c4a63ac6a1ec77480b330b2f20dfc53a0caa5f564e36',
    );
    // The race of the specification: the smaller one, judged after the larger was taken, would roll it back.
    expect(judgeSubmission(hasher, five.checkpoint, await opened(TO_3))).toMatchObject({
      status: 409,
      size: 5,
    });
  });

  test.each([
    [
      'more than 63 hashes',
      TO_1.replace('\n\n', `\n${'KgEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n'.repeat(64)}\n`),
      400,
    ],
    ['an unknown origin', TO_1.replaceAll(ORIGIN, 'example.com/log'), 404],
    ['another size than was signed', TO_3.replace('\n3\n', '\n4\n'), 403],
    ['a signature by an unknown key alone', TO_1.replace('UgIom7', 'UgIon7'), 403],
    ['an old size beyond the checkpoint', TO_1.replace('old 0', 'old 2'), 400],
    ['no checkpoint in its note', 'old 0\n\nhello\n\n\u2014 a AAAAAAA=\n', 400],
    ['nothing', '', 400],
  ])('refuses a request with %s before it looks at its records', async (_why, body, status) => {
    expect(await open(body)).toMatchObject({ status });
  });

  const log = sampleLog(sampleEntries(3));
  const { signer } = log;
  const at = (size: number, root: Uint8Array): Uint8Array =>
    signNote(formatCheckpoint({ origin: signer.key.name, size, root }), [signer]);
  const leaf = hasher.leaf(utf8('entry 0'));

  test.each([
    ['an empty tree', EMPTY, 0, at(0, hasher.emptyRoot), [], undefined],
    ['an empty tree of another root', EMPTY, 0, at(0, leaf), [], 422],
    ['an empty tree with a proof', EMPTY, 0, at(0, hasher.emptyRoot), [leaf], 422],
    ['a first tree', EMPTY, 0, at(1, leaf), [], undefined],
    ['a first tree with a proof', EMPTY, 0, at(1, leaf), [leaf], 422],
    ['the same tree again', { size: 1, root: leaf }, 1, at(1, leaf), [], undefined],
    ['the same tree again with a proof', { size: 1, root: leaf }, 1, at(1, leaf), [leaf], 422],
    ['another root at the same size', { size: 1, root: leaf }, 1, at(1, hasher.leaf(utf8('x'))), [], 409],
    ['another old size than is recorded', { size: 1, root: leaf }, 0, at(2, leaf), [], 409],
    ['a smaller tree than is recorded', { size: 3, root: leaf }, 1, at(2, leaf), [leaf], 409],
    ['a larger tree without a proof', { size: 1, root: leaf }, 1, at(2, leaf), [], 422],
    ['a fork', { size: 1, root: hasher.leaf(utf8('x')) }, 1, at(2, hasher.node(leaf, leaf)), [leaf], 422],
    ['a larger tree', { size: 1, root: leaf }, 1, at(2, hasher.node(leaf, leaf)), [leaf], undefined],
  ])(
    'what it is handed is judged: %s',
    async (_what, latest: TreeHead, oldSize, checkpoint, proof, status) => {
      const body = formatAddCheckpoint({ oldSize, proof, checkpoint });
      const refused = judgeSubmission(hasher, latest, await opened(body, [signer.key]));
      expect(refused?.status).toBe(status);
      if (refused?.status === 409) expect(refused.size).toBe(latest.size);
    },
  );

  test('ignores signatures by unknown keys and refuses a bad one by a known key', async () => {
    const stranger = sampleSigner('example.org/stranger', 9);
    const text = formatCheckpoint({ origin: signer.key.name, size: 1, root: leaf });
    const both = signNote(text, [signer, stranger]);
    const request = { oldSize: 0, proof: [], checkpoint: both };
    expect(await open(formatAddCheckpoint(request), [signer.key])).toMatchObject({ text });
    const bad = { name: signer.key.name, keyId: signer.key.keyId, signature: new Uint8Array(64) };
    const checkpoint = addSignatures(both, [bad]);
    expect(await open(formatAddCheckpoint({ ...request, checkpoint }), [signer.key])).toMatchObject({
      status: 403,
    });
  });

  test('signs the text with its extension lines', async () => {
    const text = `${signer.key.name}\n0\n${toBase64(hasher.emptyRoot)}\nextension\n`;
    const body = formatAddCheckpoint({ oldSize: 0, proof: [], checkpoint: signNote(text, [signer]) });
    expect((await opened(body, [signer.key])).text).toBe(text);
  });
});
