import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isFault, toBase64, toHex, utf8 } from '../../kernel/index.ts';
import { sampleSigner } from '../../testing/index.ts';
import { formatCheckpoint, formatReceipt, parseCheckpoint, parseReceipt, signNote } from './index.ts';

const ROOT = 'CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=';

describe('a checkpoint', () => {
  test('is origin, size and root, as in the example of c2sp.org/tlog-checkpoint', () => {
    const text = `example.com/behind-the-sofa\n20852163\n${ROOT}\n`;
    const checkpoint = parseCheckpoint(text);
    expect([checkpoint.origin, checkpoint.size, toBase64(checkpoint.root)]).toEqual([
      'example.com/behind-the-sofa',
      20_852_163,
      ROOT,
    ]);
    expect(checkpoint.extensions).toBeUndefined();
    expect(formatCheckpoint(checkpoint)).toBe(text);
  });

  test('keeps extension lines in order', () => {
    const text = `o\n0\n${ROOT}\none\ntwo two\n`;
    expect(parseCheckpoint(text).extensions).toEqual(['one', 'two two']);
    expect(formatCheckpoint(parseCheckpoint(text))).toBe(text);
  });

  test.each([
    ['a size with a leading zero', `o\n01\n${ROOT}\n`],
    ['a signed size', `o\n+1\n${ROOT}\n`],
    ['a size beyond 2^53', `o\n9007199254740993\n${ROOT}\n`],
    ['no size', `o\n\n${ROOT}\n`],
    ['no origin', `\n1\n${ROOT}\n`],
    ['a short root', 'o\n1\nAAAA\n'],
    ['a root that is not base64', 'o\n1\n????\n'],
    ['a root with stray bits', `o\n1\n${ROOT.replace('2I=', '2J=')}\n`],
    ['two lines', 'o\n1\n'],
    ['an empty extension line', `o\n1\n${ROOT}\n\n`],
    ['no last line feed', `o\n1\n${ROOT}`],
    ['nothing', ''],
  ])('with %s is malformed', (_why, text) => {
    expect(() => parseCheckpoint(text)).toThrow(
      expect.toSatisfy((fault) => isFault(fault, 'checkpoint.malformed')),
    );
  });

  test.each([
    ['an origin of two lines', { origin: 'a\n1', size: 1, root: new Uint8Array(32) }],
    ['an extension of two lines', { origin: 'a', size: 1, root: new Uint8Array(32), extensions: ['b\nc'] }],
    ['a fraction as size', { origin: 'a', size: 1.5, root: new Uint8Array(32) }],
    ['a root of 31 bytes', { origin: 'a', size: 1, root: new Uint8Array(31) }],
  ])('is not written with %s', (_why, checkpoint) => {
    expect(() => formatCheckpoint(checkpoint)).toThrow(
      expect.toSatisfy((fault) => isFault(fault, 'checkpoint.malformed')),
    );
  });

  test('of any text parses to a value that formats back, or is a fault', () => {
    const pieces = fc.constantFrom('o', '\n', '1', '0', ROOT, '=', 'A', '\u0000');
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(pieces).map((all) => all.join('')),
        ),
        (text) => {
          try {
            expect(formatCheckpoint(parseCheckpoint(text))).toBe(text);
          } catch (fault) {
            if (!isFault(fault, 'checkpoint.malformed')) throw fault;
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

describe('a receipt', () => {
  const checkpoint = signNote(`o\n5\n${ROOT}\n`, [sampleSigner('o', 1)]);
  const head = 'c2sp.org/tlog-proof@v1\n';

  test('reads back, with extra data and without', () => {
    const hash = new Uint8Array(32).fill(7);
    for (const receipt of [
      { index: 0, proof: [], checkpoint },
      { index: 3, proof: [hash, hash], checkpoint },
      { extra: utf8('hint'), index: 3, proof: [hash], checkpoint },
      { extra: new Uint8Array(0), index: 3, proof: [hash], checkpoint },
    ]) {
      expect(parseReceipt(formatReceipt(receipt))).toEqual(receipt);
    }
  });

  test('has the lines of c2sp.org/tlog-proof in their order', () => {
    const bytes = formatReceipt({ extra: utf8('x'), index: 3, proof: [new Uint8Array(32)], checkpoint });
    const lines = Buffer.from(bytes).toString().split('\n').slice(0, 6);
    expect(lines).toEqual(['c2sp.org/tlog-proof@v1', 'extra eA==', 'index 3', `${'A'.repeat(43)}=`, '', 'o']);
  });

  const rest = `\n\n${Buffer.from(checkpoint).toString()}`;
  test.each([
    ['another first line', `c2sp.org/tlog-proof@v2\nindex 1${rest}`],
    ['no index', `${head.trimEnd()}${rest}`],
    ['an index with a leading zero', `${head}index 01${rest}`],
    ['an index beyond 2^53', `${head}index 9007199254740993${rest}`],
    ['a short hash', `${head}index 1\nAAAA${rest}`],
    ['a hash that is not base64', `${head}index 1\n????${rest}`],
    ['too many hashes', `${head}index 1${`\n${'A'.repeat(43)}=`.repeat(54)}${rest}`],
    ['extra data after the index', `${head}index 1\nextra eA==${rest}`],
    ['no checkpoint', `${head}index 1\n\n`],
    ['no blank line', `${head}index 1\n`],
    ['nothing', ''],
  ])('with %s is malformed', (_why, text) => {
    expect(() => parseReceipt(utf8(text))).toThrow(
      expect.toSatisfy((fault) => isFault(fault, 'proof.malformed') || isFault(fault, 'note.malformed')),
    );
  });

  test.each([
    ['an empty hash', { index: 1, proof: [new Uint8Array(0)], checkpoint }],
    ['a negative index', { index: -1, proof: [], checkpoint }],
    ['no checkpoint', { index: 1, proof: [], checkpoint: new Uint8Array(0) }],
  ])('is not written with %s', (_why, receipt) => {
    expect(() => formatReceipt(receipt)).toThrow(expect.toSatisfy((fault) => isFault(fault)));
  });

  test('of any bytes parses to a value that formats back, or is a fault', () => {
    const pieces = fc.constantFrom(
      head,
      'index 1',
      'extra ',
      'eA==',
      '\n',
      `${'A'.repeat(43)}=`,
      rest,
      '\u0000',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.array(pieces).map((all) => utf8(all.join(''))),
        ),
        (bytes) => {
          try {
            expect(toHex(formatReceipt(parseReceipt(bytes)))).toBe(toHex(bytes));
          } catch (fault) {
            if (!isFault(fault, 'proof.malformed') && !isFault(fault, 'note.malformed')) throw fault;
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
