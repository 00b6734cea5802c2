/** The head of a stored log, believed only under its own signed checkpoint, and what was sealed with it. */
import { describeFault, Fault, isFault } from '../../../kernel/index.ts';
import { Frontier, parseFrontier } from '../../../proof/index.ts';
import type { StateSealer } from '../../seal/index.ts';
import { StateTotals } from '../../seal/index.ts';
import { openTotals } from '../../store/index.ts';
import { type CheckpointKey, requireHead, type TextHasher } from '../../tree/index.ts';
import type { SqlRow } from '../sql-database.ts';

/** The row of `head` as it is stored. Nothing of it is believed yet. */
export interface StoredHead {
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
  readonly frontier: Uint8Array;
  readonly timeFloor: number;
  readonly witnessedSize: number;
  readonly killEpoch: number;
  readonly state: Uint8Array;
}

/** The row as an object. Throws `log.corrupt` where it is gone, `log.conflict` where it is another log's. */
export function parseHead(row: SqlRow | undefined, origin: string): StoredHead {
  if (row === undefined) throw new Fault('log.corrupt', 'the table `head` has no row', { table: 'head' });
  const head: StoredHead = {
    origin: String(row['origin']),
    size: Number(row['size']),
    root: row['root'] as Uint8Array,
    frontier: row['frontier'] as Uint8Array,
    timeFloor: Number(row['time_floor']),
    witnessedSize: Number(row['witnessed_size']),
    killEpoch: Number(row['kill_epoch']),
    state: row['state'] as Uint8Array,
  };
  if (head.size > 0 && head.origin !== origin)
    throw new Fault('log.conflict', `the schema holds the log \`${head.origin}\`, expected \`${origin}\``);
  return head;
}

/** The frontier in `head`. INVARIANT: `note` is a checkpoint signed by `key` at exactly its size and root. Throws `log.corrupt`. */
export function believeHead(
  head: StoredHead,
  note: unknown,
  key: CheckpointKey,
  hasher: TextHasher,
): Frontier<string> {
  return corruptUnless(() => {
    if (head.size === 0) return new Frontier(hasher);
    if (typeof note !== 'string') throw unsigned(0, head.size);
    const checkpoint = key.open(note);
    requireHead(checkpoint, head.size, head.root);
    const frontier = parseFrontier(hasher, head.size, head.frontier);
    requireHead(checkpoint, head.size, hasher.encode(frontier.root()));
    return frontier;
  });
}

/** The totals of the state's rows, sealed with `head`. Throws `log.corrupt` where any number of the head was edited. */
export function sealedTotals(head: StoredHead, sealer: StateSealer): StateTotals {
  return head.size === 0 ? new StateTotals() : openTotals(sealer, head.state, head);
}

/** The fault of entries that no checkpoint covers. */
export function unsigned(signed: number, size: number): Fault {
  return new Fault(
    'log.unsigned-suffix',
    `${size} entries are stored, the last signed checkpoint covers ${signed}`,
    { signed, size },
  );
}

/** Runs `read`; what it throws of a malformed proof or note is `log.corrupt`. */
export function corruptUnless<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (cause) {
    if (isFault(cause, 'log.corrupt') || isFault(cause, 'log.unsigned-suffix')) throw cause;
    throw new Fault(
      'log.corrupt',
      `the stored head is not what was signed: ${describeFault(cause)}`,
      {},
      { cause },
    );
  }
}
