/** What was published so far. */
import { join } from 'node:path';
import { fromUtf8, isFault } from '../../kernel/index.ts';
import { type Checkpoint, CHECKPOINT_PATH, formatNote, parseNote } from '../../proof/index.ts';
import { readRegularFile } from '../store/index.ts';
import type { CheckpointKey } from '../tree/index.ts';

/** Folder of the published log within a data folder. */
export const LOG_FOLDER = 'log';

/** Longest checkpoint read, in bytes: origin, size, root and the signatures of a hundred witnesses fit many times. */
export const MAX_CHECKPOINT_BYTES = 1_048_576;

/** The published checkpoint, where `key` signed it; one that it did not sign counts as none, and everything is published anew. Throws `log.unavailable` for what is no file. */
export function publishedCheckpoint(path: string, key: CheckpointKey): Checkpoint | undefined {
  const bytes = publishedNote(path);
  if (bytes === undefined) return undefined;
  try {
    return key.open(fromUtf8(bytes));
  } catch (fault) {
    if (isFault(fault)) return undefined;
    throw fault;
  }
}

/**
 * `note` with the cosignatures that the published checkpoint has beyond it; `undefined` where that one has another text. Of two signatures by one key
 * that of `note` stays, so that the list does not grow. Throws `note.malformed`.
 */
export function cosignedBeside(path: string, note: Uint8Array): Uint8Array | undefined {
  const bytes = publishedNote(path);
  if (bytes === undefined) return undefined;
  const present = parseNote(bytes);
  const { text, signatures } = parseNote(note);
  if (present.text !== text) return undefined;
  const isNew = ({ name, keyId }: (typeof signatures)[number]): boolean =>
    !signatures.some((signature) => signature.name === name && signature.keyId === keyId);
  return formatNote({ text, signatures: [...signatures, ...present.signatures.filter(isNew)] });
}

/** The published checkpoint as it stands; `undefined` before the first. Throws `log.unavailable` for what is no file. */
function publishedNote(path: string): Uint8Array | undefined {
  return readRegularFile(join(path, LOG_FOLDER, CHECKPOINT_PATH), MAX_CHECKPOINT_BYTES);
}
