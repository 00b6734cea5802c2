/** Inclusion proofs from the published files of a data folder. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LOG_FOLDER } from '@writ/core';
import {
  byteTreeHasher,
  type Checkpoint,
  CHECKPOINT_PATH,
  formatReceipt,
  parseCheckpoint,
  parseNote,
  proveInclusion,
  tileHashReader,
  tilePath,
} from '@writ/core/proof';
import { writeData } from './open.ts';

/** The C2SP tlog-proof of entry `index` under the newest published checkpoint. What is not published yet, is now. Throws `log.*`, `tile.*`, `proof.*`. */
export async function proveEntry(data: string, index: number): Promise<Uint8Array> {
  const folder = join(data, LOG_FOLDER);
  const published = readPublished(folder);
  if (published === undefined || published.checkpoint.size <= index) {
    await writeData(data, ({ log }) => log.publish());
  }
  const { note, checkpoint } = readPublished(folder) ?? {
    note: new Uint8Array(),
    checkpoint: { origin: '', size: 0, root: new Uint8Array(32) },
  };
  const hasher = byteTreeHasher((bytes) => createHash('sha256').update(bytes).digest());
  const { size, root } = checkpoint;
  const readTile = (tile: Parameters<typeof tilePath>[0]): Uint8Array | undefined => {
    const file = join(folder, tilePath(tile));
    return existsSync(file) ? readFileSync(file) : undefined;
  };
  const reader = tileHashReader({ hasher, size, root, readTile });
  const proof = await proveInclusion(hasher, reader, index, size);
  return formatReceipt({ index, proof, checkpoint: note });
}

function readPublished(
  folder: string,
): { readonly note: Uint8Array; readonly checkpoint: Checkpoint } | undefined {
  const file = join(folder, CHECKPOINT_PATH);
  if (!existsSync(file)) return undefined;
  const note = readFileSync(file);
  return { note, checkpoint: parseCheckpoint(parseNote(note).text) };
}
