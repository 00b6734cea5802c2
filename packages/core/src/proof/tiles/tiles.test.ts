import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concatBytes, isFault, toHex, utf8 } from '../../kernel/index.ts';
import { sha256 } from '../../kernel/crypto/index.ts';
import { byteTreeHasher, proveInclusion, treeRoot, verifyInclusion } from '../merkle/index.ts';
import {
  bundlePath,
  bundlesBetween,
  encodeBundle,
  encodeTile,
  parseBundle,
  parseTilePath,
  partialTiles,
  tileHashReader,
  tilePath,
  tilesBetween,
  TileWriter,
} from './index.ts';

const hasher = byteTreeHasher(sha256);

describe('paths', () => {
  test.each([
    [{ level: 0, index: 0, width: 256 }, 'tile/0/000'],
    [{ level: 2, index: 1234067, width: 256 }, 'tile/2/x001/x234/067'],
    [{ level: 1, index: 999, width: 17 }, 'tile/1/999.p/17'],
    [{ level: 0, index: 1000, width: 1 }, 'tile/0/x001/000.p/1'],
  ])('of %o are as in c2sp.org/tlog-tiles', (tile, path) => {
    expect(tilePath(tile)).toBe(path);
    expect(parseTilePath(path)).toEqual({ kind: 'tile', tile });
  });

  test('of a bundle stand under entries', () => {
    const bundle = { index: 1234067, width: 8 };
    expect(bundlePath(bundle)).toBe('tile/entries/x001/x234/067.p/8');
    expect(parseTilePath('tile/entries/x001/x234/067.p/8')).toEqual({ kind: 'bundle', bundle });
  });

  test.each([
    ['a leading zero group', 'tile/0/x000/001'],
    ['a level with a leading zero', 'tile/00/001'],
    ['a level above 63', 'tile/64/001'],
    ['a width of 0', 'tile/0/001.p/0'],
    ['a width of 256', 'tile/0/001.p/256'],
    ['an index beyond 2^53', 'tile/0/x999/x999/x999/x999/x999/999'],
    ['a last group with x', 'tile/0/x001'],
    ['a leading slash', '/tile/0/001'],
    ['a step upwards', 'tile/0/../001'],
    ['nothing', ''],
  ])('with %s are refused', (_why, path) => {
    expect(() => parseTilePath(path)).toThrow(expect.toSatisfy((fault) => isFault(fault, 'tile.malformed')));
  });

  test('read back for any tile', () => {
    fc.assert(
      fc.property(fc.nat(63), fc.maxSafeNat(), fc.integer({ min: 1, max: 256 }), (level, index, width) => {
        expect(parseTilePath(tilePath({ level, index, width }))).toEqual({
          kind: 'tile',
          tile: { level, index, width },
        });
      }),
    );
  });
});

describe('the tiles of a size', () => {
  test('are those of the example of 70,000 leaves in c2sp.org/tlog-tiles', () => {
    const tiles = [...tilesBetween(0, 70_000)];
    expect(tiles.filter(({ level, width }) => level === 0 && width === 256)).toHaveLength(273);
    expect(partialTiles(70_000)).toEqual([
      { level: 2, index: 0, width: 1 },
      { level: 1, index: 1, width: 17 },
      { level: 0, index: 273, width: 112 },
    ]);
    expect(tiles).toHaveLength(273 + 1 + 1 + 1 + 1);
  });

  test('of 256 leaves are a full one and one hash above it', () => {
    expect([...tilesBetween(0, 256)].map(tilePath)).toEqual(['tile/0/000', 'tile/1/000.p/1']);
    expect([...tilesBetween(0, 0)]).toEqual([]);
  });

  test('that growth adds are those the earlier size lacked', () => {
    fc.assert(
      fc.property(fc.nat(200_000), fc.nat(2_000), (older, growth) => {
        const before = new Set([...tilesBetween(0, older)].map(tilePath));
        const added = [...tilesBetween(0, older + growth)].map(tilePath).filter((path) => !before.has(path));
        expect([...tilesBetween(older, older + growth)].map(tilePath)).toEqual(added);
        const bundles = new Set([...bundlesBetween(0, older)].map(bundlePath));
        const more = [...bundlesBetween(0, older + growth)]
          .map(bundlePath)
          .filter((path) => !bundles.has(path));
        expect([...bundlesBetween(older, older + growth)].map(bundlePath)).toEqual(more);
      }),
      { numRuns: 30 },
    );
  });
});

