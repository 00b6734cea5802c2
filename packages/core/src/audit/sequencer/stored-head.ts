/** The head of a stored log, believed only under its own signed checkpoint. */
import { describeFault, equalBytes, Fault, isFault } from '../../kernel/index.ts';
import { completeSubtrees, Frontier, parseFrontier, TILE_HEIGHT, TILE_WIDTH } from '../../proof/index.ts';
import { parseEntry } from '../entry/index.ts';
import type { LogDatabase } from '../store/index.ts';
import { type CheckpointKey, requireHead, rolledBack, type TextHasher } from '../tree/index.ts';
import type { LogEnd } from './sequence.ts';

/**
 * The head in `database`. INVARIANT: what it returns has a checkpoint signed by `key` at exactly its size and root, or is empty.
 * Throws `log.conflict` for another origin, `log.unsigned-suffix`, `log.corrupt`.
 */
export function readSignedHead(database: LogDatabase, key: CheckpointKey, hasher: TextHasher): LogEnd {
  const row = database.prepare('SELECT * FROM head').get();
  const held = requirePlaces(database);
  if (row === undefined) {
    if (held > 0) throw unsigned(0, held);
    return { timeFloor: 0, witnessedSize: 0, frontier: new Frontier(hasher) };
  }
  if (row['origin'] !== key.origin) {
    throw new Fault(
      'log.conflict',
      `the database holds the log \`${String(row['origin'])}\`, expected \`${key.origin}\``,
    );
  }
  const size = Number(row['size']);
  if (held > size) throw unsigned(size, held);
  if (held < size)
    throw new Fault('log.corrupt', `the head counts ${size} entries, ${held} are stored`, { size });
  if (size === 0) return { timeFloor: 0, witnessedSize: 0, frontier: new Frontier(hasher) };
  const note = database.prepare('SELECT size, note FROM checkpoints ORDER BY size DESC LIMIT 1').get();
  const signed = note === undefined ? 0 : Number(note['size']);
  if (signed < size) throw unsigned(signed, size);
  const frontier = corruptUnless(() => parseFrontier(hasher, size, row['frontier'] as Uint8Array));
  const checkpoint = corruptUnless(() => key.open(String(note?.['note'])));
  requireHead(checkpoint, size, row['root'] as Uint8Array);
  requireHead(checkpoint, size, hasher.encode(frontier.root()));
  requireTimeFloor(database, size, Number(row['time_floor']));
  return { timeFloor: Number(row['time_floor']), witnessedSize: Number(row['witnessed_size']), frontier };
}

/** The published checkpoint, as far as a start needs it. */
export interface PublishedHead {
  readonly size: number;
  readonly root: Uint8Array;
}

/**
 * Hashes the entries from the last full bundle before `published` to the end again, over the stored roots of those before it. They must
 * lead to both signed roots, the published one and the head's. Throws `log.corrupt`.
 */
export function verifySuffix(
  database: LogDatabase,
  end: LogEnd,
  hasher: TextHasher,
  published: PublishedHead,
): void {
  if (published.size > end.frontier.size) throw rolledBack(published.size, end.frontier.size);
  const start = published.size - (published.size % TILE_WIDTH);
  const selectNode = database.prepare('SELECT hash FROM nodes WHERE level = ? AND idx = ?');
  const stored = (level: number, index: number): string => {
    const hash = selectNode.get(level, index)?.['hash'];
    if (hash instanceof Uint8Array) return corruptUnless(() => hasher.decode(hash));
    throw new Fault('log.corrupt', `the root of subtree ${index} at level ${level} is not stored`);
  };
  const roots = completeSubtrees({ start: 0, end: start }).map(({ level, index }) => stored(level, index));
  const frontier = new Frontier(hasher, start, roots);
  const requirePublished = (): void => {
    if (frontier.size !== published.size || published.size === 0) return;
    if (equalBytes(hasher.encode(frontier.root()), published.root)) return;
    throw new Fault(
      'log.corrupt',
      `the first ${published.size} entries do not lead to the root that was published`,
      { size: published.size },
    );
  };
  requirePublished();
  const rows = database
    .prepare('SELECT idx, leaf, bytes FROM entries WHERE idx >= ? ORDER BY idx')
    .iterate(start);
  for (const row of rows) {
    const index = frontier.size;
    const { idx, bytes, leaf: storedLeaf } = row;
    if (Number(idx) !== index) throw new Fault('log.corrupt', `entry ${index} is missing`, { index });
    // A torn page reads as rows without values.
    if (!(bytes instanceof Uint8Array && storedLeaf instanceof Uint8Array)) throw edited(index);
    const leaf = hasher.leaf(bytes);
    if (!equalBytes(hasher.encode(leaf), storedLeaf)) throw edited(index);
    frontier.append(leaf, (level, at, hash) => {
      if (level >= TILE_HEIGHT && stored(level, at) !== hash) throw edited(index);
    });
    requirePublished();
  }
  if (frontier.size !== end.frontier.size || frontier.root() !== end.frontier.root()) {
    throw new Fault('log.corrupt', 'the stored entries do not lead to the signed root', {
      size: end.frontier.size,
    });
  }
}

/** One more than the greatest index. Gaps are found where entries are hashed. */
function requirePlaces(database: LogDatabase): number {
  // Two statements, because SQLite answers each from one end of the tree, and both together by reading all of it.
  const first = database.prepare('SELECT min(idx) AS idx FROM entries').get()?.['idx'] ?? null;
  const last = database.prepare('SELECT max(idx) AS idx FROM entries').get()?.['idx'] ?? null;
  if (first === null || last === null) return 0;
  if (Number(first) !== 0)
    throw new Fault('log.corrupt', `the first entry stands at ${Number(first)}`, { index: Number(first) });
  return Number(last) + 1;
}

/** The floor stands in the last entry too; the head's is only the quicker copy. */
function requireTimeFloor(database: LogDatabase, size: number, timeFloor: number): void {
  const bytes = database.prepare('SELECT bytes FROM entries WHERE idx = ?').get(size - 1)?.['bytes'];
  const entry = corruptUnless(() => parseEntry(bytes as Uint8Array));
  if (entry.timeFloor === timeFloor) return;
  throw new Fault(
    'log.corrupt',
    `the head has time floor ${timeFloor}, the last entry has ${entry.timeFloor}`,
    { size },
  );
}

function edited(index: number): Fault {
  return new Fault('log.corrupt', `entry ${index} or a hash over it was edited`, { index });
}

function unsigned(signed: number, size: number): Fault {
  return new Fault(
    'log.unsigned-suffix',
    `${size} entries are stored, the last signed checkpoint covers ${signed}`,
    {
      signed,
      size,
    },
  );
}

function corruptUnless<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (cause) {
    if (isFault(cause, 'log.corrupt')) throw cause;
    throw new Fault(
      'log.corrupt',
      `the stored head is not what was signed: ${describeFault(cause)}`,
      {},
      { cause },
    );
  }
}
