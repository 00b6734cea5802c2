import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromBase64, fromUtf8, isFault, toBase64, toHex, utf8 } from '../../kernel/index.ts';
import { sha256 } from '../../kernel/crypto/index.ts';
import { sampleSigner, verifyWithNode } from '../../testing/index.ts';
import {
  addSignatures,
  checkSignatures,
  cosign,
  cosignatureMessage,
  createVerifierKey,
  formatNote,
  formatSignatureLine,
  formatVerifierKey,
  openNote,
  parseCosignature,
  parseNote,
  parseSignatureLine,
  parseVerifierKey,
  signNote,
} from './index.ts';

const signer = sampleSigner('example.org/log', 1);
const other = sampleSigner('example.org/other', 2);
const witness = sampleSigner('witness.example/w1', 3, 'cosignature/v1');
const TEXT = 'first line\n\nsecond, after an empty one\n';
const note = signNote(TEXT, [signer]);

function refusesText(text: string) {
  expect(() => parseNote(utf8(text))).toThrow(expect.toSatisfy((fault) => isFault(fault, 'note.malformed')));
}

describe('verifier keys', () => {
  // Test keys published with Go's note package; their ids were computed by it.
  test.each([
    'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
    'EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop',
  ])('%s has the id that others compute', (text) => {
    const key = parseVerifierKey(sha256, text);
    expect(formatVerifierKey(key)).toBe(text);
    expect(key.algorithm).toBe('ed25519');
  });

  // The key of a public witness, as its operator publishes it.
  test('of a witness have the id that others compute', () => {
    const text = 'remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2';
    const key = parseVerifierKey(sha256, text);
    expect([formatVerifierKey(key), key.algorithm]).toEqual([text, 'cosignature/v1']);
  });

  test('have an id over name, line feed, algorithm byte and key', () => {
    const digest = sha256(Buffer.concat([utf8('example.org/log\n'), Uint8Array.of(1), signer.key.publicKey]));
    expect(signer.key.keyId).toBe(Buffer.from(digest).readUInt32BE(0));
  });

  test('differ in id between signing and cosigning with one key', () => {
    const twin = createVerifierKey(sha256, witness.key.name, 'ed25519', witness.key.publicKey);
    expect(twin.keyId).not.toBe(witness.key.keyId);
    expect(parseVerifierKey(sha256, formatVerifierKey(witness.key))).toEqual(witness.key);
  });

  const [name, id, encoded] = [
    'example.org/log',
    formatVerifierKey(signer.key).split('+')[1]!,
    toBase64(Uint8Array.of(1, ...signer.key.publicKey)),
  ];
  test.each([
    ['another name', `example.org/lag+${id}+${encoded}`],
    ['another id', `${name}+00000000+${encoded}`],
    ['an id in capitals', `${name}+${id.toUpperCase()}+${encoded}`],
    ['no id', `${name}+${encoded}`],
    ['a space in the name', `example.org log+${id}+${encoded}`],
    ['no name', `+${id}+${encoded}`],
    ['broken base64', `${name}+${id}+!!!!`],
    ['an unknown algorithm', `${name}+${id}+${toBase64(Uint8Array.of(2, ...signer.key.publicKey))}`],
    ['a key that is too short', `${name}+${id}+${toBase64(Uint8Array.of(1, 2, 3))}`],
    ['nothing', ''],
  ])('with %s are malformed', (_why, text) => {
    expect(() => parseVerifierKey(sha256, text)).toThrow(
      expect.toSatisfy((fault) => isFault(fault, 'key.malformed')),
    );
  });

  test('of small order are weak', () => {
    const weak = toBase64(Uint8Array.of(1, ...new Uint8Array(32)));
    expect(() => parseVerifierKey(sha256, `${name}+${id}+${weak}`)).toThrow(
      expect.toSatisfy((fault) => isFault(fault, 'key.weak')),
    );
  });
});