describe('bundles', () => {
  test('hold what was put in', () => {
    const entry = fc.uint8Array({ maxLength: 300 });
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1, maxLength: 20 }), (entries) => {
        expect(parseBundle(encodeBundle(entries)).map(toHex)).toEqual(entries.map(toHex));
      }),
    );
  });

  test('hold an entry of 65,535 bytes and no longer one', () => {
    const longest = new Uint8Array(65_535).fill(9);
    expect(toHex(parseBundle(encodeBundle([longest]))[0]!)).toBe(toHex(longest));
    expect(() => encodeBundle([new Uint8Array(65_536)])).toThrow(
      expect.toSatisfy((fault) => isFault(fault, 'entry.too-large')),
    );
  });

  test('of any bytes parse to a value that encodes back, or to a fault', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), (bytes) => {
        try {
          expect(toHex(encodeBundle(parseBundle(bytes)))).toBe(toHex(bytes));
        } catch (fault) {
          if (!isFault(fault, 'tile.malformed')) throw fault;
        }
      }),
    );
  });

  test('of 257 entries are refused', () => {
    expect(() => parseBundle(new Uint8Array(257 * 2))).toThrow('found more');
  });
});

describe('published tiles', () => {
  const SIZE = 256 * 256 + 256 * 3 + 77;
  const leaves = Array.from({ length: SIZE }, (_, index) => hasher.leaf(utf8(String(index))));
  const writer = new TileWriter(hasher);
  for (const leaf of leaves) writer.append(leaf);
  const files = new Map(
    [...writer.takeFull(), ...writer.partials()].map(({ tile, bytes }) => [tilePath(tile), bytes]),
  );
  const root = treeRoot(hasher, leaves);
  const readerOf = (tiles: ReadonlyMap<string, Uint8Array>) =>
    tileHashReader({
      hasher,
      size: SIZE,
      root,
      readTile: (tile) => tiles.get(tilePath(tile)),
      cachedTiles: 2,
    });

  test('are exactly those of the size', () => {
    expect([...files.keys()].sort()).toEqual([...tilesBetween(0, SIZE)].map(tilePath).sort());
    expect(toHex(writer.root())).toBe(toHex(root));
  });

  test('serve every proof', async () => {
    const reader = readerOf(files);
    for (const index of [0, 1, 255, 256, 65_535, 65_536, SIZE - 78, SIZE - 77, SIZE - 1]) {
      const proof = await proveInclusion(hasher, reader, index, SIZE);
      expect(verifyInclusion(hasher, { index, size: SIZE, leaf: leaves[index]!, proof }, root)).toBe(true);
    }
  });

  test('are written on from a stored right edge', () => {
    const first = new TileWriter(hasher);
    for (const leaf of leaves.slice(0, 66_000)) first.append(leaf);
    const second = new TileWriter(hasher, 66_000, first.partials());
    for (const leaf of leaves.slice(66_000)) second.append(leaf);
    expect(toHex(second.root())).toBe(toHex(root));
    for (const { tile, bytes } of [...second.takeFull(), ...second.partials()]) {
      expect(toHex(bytes)).toBe(toHex(files.get(tilePath(tile))!));
    }
  });

  test('may be the full one in place of a partial one that is gone', async () => {
    const served = new Map(files);
    const partial = partialTiles(SIZE).find(({ level }) => level === 0)!;
    const bytes = served.get(tilePath(partial))!;
    served.delete(tilePath(partial));
    served.set(
      tilePath({ ...partial, width: 256 }),
      concatBytes(bytes, new Uint8Array((256 - partial.width) * 32)),
    );
    await expect(proveInclusion(hasher, readerOf(served), SIZE - 1, SIZE)).resolves.toBeDefined();
  });

  test.each([
    ['a byte of a full tile is altered', 'tile/0/007', 'proof.mismatch'],
    ['a byte of a full tile above is altered', 'tile/1/000', 'proof.mismatch'],
    ['a byte of a partial tile is altered', 'tile/1/001.p/3', 'proof.mismatch'],
  ])('are refused when %s', async (_why, path, code) => {
    const served = new Map(files);
    served.set(
      path,
      served.get(path)!.map((byte, at) => (at === 40 ? byte ^ 1 : byte)),
    );
    await expect(proveInclusion(hasher, readerOf(served), 7 * 256, SIZE)).rejects.toMatchObject({ code });
  });

  test('are refused when one is missing, or cut', async () => {
    const missing = new Map(files);
    missing.delete('tile/0/007');
    await expect(proveInclusion(hasher, readerOf(missing), 7 * 256, SIZE)).rejects.toMatchObject({
      code: 'tile.missing',
    });
    const cut = new Map(files).set('tile/0/007', files.get('tile/0/007')!.slice(32));
    await expect(proveInclusion(hasher, readerOf(cut), 7 * 256, SIZE)).rejects.toMatchObject({
      code: 'tile.malformed',
    });
  });

  test('cannot be empty', () => {
    expect(() => encodeTile([])).toThrow(expect.toSatisfy((fault) => isFault(fault, 'tile.malformed')));
  });
});
