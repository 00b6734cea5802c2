import { describe, expect, test } from 'vitest';
import { fromUtf8, isFault, utf8 } from '../../kernel/index.ts';
import { sha256 } from '../../kernel/crypto/index.ts';
import { sampleEntries, sampleLog, sampleSigner, verifyWithNode } from '../../testing/index.ts';
import {
  addSignatures,
  cosign,
  createVerifierKey,
  formatVerifierKey,
  parseNote,
  parseReceipt,
  signNote,
} from '../note/index.ts';
import { type TileCoordinates, tilePath } from '../tiles/index.ts';
import {
  createReceipt,
  describeWitnessed,
  openWitnessed,
  parseTrustPolicy,
  type TrustPolicy,
  verifyWitnessedProof,
} from './index.ts';

const entries = sampleEntries(300);
const log = sampleLog(entries);
const bare = log.checkpointAt(300);
const { text } = parseNote(bare);
const [a, b, c] = [1, 2, 3].map((at) => sampleSigner(`w.example/${at}`, 10 + at, 'cosignature/v1'));
const vkey = formatVerifierKey;
const WITNESSES = `witness a ${vkey(a!.key)}\nwitness b ${vkey(b!.key)}\nwitness c ${vkey(c!.key)}\n`;

const policyOf = (rest: string): TrustPolicy =>
  parseTrustPolicy(sha256, utf8(`log ${vkey(log.signer.key)}\n${WITNESSES}${rest}\n`));
const TWO = policyOf('group g 2 a b c\nquorum g');

const cosigned = (...by: readonly (readonly [NonNullable<typeof a>, number])[]): Uint8Array =>
  addSignatures(
    bare,
    by.map(([signer, time]) => cosign(text, signer, time)),
  );

const open = (note: Uint8Array, policy = TWO) => openWitnessed(note, policy, verifyWithNode);

describe('a checkpoint under a trust policy', () => {
  test('says who cosigned, when, and whether that is enough', async () => {
    const witnessed = await open(cosigned([c!, 50], [a!, 70]));
    expect(witnessed.checkpoint.size).toBe(300);
    expect(witnessed.cosignedBy.map(({ witness, timeSeconds }) => [witness.name, timeSeconds])).toEqual([
      ['a', 70],
      ['c', 50],
    ]);
    expect([witnessed.hasQuorum, witnessed.of]).toEqual([true, 3]);
    expect(describeWitnessed(witnessed)).toBe('witnessed 2 of 3, enough for the quorum');
    const one = await open(cosigned([a!, 70]));
    expect([one.hasQuorum, one.timeSeconds]).toEqual([false, undefined]);
    expect(describeWitnessed(one)).toBe('witnessed 1 of 3, not enough for the quorum');
  });

  test('has the time that a quorum vouches for: one witness that lies does not move it', async () => {
    expect((await open(cosigned([a!, 9_999_999], [b!, 70]))).timeSeconds).toBe(70);
    expect((await open(cosigned([a!, 9_999_999], [b!, 70], [c!, 80]))).timeSeconds).toBe(80);
    expect((await open(cosigned([a!, 9], [b!, 70]), policyOf('quorum a'))).timeSeconds).toBe(9);
    expect((await open(cosigned([a!, 9]), policyOf('quorum none'))).timeSeconds).toBeUndefined();
  });

  test('counts a witness once however often it signs, by its latest signature', async () => {
    const witnessed = await open(cosigned([a!, 1], [a!, 2], [a!, 1]));
    expect(witnessed.cosignedBy.map(({ timeSeconds }) => timeSeconds)).toEqual([2]);
    expect(witnessed.hasQuorum).toBe(false);
  });

  test('is not vouched for by its own log', async () => {
    const own = createVerifierKey(sha256, 'w.example/own', 'cosignature/v1', log.signer.key.publicKey);
    const policy = parseTrustPolicy(
      sha256,
      utf8(`log ${vkey(log.signer.key)}\nwitness o ${vkey(own)}\nquorum o\n`),
    );
    const note = addSignatures(bare, [cosign(text, { key: own, sign: log.signer.sign }, 1)]);
    expect((await open(note, policy)).hasQuorum).toBe(false);
  });

  test.each([
    ['by no log of the policy', signNote(text, [sampleSigner('example.org/other', 5)])],
    [
      'by the key of another log than its origin',
      signNote(text.replace('example.org/log', 'x'), [log.signer]),
    ],
    ['with witnesses alone', signNoteOf([cosign(text, a!, 1), cosign(text, b!, 1)])],
    [
      'with a cosignature over another checkpoint',
      addSignatures(bare, [cosign(text.replace('300', '301'), a!, 1)]),
    ],
  ])('%s is not believed', async (_why, note) => {
    await expect(open(note)).rejects.toMatchObject({ code: 'note.unverified' });
  });

  test('without a log in the policy is nobody’s', async () => {
    await expect(open(bare, parseTrustPolicy(sha256, utf8('quorum none\n')))).rejects.toMatchObject({
      code: 'note.unverified',
    });
  });
});

