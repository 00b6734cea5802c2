/** What a target holds, read as any reader reads it. */
import {
  bundlePath,
  HASH_BYTES,
  type LogSource,
  MAX_ENTRY_BYTES,
  TILE_WIDTH,
  tilePath,
} from '../../proof/index.ts';
import type { PublishTarget } from './publish-target.ts';

/** Largest bundle, in bytes: full of the longest entries. */
const MAX_BUNDLE_BYTES = TILE_WIDTH * (MAX_ENTRY_BYTES + 2);

/** The log published at `target`. Nothing it answers is trusted. */
export function publishedSource(target: Pick<PublishTarget, 'read' | 'readCheckpoint'>): LogSource {
  return {
    readCheckpoint: () => target.readCheckpoint(),
    readTile: (tile) => target.read(tilePath(tile), TILE_WIDTH * HASH_BYTES),
    readBundle: (bundle) => target.read(bundlePath(bundle), MAX_BUNDLE_BYTES),
  };
}
