/** The cosignature of a mirror: over a checkpoint all of whose entries it holds, and no other. */
import { type Clock, equalBytes, Fault, isFault, fromUtf8, utf8 } from '../../kernel/index.ts';
import {
  type Checkpoint,
  cosign,
  formatCosignatures,
  formatNote,
  type NoteSignature,
  type NoteSigner,
  parseCheckpoint,
  parseNote,
} from '../../proof/index.ts';
import type { PublishTarget } from '../publish/index.ts';
import { dropPartials, rootAt, writeEdge } from './copy.ts';
import type { MirrorPosition, MirrorStore } from './mirror-store.ts';

/** A pending checkpoint, and what it takes to cosign it. */
export interface CosignRequest {
  readonly signers: readonly NoteSigner[];
  readonly store: MirrorStore;
  readonly target: PublishTarget;
  readonly clock: Clock;
  readonly journal?: (checkpoint: Checkpoint) => Promise<void>;
  readonly origin: string;
  /** The pending checkpoint, signed by its log. */
  readonly note: string;
  /** Its size. */
  readonly end: number;
}

/** What became of it. */
export type CosignAnswer =
  | { readonly kind: 'cosigned'; readonly cosignatures: string }
  /** Entries are missing. */
  | { readonly kind: 'incomplete'; readonly position: MirrorPosition }
  /** A larger one was cosigned meanwhile. */
  | { readonly kind: 'overtaken'; readonly position: MirrorPosition }
  /** A key cannot say what the checkpoint says. */
  | { readonly kind: 'unsignable'; readonly reason: string };

const MS_PER_SECOND = 1000;

/** Cosigns where all entries are held. Rejects where anything could not be made durable; then nothing was cosigned that anybody saw. */
export async function cosignHeld(request: CosignRequest): Promise<CosignAnswer> {
  const { store, target, origin, note, end } = request;
  const position = await store.position(origin);
  // INVARIANT: a cosignature of a mirror says that every entry is durable here.
  if (position.next < end) return { kind: 'incomplete', position };
  const before = position.cosigned === undefined ? 0 : sizeOf(position.cosigned);
  if (end < before) return { kind: 'overtaken', position };
  const { text, signatures } = parseNote(utf8(note));
  const checkpoint = parseCheckpoint(text);
  if (!equalBytes(await rootAt(target, position, end), checkpoint.root))
    throw new Fault(
      'log.corrupt',
      `the copy of \`${origin}\` does not hash to its checkpoint of ${end} entries`,
    );
  const cosignatures = signAll(request, text);
  if (typeof cosignatures === 'string') return { kind: 'unsignable', reason: cosignatures };
  await writeEdge(target, position, end);
  await request.journal?.(checkpoint);
  const cosigned = formatNote({ text, signatures: [...signatures, ...cosignatures] });
  // INVARIANT: nobody sees a cosignature before the record of it is on the disk.
  const pending = position.pending.filter((one) => sizeOf(one) >= end);
  await store.advance(origin, position.revision, { pending, cosigned: fromUtf8(cosigned) });
  await target.replaceCheckpoint((present) =>
    present !== undefined && sizeOf(fromUtf8(present)) > end ? undefined : cosigned,
  );
  await dropPartials(target, before, end);
  return { kind: 'cosigned', cosignatures: formatCosignatures(cosignatures) };
}

/** One line by each key, or why there is none. */
function signAll({ signers, clock }: CosignRequest, text: string): readonly NoteSignature[] | string {
  const timeSeconds = Math.floor(clock.now() / MS_PER_SECOND);
  try {
    return signers.map((signer) => cosign(text, signer, timeSeconds));
  } catch (fault) {
    if (!isFault(fault, 'note.malformed')) throw fault;
    return fault.message;
  }
}

function sizeOf(note: string): number {
  return parseCheckpoint(parseNote(utf8(note)).text).size;
}
