/** What was published so far. */
import { Fault, fromUtf8, isFault } from '../../kernel/index.ts';
import { type Checkpoint, formatNote, parseNote } from '../../proof/index.ts';
import type { CheckpointKey } from '../tree/index.ts';

/** Longest checkpoint read, in bytes: origin, size, root and the signatures of a hundred witnesses fit many times. */
export const MAX_CHECKPOINT_BYTES = 1_048_576;

/** The published checkpoint `note`, where `key` signed it; one that it did not sign counts as none, and everything is published anew. */
export function ownCheckpoint(note: Uint8Array | undefined, key: CheckpointKey): Checkpoint | undefined {
  if (note === undefined) return undefined;
  try {
    return key.open(fromUtf8(note));
  } catch (fault) {
    if (isFault(fault)) return undefined;
    throw fault;
  }
}

/**
 * `note` with the cosignatures that the published checkpoint `present` has beyond it; `undefined` where that one has another text. Of two signatures by one key
 * that of `note` stays, so that the list does not grow. Throws `note.malformed`.
 */
export function cosignedBeside(present: Uint8Array | undefined, note: Uint8Array): Uint8Array | undefined {
  if (present === undefined) return undefined;
  const published = parseNote(present);
  const { text, signatures } = parseNote(note);
  if (published.text !== text) return undefined;
  const isNew = ({ name, keyId }: (typeof signatures)[number]): boolean =>
    !signatures.some((signature) => signature.name === name && signature.keyId === keyId);
  return formatNote({ text, signatures: [...signatures, ...published.signatures.filter(isNew)] });
}

/** The fault of a published file that is not what this log publishes under its name. */
export function otherBytes(path: string): Fault {
  return new Fault('log.corrupt', `\`${path}\` is published already, with other bytes`, {
    path,
    hint: 'find out who wrote there, then publish everything again',
  });
}