describe('a note', () => {
  test('reads back as it was signed, empty lines of its text included', () => {
    const parsed = parseNote(note);
    expect(parsed.text).toBe(TEXT);
    expect(parsed.signatures.map(({ name, keyId }) => [name, keyId])).toEqual([
      [signer.key.name, signer.key.keyId],
    ]);
    expect(toHex(formatNote(parsed))).toBe(toHex(note));
  });

  test('opens with a key of the caller', async () => {
    expect(await openNote(parseNote(note), [other.key, signer.key], verifyWithNode)).toEqual([
      { key: signer.key },
    ]);
  });

  // Published with Go's note package: both keys above signed it, and another implementation made the signatures.
  test('that another implementation signed with two keys opens with either, and with both', async () => {
    const text =
      'If you think cryptography is the answer to your problem,\n' +
      "then you don't know what your problem is.\n";
    const bytes = utf8(
      `${text}\n` +
        '\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n' +
        '\u2014 EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n',
    );
    const peter = parseVerifierKey(
      sha256,
      'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
    );
    const enoch = parseVerifierKey(sha256, 'EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop');
    const parsed = parseNote(bytes);
    expect(toHex(formatNote(parsed))).toBe(toHex(bytes));
    for (const keys of [[peter], [enoch], [peter, enoch]])
      expect(await openNote(parsed, keys, verifyWithNode)).toEqual(keys.map((key) => ({ key })));
  });

  test('is the example of c2sp.org/signed-note, byte for byte', () => {
    const bytes = utf8(
      'Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned \u00e8 subito sera.\n\n' +
        '\u2014 quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n',
    );
    const parsed = parseNote(bytes);
    expect(parsed.text.endsWith('\n\ned \u00e8 subito sera.\n')).toBe(true);
    expect(parsed.signatures).toMatchObject([{ name: 'quasimodo.example/salvatore', keyId: 0x36_7b_a0_4b }]);
    expect(toHex(formatNote(parsed))).toBe(toHex(bytes));
  });

  test('ignores unknown keys, even of a known name or a known id', async () => {
    const strange = [
      { ...parseNote(note).signatures[0]!, name: 'example.org/unknown' },
      { ...parseNote(note).signatures[0]!, keyId: 7 },
    ];
    const parsed = parseNote(addSignatures(note, strange));
    const checked = await checkSignatures(parsed, [signer.key], verifyWithNode);
    expect([checked.verified.length, checked.refused.length, checked.unknown]).toEqual([1, 0, 2]);
  });

  test('is refused whole for one bad signature of a known key', async () => {
    const bad = { ...parseNote(note).signatures[0]!, signature: new Uint8Array(64) };
    await expect(
      openNote(parseNote(addSignatures(note, [bad])), [signer.key], verifyWithNode),
    ).rejects.toMatchObject({ code: 'note.unverified', data: { name: signer.key.name } });
  });

  test('is refused without a signature by a trusted key', async () => {
    await expect(openNote(parseNote(note), [], verifyWithNode)).rejects.toMatchObject({
      code: 'note.unverified',
    });
    await expect(openNote(parseNote(note), [other.key], verifyWithNode)).rejects.toMatchObject({
      code: 'note.unverified',
    });
  });

  test('with any other text does not open', async () => {
    const altered = { ...parseNote(note), text: TEXT.replace('first', 'First') };
    await expect(openNote(altered, [signer.key], verifyWithNode)).rejects.toMatchObject({
      code: 'note.unverified',
    });
  });

  test('holds sixteen signatures and more, and at most a hundred', () => {
    const line = parseNote(note).signatures[0]!;
    expect(parseNote(addSignatures(note, Array<typeof line>(99).fill(line))).signatures).toHaveLength(100);
    expect(() => addSignatures(note, Array<typeof line>(100).fill(line))).toThrow('1 to 100 signatures');
  });

  const line = formatSignatureLine(parseNote(note).signatures[0]!);
  test.each([
    ['no blank line', `text\n${line}`],
    ['no signatures', 'text\n\n'],
    ['no last line feed', `text\n\n${line.slice(0, -1)}`],
    ['a carriage return', `text\r\n\n${line}`],
    ['a tab', `a\ttext\n\n${line}`],
    ['a line that is no signature', `text\n\nsignature\n`],
    ['a hyphen for the dash', `text\n\n-${line.slice(1)}`],
    ['a signature without bytes', `text\n\n\u2014 name AAAAAA==\n`],
    ['a signature that is not base64', `text\n\n\u2014 name ?\n`],
    ['base64 with stray bits', `text\n\n\u2014 name AAAAAAB=\n`],
    ['a name with a plus', `text\n\n\u2014 na+me AAAAAAA=\n`],
    ['a name with a no-break space', `text\n\n\u2014 na\u00a0me AAAAAAA=\n`],
    ['two spaces', `text\n\n\u2014  name AAAAAAA=\n`],
    ['nothing', ''],
  ])('with %s is malformed', (_why, text) => {
    refusesText(text);
  });

  test('that is not UTF-8, or too long, is malformed', () => {
    expect(() => parseNote(Uint8Array.of(0xff, 0x0a, 0x0a))).toThrow('UTF-8');
    expect(() => parseNote(new Uint8Array(1_048_577))).toThrow('1048576');
  });

  test.each([
    ['no last line feed', 'text'],
    ['a control character', 'te\u0007xt\n'],
    ['a lone surrogate', 'te\ud800xt\n'],
  ])('is not signed over text with %s', (_why, text) => {
    expect(() => signNote(text, [signer])).toThrow(
      expect.toSatisfy((fault) => isFault(fault, 'note.malformed')),
    );
  });

  test('of any bytes parses to a value that formats back, or is a fault', () => {
    const pieces = fc.constantFrom('text', '\n', '\n\n', '\u2014 ', 'name ', 'AAAAAAA=', ' ', '\u0000', line);
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 200 }),
          fc.array(pieces).map((all) => utf8(all.join(''))),
        ),
        (bytes) => {
          try {
            expect(toHex(formatNote(parseNote(bytes)))).toBe(toHex(bytes));
          } catch (fault) {
            if (!isFault(fault, 'note.malformed')) throw fault;
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe('a cosignature', () => {
  const cosigned = addSignatures(note, [cosign(TEXT, witness, 1_679_315_147)]);

  test('verifies with its time', async () => {
    const opened = await openNote(parseNote(cosigned), [signer.key, witness.key], verifyWithNode);
    expect(opened).toEqual([{ key: signer.key }, { key: witness.key, timeSeconds: 1_679_315_147 }]);
  });

  test('is over a header line, a time line and the text', () => {
    expect(fromUtf8(cosignatureMessage('origin\n1\nroot\n', 1_679_315_147))).toBe(
      'cosignature/v1\ntime 1679315147\norigin\n1\nroot\n',
    );
  });

  test('has the time of the example in c2sp.org/tlog-cosignature', () => {
    const line =
      '\u2014 witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==';
    expect(parseCosignature(parseSignatureLine(line).signature).timeSeconds).toBe(1_679_315_147);
  });

  test('with another time, or cut, does not verify', async () => {
    const good = cosign(TEXT, witness, 5);
    const later = good.signature.slice();
    later[7] = 6;
    for (const signature of [later, good.signature.slice(0, 70), new Uint8Array(72).fill(255)]) {
      const altered = parseNote(addSignatures(note, [{ ...good, signature }]));
      const { refused } = await checkSignatures(altered, [witness.key], verifyWithNode);
      expect(refused).toHaveLength(1);
    }
  });

  test('is not made with the key of a log, nor a note signed with that of a witness', () => {
    expect(() => cosign(TEXT, signer, 1)).toThrow('not as cosignature/v1');
    expect(() => signNote(TEXT, [witness])).toThrow('not as ed25519');
    expect(() => cosign(TEXT, witness, -1)).toThrow('time of a cosignature');
  });

  test('line reads back', () => {
    const signature = cosign(TEXT, witness, 12);
    expect(parseSignatureLine(formatSignatureLine(signature).trimEnd())).toEqual(signature);
    expect(fromBase64(formatSignatureLine(signature).trimEnd().split(' ')[2]!)).toHaveLength(76);
  });
});
