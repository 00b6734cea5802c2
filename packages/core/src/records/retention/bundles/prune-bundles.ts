/** Entries past their time are served no longer: their bundles are archived where that is asked, told of, and removed. Tiles stay, and so do rows. */
import { Fault } from '../../../kernel/index.ts';
import { TILE_WIDTH } from '../../../proof/index.ts';
import { bundlesDraft } from '../drafts.ts';
import { firstSince, StandingHolds } from '../past-bodies.ts';
import type { BundlePorts, BundlesReport, RetentionPorts } from '../ports.ts';
import type { ToldPruning } from '../progress/index.ts';
import { Turns } from '../turns.ts';
import { archiveBundles } from './archive-bundles.ts';
import { firstHeld, latestTold } from './look.ts';

/** One run over bundles. */
export interface BundleRun {
  readonly bundles: BundlePorts;
  /** Entries before this instant are past their time, milliseconds since 1970. */
  readonly before: number;
  readonly isDryRun: boolean;
  /** What is known of earlier runs. */
  readonly told: ToldPruning | undefined;
  /** Notes it. */
  readonly note: (told: ToldPruning) => void;
}

/**
 * Prunes once. INVARIANT: a bundle goes only when its entries are past their time, no legal hold keeps one of them, it is in its archive where it has one, its tile is proven to be served, and an
 * entry under the published checkpoint tells of it. A run that ends anywhere is finished by the next: everything before the removal is done again to the same effect, and
 * what was told and is still there is removed. `undefined` where it was told to stop. Throws `archive.unverified`, `io.failed`, `tile.*`, `proof.mismatch`, `log.*`.
 */
export async function pruneBundles(
  ports: RetentionPorts,
  run: BundleRun,
): Promise<BundlesReport | undefined> {
  const { bundles, before, isDryRun, note } = run;
  const { fingerprint } = new StandingHolds(ports.state);
  const last = await latestTold(ports, run.told);
  const due = firstSince(ports.reader, 0, before);
  const free = await firstHeld(ports, due);
  if (last === undefined || free === undefined) return undefined;
  note(last);
  const end = free - (free % TILE_WIDTH);
  const pruned = Math.max(0, end - last.below) / TILE_WIDTH;
  const report = { before, minimumIndex: Math.max(end, last.below), pruned, held: due - free };
  if (isDryRun) return { ...report, removed: 0, kept: 0 };
  let told = last;
  let archive: BundlesReport['archive'];
  if (end > last.below) {
    const range = { from: last.below / TILE_WIDTH, to: end / TILE_WIDTH };
    // What an archive is compared with.
    if (bundles.archive !== undefined) await bundles.publish();
    const archived = await archiveBundles(ports, bundles, range);
    if (archived === 'stopped') return undefined;
    archive = archived;
    if (new StandingHolds(ports.state).fingerprint !== fingerprint) throw changed();
    told = await tell(ports, { below: end, before, held: due - free, pruned, archive }, last);
    note(told);
  }
  const upTo = Math.min(told.below, end);
  if (upTo === 0) return { ...report, removed: 0, kept: 0 };
  // Not before what tells of it is under the published checkpoint.
  await bundles.publish();
  const turns = new Turns(ports);
  const removed = await bundles.published.prune(told, {
    upTo,
    async next() {
      if (new StandingHolds(ports.state).fingerprint !== fingerprint) throw changed();
      await turns.next();
      return ports.signal?.aborted !== true;
    },
  });
  return { ...report, ...removed, ...(archive === undefined ? {} : { archive }) };
}

/** Writes the entry, unless another node wrote the same. */
async function tell(
  ports: RetentionPorts,
  { below, before, held, pruned, archive }: Parameters<typeof bundlesDraft>[1],
  last: ToldPruning,
): Promise<ToldPruning> {
  const result = await ports.writer.append(bundlesDraft(ports, { below, before, held, pruned, archive }));
  if (result.status === 'committed') return { below, entry: result.index, next: result.index + 1 };
  if (result.refusal !== 'consumed')
    throw new Fault('log.conflict', `bundles past their time could not be told of: ${result.refusal}`);
  const told = await latestTold(ports, last);
  if (told !== undefined && told.below >= below) return told;
  throw new Fault('log.conflict', `the entry that tells of bundles below ${below} is not found yet`, {
    hint: 'the next run looks again',
  });
}

function changed(): Fault {
  return new Fault('log.conflict', 'legal holds changed while bundles were to be removed', {
    hint: 'the next run looks again',
  });
}
