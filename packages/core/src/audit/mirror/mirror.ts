/** A mirror: keeps a verified copy of each enrolled log, and cosigns a checkpoint once it holds all of its entries (c2sp.org/tlog-mirror). */
import { type Clock, Fault, fromUtf8, isFault, utf8 } from '../../kernel/index.ts';
import {
  ByteReader,
  type Checkpoint,
  checkSignatures,
  formatMirrorInfo,
  formatNote,
  formatSize,
  judgeSubmission,
  MAX_ADD_ENTRIES_BYTES,
  MAX_PACKAGES,
  MIRROR_INFO_CONTENT_TYPE,
  type NoteSigner,
  openSubmission,
  packageRanges,
  parseAddCheckpoint,
  parseCheckpoint,
  parseNote,
  readPackage,
  readUploadHeader,
  type Refused,
  SIZE_CONTENT_TYPE,
  type Submission,
  TILE_WIDTH,
  type UploadHeader,
  type VerifierKey,
} from '../../proof/index.ts';
import type { PublishTarget } from '../publish/index.ts';
import { verifyNoteSignature } from '../witness/index.ts';
import { mirrorHasher } from './copy.ts';
import { findFork } from './find-fork.ts';
import { MAX_PENDING, type MirrorPosition, type MirrorStore } from './mirror-store.ts';
import { cosignHeld } from './cosign-held.ts';
import { takePackage } from './take-package.ts';

/** What a mirror is made of. */
export interface MirrorOptions {
  /** Its keys, at least one, none of them a witness's: a mirror says more. Each answers with a line of its own. */
  readonly signers: readonly NoteSigner[];
  readonly store: MirrorStore;
  /** Where the files of a log go; called once for each log. */
  readonly target: (origin: string) => PublishTarget;
  readonly parseKey: (text: string) => VerifierKey;
  readonly clock: Clock;
  /** Records a checkpoint all of whose entries are held, before its cosignature leaves. What it throws keeps the cosignature back. */
  readonly journal?: (checkpoint: Checkpoint) => Promise<void>;
}

/** An answer over HTTP. */
export interface MirrorAnswer {
  readonly status: 200 | 202 | Refused['status'] | 413;
  readonly contentType: string;
  readonly body: string;
}

const PLAIN = 'text/plain; charset=utf-8';
/** How often something is tried that another process came before. */
const MAX_TRIES = 4;
/** Entries below the next one that may be sent once more, as a client does whose answers were lost. */
const MAX_REPEATED = MAX_PACKAGES * TILE_WIDTH;

/** Copies a set of logs that may change while it runs. */
export class Mirror {
  readonly #options: MirrorOptions;
  readonly #targets = new Map<string, PublishTarget>();
  readonly #turns = new Map<string, Promise<unknown>>();

  /** Throws `key.malformed` for a key that signs no cosignatures, and for none. */
  constructor(options: MirrorOptions) {
    this.#options = options;
    if (options.signers.length === 0) throw new Fault('key.malformed', 'a mirror has a key');
    const wrong = options.signers.find(({ key }) => key.algorithm === 'ed25519');
    if (wrong !== undefined) throw new Fault('key.malformed', `\`${wrong.key.name}\` signs no cosignatures`);
  }

  /** Answers the body of one `add-checkpoint`: the checkpoint becomes the pending one, and is not cosigned yet. Rejects where it could not be made durable. */
  async addCheckpoint(body: Uint8Array): Promise<MirrorAnswer> {
    const origin = originOf(body);
    const keys = origin === undefined ? undefined : await this.#keysOf(origin);
    const submission = await openSubmission(body, () => keys, verifyNoteSignature);
    if ('status' in submission) return refusal(submission);
    const note = await signedBy(body, keys ?? []);
    return this.#inTurn(submission.checkpoint.origin, () => this.#takePending(submission, note));
  }

