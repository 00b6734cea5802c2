/** Recomputes a log from the bytes of its entries, bundle by bundle, and compares every tile with the result. */
import type { TileCoordinates } from '../../tiles/index.ts';
import type { LogSource } from '../source.ts';
import type { NotedCheckpoint } from '../trust.ts';
import { checkNoted } from './noted.ts';
import { MAX_PROBLEMS, type ProblemList } from './problems.ts';
import { tilePath, TILE_WIDTH, toLatin1 } from './text.ts';
import { createTree, type Digest, type Row, type Tree } from './tree.ts';

export interface ReplayOptions {
  readonly source: LogSource;
  readonly digest: Digest;
  /** Entries that the checkpoint claims. */
  readonly size: number;
  /** Entries that are not read, a multiple of 256: the tiles over them are believed as far as a noted checkpoint proves them. */
  readonly start: number;
  /** None of a size below `start`. */
  readonly noted: readonly NotedCheckpoint[];
  readonly rootOnly?: boolean | undefined;
  /** Whether the first bundles may be gone while their tiles stand; then the root is that of the tiles. */
  readonly mayLackFirst: boolean;
  /** Called for each entry in order; the bytes are on loan. Default none. */
  readonly take?: ((entry: Uint8Array, index: number) => void) | undefined;
  /** Called before each bundle with the number of entries before it; what it throws ends the replay. */
  readonly progress?: ((entries: number) => void) | undefined;
}

/** The root over the bytes of all entries, absent where one could not be read in its place; and entries that bundles hold beyond the size. */
export interface Replayed {
  readonly root?: string;
  /** The first entry that was read: from `start` up to it, bundles are gone and leaves were taken from their tiles. */
  readonly pruned?: number;
  readonly spare?: number | undefined;
}

/** The first entries of a bundle, as many as were asked for, and how many follow; unknown where it is not whole. */
interface Bundle {
  readonly entries: readonly Uint8Array[];
  readonly spare?: number | undefined;
}

/** Replays the entries from `start` up to `size`. Memory: one bundle, one tile for each level, and the problems found. */
export async function replayEntries(options: ReplayOptions, problems: ProblemList): Promise<Replayed> {
  const { source, size, start, noted, take, progress } = options;
  const tree = await openTree(options, problems);
  if (tree === undefined) return {};
  const none: Bundle = { entries: [], spare: 0 };
  let [isComplete, bundle, pruned] = [true, none, start];
  for (let first = start; first < size; first += TILE_WIDTH) {
    if (problems.all.length >= MAX_PROBLEMS) return {};
    progress?.(first);
    const [index, width] = [first / TILE_WIDTH, Math.min(TILE_WIDTH, size - first)];
    const gone = first === pruned ? await readGone(options, index, width) : undefined;
    if (gone !== undefined) pruned += TILE_WIDTH;
    bundle = gone === undefined ? await readBundle(source, index, width, problems) : none;
    const leaves = gone ?? bundle.entries.map((entry) => tree.leaf(entry));
    isComplete &&= bundle.spare !== undefined;
    await compareTile(options, { level: 0, index, hashes: leaves }, problems, width);
    if (isComplete) checkNoted(noted, first, leaves, tree, problems);
    for (const row of isComplete ? tree.append(leaves) : []) await compareTile(options, row, problems);
    bundle.entries.forEach((entry, offset) => take?.(entry, first + offset));
  }
  if (!isComplete) return { spare: bundle.spare, pruned };
  for (const row of tree.rows)
    if (row.level > 0 && row.hashes.length > 0) await compareTile(options, row, problems);
  return { root: tree.root(), spare: bundle.spare, pruned };
}

/** The tree over the first `start` entries, from the tiles above the leaves, as they are published for all `size`. */
async function openTree(
  { source, digest, start, size }: ReplayOptions,
  problems: ProblemList,
): Promise<Tree | undefined> {
  const rows: Row[] = [{ level: 0, index: start / TILE_WIDTH, hashes: [] }];
  for (let level = 1, span = TILE_WIDTH; span <= start; level += 1, span *= TILE_WIDTH) {
    const index = Math.floor(start / span / TILE_WIDTH);
    const within = (end: number) => Math.min(Math.floor(end / span) - index * TILE_WIDTH, TILE_WIDTH);
    const [length, tile] = [within(start), { level, index, width: within(size) }];
    const bytes = length === 0 ? new Uint8Array(0) : await readTile(source, tile, problems);
    if (bytes === undefined) return undefined;
    rows.push({ level, index, hashes: hashesOf(bytes, length) });
  }
  return createTree(digest, rows);
}

