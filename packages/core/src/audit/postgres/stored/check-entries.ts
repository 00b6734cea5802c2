/** What a start hashes again: the newest entries, over the stored roots of those before them. */
import { equalBytes, Fault } from '../../../kernel/index.ts';
import {
  type Checkpoint,
  completeSubtrees,
  Frontier,
  TILE_HEIGHT,
  TILE_WIDTH,
} from '../../../proof/index.ts';
import { rolledBack, type TextHasher } from '../../tree/index.ts';
import type { SqlConnection } from '../sql-database.ts';
import type { Statements } from './statements.ts';
import { corruptUnless, unsigned } from './stored-head.ts';

/**
 * Entries that a start hashes again at most, unless a checkpoint that was noted elsewhere is older: about a second. Older ones are compared by
 * `verifyPostgresLog`.
 */
const CHECKED_ENTRIES = 65_536;
/** Entries read at once; 64 KB each at most. */
const PAGE_ENTRIES = 1_024;

/** How to check. */
export interface CheckEntriesOptions {
  readonly statements: Statements;
  readonly hasher: TextHasher;
  /** Checkpoints of this log that were kept elsewhere, their signatures checked. */
  readonly noted: readonly Checkpoint[];
}

/**
 * Makes sure that the stored entries lead to the root of `end` and to those noted. Must run within one snapshot.
 * Throws `log.corrupt` with the `index` where it can be told, `log.unsigned-suffix` for entries past the head.
 */
export async function checkEntries(
  connection: SqlConnection,
  end: Frontier<string>,
  options: CheckEntriesOptions,
): Promise<void> {
  const { statements, hasher, noted } = options;
  await requirePlaces(connection, statements, end.size);
  for (const { size } of noted) if (size > end.size) throw rolledBack(size, end.size);
  const oldest = Math.min(Math.max(0, end.size - CHECKED_ENTRIES), ...noted.map(({ size }) => size));
  const start = oldest - (oldest % TILE_WIDTH);
  const stored = await readNodes(connection, statements, { start, end: end.size, hasher });
  const roots = completeSubtrees({ start: 0, end: start }).map(({ level, index }) =>
    requireNode(stored, level, index),
  );
  const frontier = new Frontier(hasher, start, roots);
  requireNoted(frontier, hasher, noted);
  for (let first = start; first < end.size; first += PAGE_ENTRIES) {
    const to = Math.min(end.size, first + PAGE_ENTRIES);
    const { rows } = await connection.query(statements.window, [first, to]);
    for (const row of rows) {
      const index = frontier.size;
      if (Number(row['seq']) !== index) throw missing(index);
      const leaf = hasher.leaf(row['bytes'] as Uint8Array);
      if (!equalBytes(hasher.encode(leaf), row['leaf'] as Uint8Array)) throw edited(index);
      frontier.append(leaf, (level, at, hash) => {
        if (level >= TILE_HEIGHT && requireNode(stored, level, at) !== hash) throw edited(index);
      });
      requireNoted(frontier, hasher, noted);
    }
    if (frontier.size !== to) throw missing(frontier.size);
  }
  if (frontier.root() !== end.root())
    throw new Fault('log.corrupt', 'the stored entries do not lead to the signed root', { size: end.size });
}

async function requirePlaces(connection: SqlConnection, statements: Statements, size: number): Promise<void> {
  const { rows } = await connection.query(statements.places);
  const first = rows[0]?.['first'] ?? null;
  const last = rows[0]?.['last'] ?? null;
  if (last !== null && Number(last) >= size) throw unsigned(size, Number(last) + 1);
  if (size > 0 && first !== 0) throw missing(0);
  if (size > 0 && last !== size - 1)
    throw new Fault('log.corrupt', `the head counts ${size} entries, the last stored is ${String(last)}`, {
      size,
      index: size - 1,
    });
}

type StoredNodes = ReadonlyMap<string, string>;

/** The stored roots of the subtrees before `start` and of those that end after it. */
async function readNodes(
  connection: SqlConnection,
  statements: Statements,
  { start, end, hasher }: { readonly start: number; readonly end: number; readonly hasher: TextHasher },
): Promise<StoredNodes> {
  const levels: number[] = [];
  const indexes: number[] = [];
  for (const { level, index } of completeSubtrees({ start: 0, end: start })) {
    levels.push(level);
    indexes.push(index);
  }
  for (let level = TILE_HEIGHT, width = TILE_WIDTH; width <= end; level += 1, width *= 2) {
    for (let index = Math.floor(start / width); (index + 1) * width <= end; index += 1) {
      levels.push(level);
      indexes.push(index);
    }
  }
  const { rows } = await connection.query(statements.nodes, [levels, indexes]);
  return new Map(
    rows.map((row) => [
      `${Number(row['level'])}/${Number(row['idx'])}`,
      corruptUnless(() => hasher.decode(row['hash'] as Uint8Array)),
    ]),
  );
}

function requireNode(stored: StoredNodes, level: number, index: number): string {
  const hash = stored.get(`${level}/${index}`);
  if (hash !== undefined) return hash;
  throw new Fault('log.corrupt', `the root of subtree ${index} at level ${level} is not stored`, {
    table: 'nodes',
  });
}

function requireNoted(frontier: Frontier<string>, hasher: TextHasher, noted: readonly Checkpoint[]): void {
  for (const { size, root } of noted) {
    if (size !== frontier.size || equalBytes(root, hasher.encode(frontier.root()))) continue;
    throw new Fault('log.corrupt', `the first ${size} entries do not lead to the root that was noted`, {
      size,
    });
  }
}

function missing(index: number): Fault {
  return new Fault('log.corrupt', `entry ${index} is missing`, { index });
}

function edited(index: number): Fault {
  return new Fault('log.corrupt', `entry ${index} or a hash over it was edited`, { index });
}