  /**
   * Answers `add-entries`. `chunks` is read package by package, and each package is durable before the next is read. Rejects where one could not be made
   * durable, and where `chunks` or `admit` do; what was taken before, stays. `admit` is called before the first package is read, with the origin of a log that is
   * enrolled and of which the checkpoint that the upload leads to is pending here.
   */
  async addEntries(
    chunks: AsyncIterable<Uint8Array>,
    admit: (origin: string) => void = () => {},
  ): Promise<MirrorAnswer> {
    const reader = new ByteReader(chunks, MAX_ADD_ENTRIES_BYTES);
    try {
      const header = await readUploadHeader(reader);
      if (header === undefined) return plain(400, 'the request ends before its entries');
      if ((await this.#keysOf(header.origin)) === undefined) return plain(404, 'the origin is unknown');
      return await this.#takeUpload(header, reader, admit);
    } catch (fault) {
      if (isFault(fault, 'bound.exceeded')) return plain(413, fault.message);
      if (isFault(fault, 'proof.malformed')) return plain(400, fault.message);
      throw fault;
    }
  }

  async #takePending(submission: Submission, note: string): Promise<MirrorAnswer> {
    const { store, clock } = this.#options;
    const { checkpoint } = submission;
    const position = await store.position(checkpoint.origin);
    const latest = pendingOf(position) ?? { size: 0, root: mirrorHasher.emptyRoot };
    const refused = judgeSubmission(mirrorHasher, latest, submission);
    const target = this.#targetOf(checkpoint.origin);
    const found = await findFork(target, position, { checkpoint, note, refused });
    if (found !== undefined) {
      await store.keepEvidence(checkpoint.origin, { ...found, time: clock.now() });
    }
    if (refused !== undefined) return refusal(refused);
    if (checkpoint.size > latest.size) {
      const pending = [...position.pending, note].slice(-MAX_PENDING);
      await store.advance(checkpoint.origin, position.revision, { pending });
    }
    return { status: 200, contentType: PLAIN, body: '' };
  }

  async #takeUpload(
    header: UploadHeader,
    reader: ByteReader,
    admit: (origin: string) => void,
  ): Promise<MirrorAnswer> {
    const { origin, start, end } = header;
    const { store } = this.#options;
    const position = await store.position(origin);
    const note = position.pending.find((pending) => checkpointIn(pending).size === end);
    const cosigned = position.cosigned === undefined ? 0 : checkpointIn(position.cosigned).size;
    const isFar = start > position.next || start < position.next - MAX_REPEATED;
    if (note === undefined || end < cosigned || isFar)
      return conflict(position, note === undefined ? undefined : end);
    admit(origin);
    let [packages, isSaved] = [0, false];
    for (const range of packageRanges(start, end)) {
      if (packages === MAX_PACKAGES || (await reader.isAtEnd())) break;
      const sent = await readPackage(reader, range);
      if (sent === undefined) break;
      const found = await this.#inTurn(origin, () =>
        takePackage({ ...this.#options, origin, target: this.#targetOf(origin), note, range, sent }),
      );
      if (found !== undefined) return plain(422, found);
      [packages, isSaved] = [packages + 1, true];
    }
    const answer = await this.#inTurn(origin, () =>
      cosignHeld({ ...this.#options, origin, target: this.#targetOf(origin), note, end }),
    );
    if (answer.kind === 'cosigned') return { status: 200, contentType: PLAIN, body: answer.cosignatures };
    if (answer.kind === 'unsignable') return plain(400, answer.reason);
    if (answer.kind === 'overtaken') return conflict(answer.position);
    if (!isSaved) return plain(400, 'the request ends before its first package does');
    return { ...conflict(answer.position, end), status: 202 };
  }

  async #keysOf(origin: string): Promise<readonly VerifierKey[] | undefined> {
    const log = await this.#options.store.log(origin);
    if (log === undefined || log.retiredAt !== undefined) return undefined;
    return log.keys.map(this.#options.parseKey);
  }

  #targetOf(origin: string): PublishTarget {
    const target = this.#targets.get(origin) ?? this.#options.target(origin);
    this.#targets.set(origin, target);
    return target;
  }

  /** One thing at a time for each log; again where another process came before. */
  #inTurn<Value>(origin: string, work: () => Promise<Value>): Promise<Value> {
    const turn = (this.#turns.get(origin) ?? Promise.resolve()).then(() => retried(work));
    this.#turns.set(
      origin,
      turn.catch(() => {}),
    );
    return turn;
  }
}

async function retried<Value>(work: () => Promise<Value>): Promise<Value> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (fault) {
      if (!isFault(fault, 'log.conflict') || tries === MAX_TRIES) throw fault;
    }
  }
}

/** The checkpoint in a note that was verified when it was stored. */
function checkpointIn(note: string): Checkpoint {
  return parseCheckpoint(parseNote(utf8(note)).text);
}

function pendingOf({ pending }: MirrorPosition): Checkpoint | undefined {
  const last = pending.at(-1);
  return last === undefined ? undefined : checkpointIn(last);
}

/** The note in `body` with the signatures by `keys` alone: others are anybody's. */
async function signedBy(body: Uint8Array, keys: readonly VerifierKey[]): Promise<string> {
  const { text, signatures } = parseNote(parseAddCheckpoint(body).checkpoint);
  const kept: (typeof signatures)[number][] = [];
  for (const signature of signatures) {
    const { verified } = await checkSignatures({ text, signatures: [signature] }, keys, verifyNoteSignature);
    if (verified.length > 0) kept.push(signature);
  }
  return fromUtf8(formatNote({ text, signatures: kept }));
}

/** Whose checkpoint `body` holds; `undefined` where it holds none, which is for whoever reads it in earnest to say. */
function originOf(body: Uint8Array): string | undefined {
  try {
    return parseCheckpoint(parseNote(parseAddCheckpoint(body).checkpoint).text).origin;
  } catch (fault) {
    if (isFault(fault)) return undefined;
    throw fault;
  }
}

function conflict(position: MirrorPosition, size?: number): MirrorAnswer {
  const info = {
    size: size ?? pendingOf(position)?.size ?? 0,
    next: position.next,
    ticket: new Uint8Array(),
  };
  return { status: 409, contentType: MIRROR_INFO_CONTENT_TYPE, body: formatMirrorInfo(info) };
}

function refusal(refused: Refused): MirrorAnswer {
  return refused.status === 409
    ? { status: 409, contentType: SIZE_CONTENT_TYPE, body: formatSize(refused.size) }
    : plain(refused.status, refused.reason);
}

function plain(status: MirrorAnswer['status'], reason: string): MirrorAnswer {
  return { status, contentType: PLAIN, body: `${reason}\n` };
}
