/** Recomputes a log from the bytes of its entries, bundle by bundle, and compares every tile with the result. */
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
  /** Each of a size from `start` up to, not including, `size`. */
  readonly noted: readonly NotedCheckpoint[];
  readonly rootOnly?: boolean | undefined;
  /** Called for each entry in order; the bytes are on loan. Default none. */
  readonly take?: ((entry: Uint8Array, index: number) => void) | undefined;
  /** Called before each bundle with the number of entries before it; what it throws ends the replay. */
  readonly progress?: ((entries: number) => void) | undefined;
}

/** The root over the bytes of all entries, absent where one could not be read in its place; and entries that bundles hold beyond the size. */
export interface Replayed {
  readonly root?: string;
  readonly spare: number;
}

/** Replays the entries from `start` up to `size`. Memory: one bundle, one tile for each level, and the problems found. */
export async function replayEntries(options: ReplayOptions, problems: ProblemList): Promise<Replayed> {
  const { source, size, start, noted, rootOnly = false, take, progress } = options;
  const tree = await openTree(options, problems);
  if (tree === undefined) return { spare: 0 };
  const compare = async (rows: readonly Row[]) => {
    for (const row of rootOnly ? [] : rows) await compareTile(source, row, problems);
  };
  let isComplete = true;
  let spare: number | undefined = 0;
  for (let first = start; first < size; first += TILE_WIDTH) {
    if (problems.all.length >= MAX_PROBLEMS) return { spare: 0 };
    progress?.(first);
    const [index, width] = [first / TILE_WIDTH, Math.min(TILE_WIDTH, size - first)];
    const bundle = await readBundle(source, index, width, problems);
    const leaves = bundle.entries.map((entry) => tree.leaf(entry));
    ({ spare } = bundle);
    isComplete &&= spare !== undefined;
    if (isComplete) checkNoted(noted, first, leaves, tree, problems);
    await compare([{ level: 0, index, width, hashes: leaves }, ...(isComplete ? tree.append(leaves) : [])]);
    bundle.entries.forEach((entry, offset) => take?.(entry, first + offset));
  }
  if (isComplete) await compare(tree.begun().filter(({ level, width }) => level > 0 && width > 0));
  return { ...(isComplete ? { root: tree.root() } : {}), spare: spare ?? 0 };
}

/** The tree over the first `start` entries, from the tiles above the leaves, as they are published for all `size`. */
async function openTree(
  { source, digest, start, size }: ReplayOptions,
  problems: ProblemList,
): Promise<Tree | undefined> {
  const rows: string[][] = [[]];
  for (let level = 1, span = TILE_WIDTH; span <= start; level += 1, span *= TILE_WIDTH) {
    const index = Math.floor(start / span / TILE_WIDTH);
    const [begun, all] = [start, size].map((end) => Math.floor(end / span) - index * TILE_WIDTH) as [
      number,
      number,
    ];
    const row = { level, index, width: Math.min(all, TILE_WIDTH), hashes: [] };
    const bytes = begun === 0 ? new Uint8Array(0) : await readTile(source, row, problems);
    if (bytes === undefined) return undefined;
    const text = toLatin1(bytes);
    rows.push(Array.from({ length: begun }, (_, at) => text.slice(at * 32, at * 32 + 32)));
  }
  return createTree(digest, start, rows);
}

/** Reads what has that width, or what is full in its stead: a log may drop partial files once the full one exists. */
async function readEither(read: (width: number) => ReturnType<LogSource['readTile']>, width: number) {
  const bytes = await read(width);
  if (bytes !== undefined || width === TILE_WIDTH) return { bytes, held: width };
  return { bytes: await read(TILE_WIDTH), held: TILE_WIDTH };
}

/** The first `width` entries of a bundle, each behind its length in two bytes, and how many follow: unknown, and a problem, where it is not whole. */
async function readBundle(
  source: LogSource,
  index: number,
  width: number,
  problems: ProblemList,
): Promise<{ readonly entries: readonly Uint8Array[]; readonly spare?: number }> {
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
  const shown = isBundle ? entries.slice(0, width) : [];
  if (isBundle && entries.length === held) return { entries: shown, spare: held - width };
  const miscounted = `\`${place}\` holds ${entries.length} entries, expected ${width}`;
  if (bytes === undefined) problems.add('bundle-missing', `\`${place}\` is missing`, place, first);
  else if (isBundle) problems.add('entry-count', miscounted, place, first);
  else problems.add('bundle-malformed', `\`${place}\` is no bundle of 1 to 256 entries`, place, first);
  return { entries: shown };
}

/** A published tile; `undefined`, and a problem, where it is missing or cut. */
async function readTile(
  source: LogSource,
  { level, index, width }: Row,
  problems: ProblemList,
): Promise<Uint8Array | undefined> {
  const [place, first] = [tilePath(level, index, width), index * TILE_WIDTH ** (level + 1)];
  const { bytes, held } = await readEither((wide) => source.readTile({ level, index, width: wide }), width);
  if (bytes?.length === held * 32) return bytes;
  const cut = `\`${place}\` has ${bytes?.length} bytes, expected ${held * 32}`;
  if (bytes === undefined) problems.add('tile-missing', `\`${place}\` is missing`, place, first);
  else problems.add('tile-malformed', cut, place, first);
  return undefined;
}

/** Compares a published tile with the hashes that the entries lead to. What follows from an entry already named is left out. */
async function compareTile(source: LogSource, row: Row, problems: ProblemList): Promise<void> {
  const { level, index, width, hashes } = row;
  const published = await readTile(source, row, problems);
  const [place, span] = [tilePath(level, index, width), TILE_WIDTH ** level];
  const isNamed = (first: number) =>
    problems.all.some(
      ({ code, index: at = -1 }) => code === 'leaf-mismatch' && at >= first && at < first + span,
    );
  const firstOf = (offset: number) => (index * TILE_WIDTH + offset) * span;
  const isOther = (hash: string, offset: number) =>
    published !== undefined && !isAt(published, offset * 32, hash) && !isNamed(firstOf(offset));
  const offset = hashes.findIndex(isOther);
  if (offset < 0) return;
  const [code, what] =
    level === 0 ? (['leaf-mismatch', 'leaf'] as const) : (['tile-mismatch', 'hash'] as const);
  const first = firstOf(offset);
  problems.add(code, `${what} ${offset} of \`${place}\` is not that of entry ${first} on`, place, first);
}

function isAt(bytes: Uint8Array, start: number, hash: string): boolean {
  for (let at = 0; at < 32; at += 1) if (bytes[start + at] !== hash.charCodeAt(at)) return false;
  return true;
}
