/** Tiled logs (c2sp.org/tlog-tiles). */
export {
  type BundleCoordinates,
  bundlesBetween,
  partialTiles,
  TILE_HEIGHT,
  TILE_WIDTH,
  type TileCoordinates,
  tilesBetween,
  tileWidth,
} from './coordinates.ts';
export { bundlePath, CHECKPOINT_PATH, parseTilePath, tilePath, type TileResource } from './path.ts';
export { encodeTile, parseTile } from './tile.ts';
export { encodeBundle, MAX_ENTRY_BYTES, parseBundle } from './bundle.ts';
export { TileWriter, type WrittenTile } from './tile-writer.ts';
export { type ReadTile, tileHashReader, type TileReaderOptions } from './tile-reader.ts';
