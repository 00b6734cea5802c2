// The messages between a log and its mirror, byte by byte.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concatBytes, utf8 } from '../../kernel/index.ts';
import {
  ByteReader,
  encodePackage,
  encodeUploadHeader,
  formatMirrorInfo,
  packageRanges,
  parseMirrorInfo,
  readPackage,
  readUploadHeader,
} from './index.ts';

async function* inPieces(bytes: Uint8Array, length: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

const readerOf = (bytes: Uint8Array, piece = 7, maximum = 1_000_000): ByteReader =>
  new ByteReader(inPieces(bytes, piece), maximum);

describe('the head of an upload', () => {
  test('is origin, start, end and ticket as c2sp.org/tlog-mirror has them', () => {
    const header = { origin: 'o', start: 1, end: 258, ticket: utf8('t') };
    expect([...encodeUploadHeader(header)]).toEqual([
      0, 1, 111, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 2, 0, 1, 116,
    ]);
  });

  test('reads back, however it arrives', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string(),
        fc.maxSafeNat(),
        fc.maxSafeNat(),
        fc.integer({ min: 1, max: 40 }),
        async (origin, one, other, piece) => {
          const [start, end] = [Math.min(one, other), Math.max(one, other)];
          const header = { origin: origin.toWellFormed(), start, end, ticket: utf8('ticket') };
          expect(await readUploadHeader(readerOf(encodeUploadHeader(header), piece))).toEqual(header);
        },
      ),
    );
  });

  test.each([
    ['ends before it starts', encodeUploadHeader({ origin: 'o', start: 2, end: 1, ticket: utf8('') })],
    [
      'counts beyond what can be counted',
      concatBytes(Uint8Array.of(0, 1, 111), new Uint8Array(16).fill(255)),
    ],
    ['has an origin that is no text', concatBytes(Uint8Array.of(0, 1, 255), new Uint8Array(18))],
    ['has an origin of 2 KiB', concatBytes(Uint8Array.of(8, 0), new Uint8Array(4_000))],
  ])('that %s is refused', async (_why, bytes) => {
    const padded = concatBytes(bytes, new Uint8Array(2));
    await expect(readUploadHeader(readerOf(padded))).rejects.toThrow(
      expect.objectContaining({ code: 'proof.malformed' }),
    );
  });

  test('that is cut is none', async () => {
    const bytes = encodeUploadHeader({ origin: 'o', start: 0, end: 1, ticket: utf8('t') });
    for (let length = 0; length < bytes.length; length += 1)
      expect(await readUploadHeader(readerOf(bytes.subarray(0, length)))).toBeUndefined();
  });
});

describe('packages', () => {
  test('begin and end at multiples of 256', () => {
    expect([...packageRanges(250, 600)]).toEqual([
      { start: 250, end: 256 },
      { start: 256, end: 512 },
      { start: 512, end: 600 },
    ]);
    expect([...packageRanges(5, 5)]).toEqual([]);
  });

  test('are entries behind their lengths, then the proof behind its own', async () => {
    const sent = { entries: [utf8('ab'), utf8('')], proof: [new Uint8Array(32).fill(9)] };
    const bytes = encodePackage(sent);
    expect([...bytes.subarray(0, 7)]).toEqual([0, 2, 97, 98, 0, 0, 1]);
    expect(await readPackage(readerOf(bytes), { start: 254, end: 256 })).toEqual(sent);
    for (let length = 0; length < bytes.length; length += 1)
      expect(
        await readPackage(readerOf(bytes.subarray(0, length)), { start: 254, end: 256 }),
      ).toBeUndefined();
  });

  test('with more hashes than a proof has are refused', async () => {
    await expect(readPackage(readerOf(Uint8Array.of(0, 0, 64)), { start: 0, end: 1 })).rejects.toThrow(
      'at most 63',
    );
  });

  test('stop at the most bytes that a request may have', async () => {
    const bytes = encodePackage({ entries: [new Uint8Array(5_000)], proof: [] });
    await expect(readPackage(readerOf(bytes, 100, 4_000), { start: 0, end: 1 })).rejects.toThrow(
      expect.objectContaining({ code: 'bound.exceeded' }),
    );
  });
});

describe('how far a mirror is', () => {
  test('is three lines', () => {
    const info = { size: 300, next: 256, ticket: utf8('tick') };
    expect(formatMirrorInfo(info)).toBe('300\n256\ndGljaw==\n');
    expect(parseMirrorInfo(formatMirrorInfo(info))).toEqual(info);
    expect(parseMirrorInfo('0\n0\n\n').ticket).toHaveLength(0);
  });

  test.each([
    '',
    '1\n',
    '1\n2\n',
    '1\n2\n*\n',
    '01\n2\n\n',
    '-1\n2\n\n',
    '1\n9007199254740992\n\n',
    '1\n2\n\n\n',
  ])('%j is refused', (text) => {
    expect(() => parseMirrorInfo(text)).toThrow(expect.objectContaining({ code: 'proof.malformed' }));
  });
});
