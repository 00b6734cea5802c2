/** One exchange with one mirror: the checkpoint handed over, then entries from wherever the mirror says it is (c2sp.org/tlog-mirror). */
import { describeFault, fromUtf8, singleLine } from '../../kernel/index.ts';
import {
  ADD_ENTRIES_CONTENT_TYPE,
  ADD_ENTRIES_PATH,
  encodeUploadHeader,
  type MirrorInfo,
  parseCheckpoint,
  parseMirrorInfo,
  parseNote,
  type VerifierKey,
} from '../../proof/index.ts';
import {
  type AskContext,
  type Asked,
  offerCheckpoint,
  type OfferedCheckpoint,
  readCosignatures,
  type WitnessResponse,
} from '../witness/index.ts';
import { createUploads } from './upload-body.ts';

/** A mirror that is asked. */
export interface AskedMirror {
  /** What it cosigns with. */
  readonly key: VerifierKey;
  /** Its submission prefix. */
  readonly url: string;
}

/** How far to go. */
export interface MirrorContext extends AskContext {
  /** Most requests with entries; 0 hands over the checkpoint alone. */
  readonly maxUploads: number;
  /** Told after each request how many entries the mirror has. */
  readonly progress?: (entries: number) => void;
}

const EMPTY = new Uint8Array();
/** Longest reason of a mirror that is repeated, in UTF-16 units. */
const MAX_REASON_LENGTH = 200;

/**
 * Offers a checkpoint to `mirror`, which is thought to know `oldSize` (0 for nothing), and sends what it does not have. Remembers nothing: the mirror is asked how far it
 * is, so this goes on after any time and any loss on either side. Never rejects.
 */
export async function askMirror(
  mirror: AskedMirror,
  offered: OfferedCheckpoint,
  oldSize: number,
  context: MirrorContext,
): Promise<Asked> {
  try {
    const answer = await offerCheckpoint(mirror.url, offered, oldSize, context);
    if (answer.kind !== 'taken') return answer;
    // Nothing to copy, and the empty tree is nobody's statement.
    if (offered.size === 0 || context.maxUploads === 0) return { kind: 'behind', next: 0 };
    return await upload(mirror, offered, context);
  } catch (fault) {
    return { kind: 'failed', message: describeFault(fault) };
  }
}

async function upload(
  mirror: AskedMirror,
  offered: OfferedCheckpoint,
  context: MirrorContext,
): Promise<Asked> {
  const checkpoint = parseCheckpoint(parseNote(offered.note).text);
  const makeUpload = createUploads(offered.source, checkpoint);
  // A request of nothing asks how far the mirror is.
  const header = encodeUploadHeader({ origin: checkpoint.origin, start: 0, end: 0, ticket: EMPTY });
  let info = infoOf(await post(mirror, header, context));
  for (let uploads = 0; uploads < context.maxUploads; uploads += 1) {
    if (typeof info === 'string') return { kind: 'failed', message: info };
    // Another process of this log was faster, or this log was put back: whoever asks knows how much it holds.
    if (info.size > offered.size || info.next > offered.size) {
      return { kind: 'ahead', size: Math.max(info.size, info.next) };
    }
    context.progress?.(info.next);
    const body = await makeUpload(info.next, info.ticket);
    const response = await post(mirror, body, context);
    if (response.status === 200) {
      context.progress?.(offered.size);
      return readCosignatures(mirror.key, offered, response.body);
    }
    const after = infoOf(response);
    if (
      typeof after !== 'string' &&
      response.status === 409 &&
      after.next === info.next &&
      after.size === info.size
    )
      return { kind: 'failed', message: 'it refused what it asked for' };
    info = after;
  }
  if (typeof info === 'string') return { kind: 'failed', message: info };
  return { kind: 'behind', next: info.next };
}

function post(
  mirror: AskedMirror,
  body: Uint8Array,
  { transport, signal }: AskContext,
): Promise<WitnessResponse> {
  const url = `${mirror.url.replace(/\/$/, '')}/${ADD_ENTRIES_PATH}`;
  return transport.post(url, body, signal, ADD_ENTRIES_CONTENT_TYPE);
}

/** How far the mirror is, or why it does not say. */
function infoOf({ status, body }: WitnessResponse): MirrorInfo | string {
  const text = fromUtf8(body);
  if (status === 202 || status === 409) return parseMirrorInfo(text);
  return `it answered ${status}: ${singleLine(text.slice(0, MAX_REASON_LENGTH))}`;
}