describe('a receipt under a trust policy', () => {
  const readTile = (tile: TileCoordinates): Uint8Array | undefined => log.files.get(tilePath(tile));
  const trust = { policy: TWO, sha256, verifySignature: verifyWithNode };
  const enough = cosigned([a!, 70], [b!, 71]);

  test('proves each entry, and carries what it is given', async () => {
    for (const index of [0, 1, 255, 256, 299]) {
      const receipt = await createReceipt({ checkpoint: enough, readTile, sha256 }, index, utf8('hint'));
      expect(await verifyWitnessedProof(receipt, entries[index]!, trust)).toMatchObject({ ok: true, index });
      expect(fromUtf8(parseReceipt(receipt).extra!)).toBe('hint');
    }
  });

  test('proves no other entry', async () => {
    const receipt = await createReceipt({ checkpoint: enough, readTile, sha256 }, 7);
    expect(await verifyWitnessedProof(receipt, entries[8]!, trust)).toMatchObject({
      problem: 'not-included',
    });
  });

  test('proves nothing without the quorum', async () => {
    const checkpoint = cosigned([a!, 70]);
    const receipt = await createReceipt({ checkpoint, readTile, sha256 }, 7);
    expect(await verifyWitnessedProof(receipt, entries[7]!, trust)).toEqual({
      ok: false,
      problem: 'unwitnessed',
      message: 'witnessed 1 of 3, not enough for the quorum',
    });
  });

  test('proves nothing where its checkpoint is by another log, or it is no receipt', async () => {
    const checkpoint = signNote(text, [sampleSigner('example.org/other', 5)]);
    const receipt = await createReceipt({ checkpoint, readTile, sha256 }, 7);
    expect(await verifyWitnessedProof(receipt, entries[7]!, trust)).toMatchObject({ problem: 'unverified' });
    expect(await verifyWitnessedProof(utf8('hello'), entries[7]!, trust)).toMatchObject({
      problem: 'malformed',
    });
  });

  test('is not made of an entry beyond the checkpoint, nor of tiles of another log', async () => {
    await expect(createReceipt({ checkpoint: enough, readTile, sha256 }, 300)).rejects.toSatisfy((fault) =>
      isFault(fault, 'proof.malformed'),
    );
    const other = sampleLog(sampleEntries(300, 'other'));
    const wrong = (tile: TileCoordinates): Uint8Array | undefined => other.files.get(tilePath(tile));
    await expect(createReceipt({ checkpoint: enough, readTile: wrong, sha256 }, 7)).rejects.toSatisfy(
      (fault) => isFault(fault, 'proof.mismatch'),
    );
  });

  test('has the head of the example in c2sp.org/tlog-proof, byte for byte', () => {
    const head = `c2sp.org/tlog-proof@v1
index 73894
gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=
B95lDa8R83lS8n0eG+o0buTxRKQTYFi//1U8anccXmA=
EKNzoDWG8LGC0Yp9o+sv3qllpMP9uHQ9B20KNL+Q1zs=
RoopEkOdqkYqMB4MJXrbt/hMjOxsVn0IrWjpz1ZMMes=
AHCioX9nLjsrse6YhjRRmk1WUEirVOLLRoOQ6vfO5vk=

`;
    const receipt = parseReceipt(utf8(`${head}${fromUtf8(bare)}`));
    expect([receipt.index, receipt.proof.length]).toEqual([73_894, 5]);
    expect(receipt.checkpoint).toEqual(bare);
  });
});

function signNoteOf(lines: readonly ReturnType<typeof cosign>[]): Uint8Array {
  const note = addSignatures(bare, lines);
  const [first = '', ...rest] = fromUtf8(note).split('\n\n');
  const signatures = rest.join('\n\n').split('\n').slice(1).join('\n');
  return utf8(`${first}\n\n${signatures}`);
}
