/** Cosignatures with ML-DSA-44. Where this Node has no ML-DSA the tests that sign or verify are skipped, which vitest prints. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { concatBytes, fromBase64, isFault, toHex, utf8 } from '../../kernel/index.ts';
import { hasMlDsa44, sha256 } from '../../kernel/crypto/index.ts';
import { sampleMlDsaSigner, sampleSigner, verifyWithNode } from '../../testing/index.ts';
import {
  addSignatures,
  checkSignatures,
  cosign,
  createVerifierKey,
  formatVerifierKey,
  openNote,
  parseCosignature,
  parseNote,
  parseVerifierKey,
  signNote,
  subtreeMessage,
} from '../note/index.ts';

const ROOT = 'CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=';
const TEXT = `example.com/behind-the-sofa\n20852163\n${ROOT}\n`;
const log = sampleSigner('example.com/behind-the-sofa', 1);

// A log key and the checkpoint it signed, published with the tests of litewitness; another implementation made both.
const FILE = readFileSync(join(import.meta.dirname, 'fixtures', 'ml-dsa-44-log.txt'), 'utf8');
const KEY_TEXT = FILE.slice(0, FILE.indexOf('\n'));
const CHECKPOINT = utf8(FILE.slice(FILE.indexOf('\n') + 1));

test('an ML-DSA-44 verifier key has the id that others compute', () => {
  const key = parseVerifierKey(sha256, KEY_TEXT);
  expect([key.algorithm, key.publicKey.length]).toEqual(['ml-dsa-44', 1312]);
  expect(formatVerifierKey(key)).toBe(KEY_TEXT);
});

test('the message is label, cosigner, time, origin, start, end and root, each behind its length', () => {
  const message = subtreeMessage('witness.example/w1', TEXT, 1_679_315_147);
  expect(toHex(message)).toBe(
    toHex(
      concatBytes(
        utf8('subtree/v1\n\0'),
        Uint8Array.of(18),
        utf8('witness.example/w1'),
        Uint8Array.of(0, 0, 0, 0, 0x64, 0x18, 0x50, 0xcb),
        Uint8Array.of(27),
        utf8('example.com/behind-the-sofa'),
        new Uint8Array(8),
        Uint8Array.of(0, 0, 0, 0, 0x01, 0x3e, 0x2d, 0xc3),
        fromBase64(ROOT),
      ),
    ),
  );
});

test.each([
  ['extension lines, which it would not cover', 'w', `${TEXT}extension\n`, 'note.malformed'],
  ['a name of 256 bytes', 'w'.repeat(256), TEXT, 'note.malformed'],
  ['an origin of 256 bytes', 'w', `${'o'.repeat(256)}\n0\n${ROOT}\n`, 'note.malformed'],
  ['a text that is no checkpoint', 'w', 'hello\n', 'checkpoint.malformed'],
] as const)('no message is made of %s', (_what, name, text, code) => {
  expect(() => subtreeMessage(name, text, 1)).toThrow(expect.toSatisfy((fault) => isFault(fault, code)));
});

test.each([
  ['of another length', 'w', 1311],
  ['whose name no statement could hold', 'w'.repeat(256), 1312],
])('a key %s is malformed', (_what, name, length) => {
  expect(() => createVerifierKey(sha256, name, 'ml-dsa-44', new Uint8Array(length))).toThrow(
    expect.toSatisfy((fault) => isFault(fault, 'key.malformed')),
  );
});

describe.runIf(hasMlDsa44())('with ML-DSA-44 in this Node', () => {
  test('the checkpoint that another implementation signed opens, and no altered one does', async () => {
    const key = parseVerifierKey(sha256, KEY_TEXT);
    const note = parseNote(CHECKPOINT);
    expect(await openNote(note, [key], verifyWithNode)).toEqual([{ key, timeSeconds: 0 }]);
    const altered = { ...note, text: note.text.replace('\n1\n', '\n2\n') };
    await expect(openNote(altered, [key], verifyWithNode)).rejects.toMatchObject({ code: 'note.unverified' });
  });

  test('a cosignature verifies under its key with its time, beside one of Ed25519', async () => {
    const postQuantum = sampleMlDsaSigner('witness.example/pq', 4);
    const classic = sampleSigner('witness.example/w1', 3, 'cosignature/v1');
    const lines = [cosign(TEXT, classic, 7), cosign(TEXT, postQuantum, 8)];
    const note = parseNote(addSignatures(signNote(TEXT, [log]), lines));
    const keys = [log.key, classic.key, postQuantum.key];
    expect(await openNote(note, keys, verifyWithNode)).toEqual([
      { key: log.key },
      { key: classic.key, timeSeconds: 7 },
      { key: postQuantum.key, timeSeconds: 8 },
    ]);
    expect(parseCosignature(lines[1]!.signature, 'ml-dsa-44').timeSeconds).toBe(8);
  });

  test.each([
    ['another name', 'witness.example/other', TEXT],
    ['another size', 'witness.example/pq', TEXT.replace('20852163', '20852164')],
    ['another origin', 'witness.example/pq', TEXT.replace('sofa', 'chair')],
    ['extension lines', 'witness.example/pq', `${TEXT}more\n`],
    ['a text that is no checkpoint', 'witness.example/pq', 'hello\n'],
  ])('a cosignature is refused under %s', async (_why, name, text) => {
    const signer = sampleMlDsaSigner('witness.example/pq', 4);
    const key = createVerifierKey(sha256, name, 'ml-dsa-44', signer.key.publicKey);
    const line = { ...cosign(TEXT, signer, 8), name, keyId: key.keyId };
    const checked = await checkSignatures({ text, signatures: [line] }, [key], verifyWithNode);
    expect([checked.verified, checked.refused]).toEqual([[], [line]]);
  });

  test('signs no plain note', () => {
    const signer = sampleMlDsaSigner('witness.example/pq', 4);
    expect(() => signNote(TEXT, [signer])).toThrow('signs as ml-dsa-44');
    expect(() => cosign('hello\n', signer, 1)).toThrow('checkpoint');
  });
});
