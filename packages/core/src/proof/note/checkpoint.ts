/** Checkpoints: origin, size and root of a log, as the text of a signed note (c2sp.org/tlog-checkpoint). */
import { Fault, fromBase64, toBase64 } from '../../kernel/index.ts';
import { HASH_BYTES } from '../merkle/index.ts';

/** One tree head. */
export interface Checkpoint {
  /** Identity of the log: one line, not empty. */
  readonly origin: string;
  /** Number of leaves, 0 to 2^53−1. */
  readonly size: number;
  /** Root at that size, 32 bytes. */
  readonly root: Uint8Array;
  /** Further lines in order, each not empty and of no meaning here; absent for none. */
  readonly extensions?: readonly string[];
}

/** The text to sign for `checkpoint`. Throws `checkpoint.malformed`. */
export function formatCheckpoint(checkpoint: Checkpoint): string {
  const lines = [
    checkpoint.origin,
    String(checkpoint.size),
    toBase64(checkpoint.root),
    ...(checkpoint.extensions ?? []),
  ];
  const text = `${lines.join('\n')}\n`;
  // Reading back is the one definition of what a checkpoint may hold.
  const parsed = parseCheckpoint(text);
  if (3 + (parsed.extensions?.length ?? 0) !== lines.length) throw malformed('has a line feed within a line');
  return text;
}

/** The checkpoint in the `text` of a note. Throws `checkpoint.malformed`. */
export function parseCheckpoint(text: string): Checkpoint {
  if (!text.endsWith('\n')) throw malformed('does not end in a line feed');
  const lines = text.slice(0, -1).split('\n');
  const [origin = '', size = '', root = '', ...extensions] = lines;
  if (lines.length < 3) throw malformed(`has ${lines.length} lines, expected origin, size and root`);
  if (lines.includes('')) throw malformed('has an empty line');
  const checkpoint = { origin, size: parseSize(size), root: parseRoot(root) };
  return extensions.length === 0 ? checkpoint : { ...checkpoint, extensions };
}

function parseSize(text: string): number {
  const size = /^(?:0|[1-9][0-9]{0,15})$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(size)) return size;
  throw malformed(`has the size \`${text.slice(0, 40)}\`, expected a decimal from 0 to 2^53-1`);
}

function parseRoot(text: string): Uint8Array {
  const expected = `expected base64 of ${HASH_BYTES} bytes`;
  let root: Uint8Array;
  try {
    root = fromBase64(text);
  } catch (cause) {
    throw new Fault(
      'checkpoint.malformed',
      `a checkpoint has a root that is not base64, ${expected}`,
      {},
      { cause },
    );
  }
  if (root.length !== HASH_BYTES) throw malformed(`has a root of ${root.length} bytes, ${expected}`);
  return root;
}

function malformed(problem: string): Fault {
  return new Fault('checkpoint.malformed', `a checkpoint ${problem}`);
}
