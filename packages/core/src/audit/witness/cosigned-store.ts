/** What a witness remembers: of each log the largest checkpoint it cosigned, one file each, whole and on the disk before anybody hears of it. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Fault, isFault, utf8 } from '../../kernel/index.ts';
import { sha256Hex } from '../../kernel/crypto/index.ts';
import {
  type Checkpoint,
  checkSignatures,
  parseCheckpoint,
  parseNote,
  type VerifierKey,
} from '../../proof/index.ts';
import { replaceFile } from '../publish/index.ts';
import { createFolder, type ProcessLock, readRegularFile, takeLock } from '../store/index.ts';
import { verifyNoteSignature } from './verify-signature.ts';

/** Folder of the checkpoints within the data folder of a witness. */
const COSIGNED_FOLDER = 'cosigned';
/** Ending of a checkpoint's file; what ends otherwise is left from a write that a crash ended. */
const ENDING = '.checkpoint';
/** Longest checkpoint read, in bytes. */
const MAX_BYTES = 1_048_576;

/**
 * The records of one witness. One process has them open at a time.
 *
 * Each file is the checkpoint with the witness's own cosignatures, so an edited one is refused at the start. Does not protect against
 * somebody who puts the whole folder back to an older state: a witness kept by the operator of the log is no witness.
 */
export class CosignedStore {
  readonly #folder: string;
  readonly #latest: Map<string, Checkpoint>;
  readonly #lock: ProcessLock;

  /** For {@link openCosignedStore}. */
  constructor(folder: string, latest: Map<string, Checkpoint>, lock: ProcessLock) {
    this.#folder = folder;
    this.#latest = latest;
    this.#lock = lock;
  }

  /** The largest checkpoint cosigned for `origin`; `undefined` for none. */
  latest(origin: string): Checkpoint | undefined {
    return this.#latest.get(origin);
  }

  /**
   * Makes `note`, a cosigned checkpoint, the latest of its log, durably, without yielding. Throws what the file system throws, and then remembers
   * what it did before: the file is there whole or not at all.
   */
  replace(checkpoint: Checkpoint, note: Uint8Array): void {
    replaceFile(this.#folder, fileOf(checkpoint.origin), note);
    this.#latest.set(checkpoint.origin, checkpoint);
  }

  /** Lets another process have the records. Idempotent. */
  close(): void {
    this.#lock.release();
  }
}

/**
 * Opens the records in data folder `path`, made where it is missing. `keys` are the witness's own, former ones included.
 * Throws `log.unavailable` where another process has them open, `log.corrupt` for a record that is not cosigned by one of `keys`.
 */
export async function openCosignedStore(path: string, keys: readonly VerifierKey[]): Promise<CosignedStore> {
  const folder = join(path, COSIGNED_FOLDER);
  createFolder(folder);
  const lock = lockOf(path);
  try {
    const latest = new Map<string, Checkpoint>();
    for (const name of readdirSync(folder).filter((file) => file.endsWith(ENDING))) {
      const checkpoint = await readRecord(join(folder, name), keys);
      if (fileOf(checkpoint.origin) !== name) throw corrupt(name, 'is named after another log');
      latest.set(checkpoint.origin, checkpoint);
    }
    return new CosignedStore(folder, latest, lock);
  } catch (fault) {
    lock.release();
    throw fault;
  }
}

async function readRecord(file: string, keys: readonly VerifierKey[]): Promise<Checkpoint> {
  try {
    const note = parseNote(readRegularFile(file, MAX_BYTES) ?? new Uint8Array());
    const { verified } = await checkSignatures(note, keys, verifyNoteSignature);
    if (verified.length > 0) return parseCheckpoint(note.text);
  } catch (cause) {
    if (!isFault(cause, 'note.malformed') && !isFault(cause, 'checkpoint.malformed')) throw cause;
    throw corrupt(file, `does not read: ${cause.message}`);
  }
  throw corrupt(file, 'is not cosigned by a key of this witness');
}

function lockOf(path: string): ProcessLock {
  try {
    return takeLock(path, 'witness');
  } catch (cause) {
    if (isFault(cause)) throw cause;
    const message = `another process has the records of the witness in \`${path}\` open`;
    throw new Fault('log.unavailable', message, { file: path }, { cause });
  }
}

/** An origin is any line of text; its hash is a file name. */
function fileOf(origin: string): string {
  return `${sha256Hex(utf8(origin))}${ENDING}`;
}

function corrupt(file: string, problem: string): Fault {
  return new Fault('log.corrupt', `the record \`${file}\` of the witness ${problem}`, { file });
}
