/** How far a mirror is: the body of its answers 202 and 409 to `add-entries` (c2sp.org/tlog-mirror). */
import { Fault, fromBase64, isFault, toBase64 } from '../../kernel/index.ts';

/** Content type of the answer. */
export const MIRROR_INFO_CONTENT_TYPE = 'text/x.tlog.mirror-info';
/** Longest answer read, in UTF-16 units: two numbers and the longest ticket. */
const MAX_LENGTH = 90_000;

/** Where a client goes on. */
export interface MirrorInfo {
  /** Size of a checkpoint that the mirror takes entries for. */
  readonly size: number;
  /** First entry that the mirror does not have. */
  readonly next: number;
  /** To be handed back with the next request; empty for none. */
  readonly ticket: Uint8Array;
}

/** The body for `info`. */
export function formatMirrorInfo({ size, next, ticket }: MirrorInfo): string {
  return `${size}\n${next}\n${toBase64(ticket)}\n`;
}

/** Reads what {@link formatMirrorInfo} writes. Throws `proof.malformed`. */
export function parseMirrorInfo(text: string): MirrorInfo {
  const match =
    text.length <= MAX_LENGTH ? /^(0|[1-9]\d{0,15})\n(0|[1-9]\d{0,15})\n([^\n]*)\n$/.exec(text) : null;
  const [size, next] = [Number(match?.[1]), Number(match?.[2])];
  if (match === null || !Number.isSafeInteger(size) || !Number.isSafeInteger(next)) throw malformed();
  try {
    return { size, next, ticket: fromBase64(match[3] ?? '') };
  } catch (fault) {
    throw isFault(fault) ? malformed() : fault;
  }
}

function malformed(): Fault {
  return new Fault('proof.malformed', 'an answer of a mirror is a size, a next entry and a ticket in base64');
}
