/** What a published log says of bundles that it pruned: everybody can look up the entry that tells of it. */
import { fromUtf8, isFault, utf8 } from '../../../kernel/index.ts';
import type { RetentionRecord } from '../../../model/index.ts';
import { bundlePath, parseTilePath, TILE_WIDTH } from '../../../proof/index.ts';
import type { PublishedSource } from '../published-source.ts';
import type { PublishTarget } from '../publish-target.ts';

/** File of a published log that says so, beside the checkpoint; absent where no bundle was pruned. Tiles below stay served. */
export const PRUNED_BUNDLES_PATH = 'pruned-bundles';
/** What the names of bundles begin with. */
export const BUNDLES_PREFIX: string = bundlePath({ index: 0, width: TILE_WIDTH }).replace(/[0-9]+$/, '');
/** Longest file read, in bytes; two indexes and their line feeds fit many times. */
export const MAX_MARK_BYTES = 4_096;

/** Which bundles are gone for good, and which entry of the log tells of it. */
export interface BundlePruning {
  /** A multiple of 256: bundles of the entries below are gone. */
  readonly below: number;
  /** Index of the `retention` entry that says so, or more. */
  readonly entry: number;
}

/** The bytes of the file. */
export function formatPrunedMark({ below, entry }: BundlePruning): Uint8Array {
  return utf8(`${below}\n${entry}\n`);
}

/** What `target` says of itself; nothing proves it. Absent where there is no file, or one that no log writes. Throws `log.unavailable`. */
export async function readPrunedMark(
  target: Pick<PublishTarget, 'read'>,
): Promise<BundlePruning | undefined> {
  return parsePrunedMark(await target.read(PRUNED_BUNDLES_PATH, MAX_MARK_BYTES));
}

/** What `bytes` say. Absent for what no log writes. */
export function parsePrunedMark(bytes: Uint8Array | undefined): BundlePruning | undefined {
  const text = bytes === undefined ? '' : Buffer.from(bytes).toString('latin1');
  const [, below, entry] = /^([1-9][0-9]{0,15})\n([1-9][0-9]{0,15})\n$/.exec(text) ?? [];
  const mark = { below: Number(below), entry: Number(entry) };
  return mark.below % TILE_WIDTH === 0 && Number.isSafeInteger(mark.entry) ? mark : undefined;
}

/** The mark of `target` where the log itself tells it. INVARIANT: whoever may write there cannot make the log leave out bundles that nobody pruned. */
export async function provenPruning(
  target: Pick<PublishTarget, 'read'>,
  source: Pick<PublishedSource, 'entries'>,
): Promise<BundlePruning | undefined> {
  const mark = await readPrunedMark(target);
  if (mark === undefined) return undefined;
  const [told] = await source.entries(mark.entry, 1);
  return told !== undefined && mark.below <= mark.entry && tellsBelow(told.bytes) >= mark.below
    ? mark
    : undefined;
}

/** Index of the bundle at `path`, full or partial; absent for what is none. */
export function bundleAt(path: string): number | undefined {
  try {
    const found = parseTilePath(path);
    return found.kind === 'bundle' ? found.bundle.index : undefined;
  } catch (fault) {
    if (isFault(fault)) return undefined;
    throw fault;
  }
}

/** Whether all entries of bundle `index` are below `below`. */
export function isBundleBelow(index: number, below: number): boolean {
  return (index + 1) * TILE_WIDTH <= below;
}

/** Below which index the entry in `bytes` tells that entries were pruned; 0 where it tells nothing of it. */
function tellsBelow(bytes: Uint8Array): number {
  const entry = JSON.parse(fromUtf8(bytes)) as {
    readonly kind?: unknown;
    readonly retention?: RetentionRecord;
  };
  return entry.kind === 'retention' ? (entry.retention?.minimumIndex ?? 0) : 0;
}
