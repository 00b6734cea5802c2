/** Inclusion proofs from the published files of a data folder. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LOG_FOLDER, PRUNED_FOLDER } from '@writ/core';
import {
  CHECKPOINT_PATH,
  createReceipt,
  parseCheckpoint,
  parseNote,
  type TileCoordinates,
  tilePath,
} from '@writ/core/proof';
import { writeData, type WritePlace } from './open.ts';

/** The C2SP tlog-proof of entry `index` under the newest published checkpoint. What is not published yet, is now. Throws `log.*`, `tile.*`, `proof.*`. */
export async function proveEntry(place: WritePlace, index: number): Promise<Uint8Array> {
  const folder = join(place.data, LOG_FOLDER);
  const file = join(folder, CHECKPOINT_PATH);
  if (publishedSize(file) <= index) await writeData(place, ({ log }) => log.publish());
  const readTile = (tile: TileCoordinates): Uint8Array | undefined => {
    // What is no longer served is kept, and can be proven all the same.
    const places = [LOG_FOLDER, PRUNED_FOLDER].map((name) => join(place.data, name, tilePath(tile)));
    const path = places.find((file) => existsSync(file));
    return path === undefined ? undefined : readFileSync(path);
  };
  const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();
  return createReceipt({ checkpoint: readFileSync(file), readTile, sha256 }, index);
}

function publishedSize(file: string): number {
  return existsSync(file) ? parseCheckpoint(parseNote(readFileSync(file)).text).size : 0;
}
