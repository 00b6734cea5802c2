/** The checkpoints of a bucket: the one that readers are shown, what was shown before, and the history beside it. */
import { equalBytes } from '../../kernel/index.ts';
import { type Checkpoint, CHECKPOINT_PATH, parseNote } from '../../proof/index.ts';
import {
  HISTORY_PREFIX,
  historyName,
  MAX_CHECKPOINT_BYTES,
  type ObjectStore,
  type ObjectVersion,
} from '../publish/index.ts';
import type { Findings } from './findings.ts';

/** Newest versions of `checkpoint`, and newest objects of the history, that are looked at. */
const MOST_LOOKED_AT = 1_000;

/** A checkpoint that the log signed. */
export interface SignedCheckpoint {
  readonly note: Uint8Array;
  readonly checkpoint: Checkpoint;
}

/** Reads a note with the auditor's keys; `undefined` for what none of them signed. */
export type ReadNote = (note: Uint8Array) => Promise<Checkpoint | undefined>;

/** Collects versions as they are listed, and says then which checkpoint is the log's last. */
export class BucketCheckpoints {
  readonly #store: ObjectStore;
  readonly #read: ReadNote;
  /** Versions of `checkpoint`, the newest first. */
  readonly #shown: ObjectVersion[] = [];
  /** The end of the history, the smallest first. */
  readonly #history: ObjectVersion[] = [];

  /** That of what was fetched before; a folder is for one log. */
  #origin: string | undefined;

  constructor(store: ObjectStore, read: ReadNote) {
    this.#store = store;
    this.#read = read;
  }

  /** Takes `version` if it is one of a checkpoint. */
  take(version: ObjectVersion): boolean {
    if (version.name === CHECKPOINT_PATH) {
      if (this.#shown.length < MOST_LOOKED_AT) this.#shown.push(version);
      return true;
    }
    if (!version.name.startsWith(HISTORY_PREFIX)) return false;
    this.#history.push(version);
    if (this.#history.length > MOST_LOOKED_AT) this.#history.shift();
    return true;
  }

  /**
   * The largest checkpoint that the log signed, with all the cosignatures that one version of it has; what speaks against the bucket goes to `findings`. `earlier` is what
   * was fetched before: a bucket that has less was put back.
   */
  async newest(findings: Findings, earlier?: Uint8Array): Promise<SignedCheckpoint | undefined> {
    const before = earlier === undefined ? undefined : await this.#read(earlier);
    this.#origin = before?.origin;
    const fromHistory = await this.#newestOfHistory(findings);
    let newest = fromHistory;
    if (earlier !== undefined && before !== undefined) {
      const known = { note: earlier, checkpoint: before };
      compare(known, newest, findings);
      if (newest === undefined || isMore(known, newest)) newest = known;
    }
    let shown: Checkpoint | undefined;
    for (const [at, version] of this.#shown.entries()) {
      const signed = await this.#signed(version, findings);
      if (version.isLatest) shown = signed?.checkpoint;
      if (signed === undefined) continue;
      compare(signed, newest, findings);
      if (newest === undefined || isMore(signed, newest)) newest = signed;
      // Behind the largest one there is nothing but smaller ones, unless somebody put one of those back.
      if (signed.checkpoint.size === newest.checkpoint.size && at > 0) break;
    }
    if (newest === undefined) return undefined;
    if (!this.#shown.some(({ isLatest }) => isLatest))
      findings.add('checkpoint-hidden', CHECKPOINT_PATH, 'readers are shown no checkpoint');
    else if (shown !== undefined && shown.size < newest.checkpoint.size)
      findings.add(
        'checkpoint-put-back',
        CHECKPOINT_PATH,
        `readers are shown ${shown.size} entries, the log has signed ${newest.checkpoint.size}`,
      );
    return newest;
  }

  async #newestOfHistory(findings: Findings): Promise<SignedCheckpoint | undefined> {
    let newest: SignedCheckpoint | undefined;
    for (const version of this.#history.toReversed()) {
      const signed = await this.#signed(version, findings);
      if (signed === undefined) continue;
      // INVARIANT: counts under its own name alone: a smaller one put behind the largest would hide it.
      if (version.name !== historyName(signed.checkpoint.size)) {
        const message = `a checkpoint of ${signed.checkpoint.size} entries, which the log keeps under another name`;
        findings.add('object-foreign', version.name, message);
        continue;
      }
      if (newest !== undefined && signed.checkpoint.size < newest.checkpoint.size) break;
      compare(signed, newest, findings);
      newest ??= signed;
    }
    return newest;
  }

  async #signed(version: ObjectVersion, findings: Findings): Promise<SignedCheckpoint | undefined> {
    const { name, length } = version;
    const found =
      length > MAX_CHECKPOINT_BYTES
        ? undefined
        : await this.#store.get(name, MAX_CHECKPOINT_BYTES, version.version);
    const checkpoint = found === undefined ? undefined : await this.#read(found.bytes);
    const isOfLog = this.#origin === undefined || checkpoint?.origin === this.#origin;
    if (found !== undefined && checkpoint !== undefined && isOfLog) return { note: found.bytes, checkpoint };
    findings.add('checkpoint-forged', name, `version \`${version.version}\` is signed by no key of the log`);
    return undefined;
  }
}

function compare(one: SignedCheckpoint, other: SignedCheckpoint | undefined, findings: Findings): void {
  if (other === undefined || one.checkpoint.size !== other.checkpoint.size) return;
  if (equalBytes(one.checkpoint.root, other.checkpoint.root)) return;
  const message = `two roots of ${one.checkpoint.size} entries are signed with keys of the log`;
  findings.add('log-forked', CHECKPOINT_PATH, message);
}

/** Whether `one` covers more entries than `other`, or the same with more signatures. */
function isMore(one: SignedCheckpoint, other: SignedCheckpoint): boolean {
  if (one.checkpoint.size !== other.checkpoint.size) return one.checkpoint.size > other.checkpoint.size;
  return parseNote(one.note).signatures.length > parseNote(other.note).signatures.length;
}