const hashesOf = (tile: Uint8Array, length: number): string[] =>
  Array.from({ length }, (_, at) => toLatin1(tile.subarray(at * 32, at * 32 + 32)));

/** The leaves of a full bundle that is gone, from its tile. Nothing but the signed root proves them. */
async function readGone(
  { source, mayLackFirst }: ReplayOptions,
  index: number,
  width: number,
): Promise<string[] | undefined> {
  if (!mayLackFirst || (await source.readBundle({ index, width })) !== undefined) return undefined;
  const tile = await source.readTile({ level: 0, index, width });
  return tile?.length === TILE_WIDTH * 32 ? hashesOf(tile, TILE_WIDTH) : undefined;
}

/** Reads what has that width, or what is full in its stead: a log may drop partial files once the full one exists. */
async function readEither(read: (width: number) => ReturnType<LogSource['readTile']>, width: number) {
  const bytes = await read(width);
  return bytes === undefined ? { bytes: await read(TILE_WIDTH), held: TILE_WIDTH } : { bytes, held: width };
}

/** The first `width` entries of a bundle, each behind its length in two bytes, and how many follow: unknown, and a problem, where it is not whole. */
async function readBundle(
  source: LogSource,
  index: number,
  width: number,
  problems: ProblemList,
): Promise<Bundle> {
  const [place, first] = [tilePath('entries', index, width), index * TILE_WIDTH];
  const { bytes, held } = await readEither((wide) => source.readBundle({ index, width: wide }), width);
  const [entries, length]: [Uint8Array[], number] = [[], bytes?.length ?? 0];
  let end = 0;
  while (bytes !== undefined && end < length && entries.length <= TILE_WIDTH) {
    const start = end + 2;
    end = start + (bytes[start - 2] ?? 0) * 256 + (bytes[start - 1] ?? 0);
    entries.push(bytes.subarray(start, end));
  }
  const isBundle = end === length && entries.length > 0 && entries.length <= TILE_WIDTH;
  if (bytes === undefined) problems.add('bundle-missing', `\`${place}\` is missing`, place, first);
  else if (!isBundle)
    problems.add('bundle-malformed', `\`${place}\` is no bundle of 1 to 256 entries`, place, first);
  else if (entries.length !== held)
    problems.add(
      'entry-count',
      `\`${place}\` holds ${entries.length} entries, expected ${width}`,
      place,
      first,
    );
  else return { entries: entries.slice(0, width), spare: held - width };
  return { entries: isBundle ? entries.slice(0, width) : [] };
}

/** A published tile; `undefined`, and a problem, where it is missing or cut. */
async function readTile(
  source: LogSource,
  { level, index, width }: TileCoordinates,
  problems: ProblemList,
): Promise<Uint8Array | undefined> {
  const [place, first] = [tilePath(level, index, width), index * TILE_WIDTH ** (level + 1)];
  const { bytes, held } = await readEither((wide) => source.readTile({ level, index, width: wide }), width);
  if (bytes?.length === held * 32) return bytes;
  if (bytes === undefined) return problems.add('tile-missing', `\`${place}\` is missing`, place, first);
  return problems.add(
    'tile-malformed',
    `\`${place}\` has ${bytes.length} bytes, expected ${held * 32}`,
    place,
    first,
  );
}

/** Compares a published tile with the hashes that the entries lead to. What follows from an entry already named is left out. */
async function compareTile(
  { source, rootOnly = false }: ReplayOptions,
  { level, index, hashes }: Row,
  problems: ProblemList,
  width: number = hashes.length,
): Promise<void> {
  const published = rootOnly ? undefined : await readTile(source, { level, index, width }, problems);
  if (published === undefined) return;
  const [place, begin, span] = [tilePath(level, index, width), index * TILE_WIDTH, TILE_WIDTH ** level];
  const named = problems.all.map(
    (one) => one.code === 'leaf-mismatch' && Math.floor((one.index ?? -1) / span) - begin,
  );
  const offset = hashes.findIndex((hash, at) => !isAt(published, at * 32, hash) && !named.includes(at));
  const [code, first] = [level === 0 ? 'leaf-mismatch' : 'tile-mismatch', (begin + offset) * span] as const;
  if (offset >= 0)
    problems.add(code, `hash ${offset} of \`${place}\` is not that of entry ${first} on`, place, first);
}

function isAt(bytes: Uint8Array, start: number, hash: string): boolean {
  for (let at = 0; at < 32; at += 1) if (bytes[start + at] !== hash.charCodeAt(at)) return false;
  return true;
}
