/** Checkpoints that the verifier noted earlier: the log must still extend each of them (RFC 9162 §2.1.4, by replay). */
import type { VerifyOptions } from '../report.ts';
import type { NotedCheckpoint, OpenedCheckpoint } from '../trust.ts';
import { openCheckpoint } from './checkpoint.ts';
import type { ProblemList } from './problems.ts';
import type { Tree } from './tree.ts';

/** Opens all that was noted and answers what a trusted key signed of this log, smallest first; a cut tail and a fork show at once. */
export async function openNoted(
  { noted = [], from, trust }: VerifyOptions,
  { checkpoint, signed }: OpenedCheckpoint,
  problems: ProblemList,
): Promise<readonly NotedCheckpoint[]> {
  const { origin, size, root } = checkpoint;
  const usable: NotedCheckpoint[] = [];
  for (const [at, bytes] of [...noted, ...(from === undefined ? [] : [from])].entries()) {
    const place = at < noted.length ? `noted checkpoint ${at}` : 'checkpoint to start from';
    const opened = await openCheckpoint(bytes, trust, problems, place);
    if (opened?.signed !== true) continue;
    const one = opened.checkpoint;
    const [own, other] = [checkpoint, one].map(
      (it) => `${it.size} entries of \`${it.origin}\` with root ${btoa(it.root)}`,
    );
    const what = `the log has ${own}, what was noted covers ${other}`;
    if (one.origin === origin) usable.push({ ...opened, place });
    if (one.origin !== origin) problems.add('origin-mismatch', what, place);
    else if (one.size > size) problems.add('tail-cut', what, place, size);
    else if (one.size === size && one.root !== root)
      problems.add(signed ? 'fork' : 'history-rewritten', what, place);
  }
  return usable.sort((left, right) => left.checkpoint.size - right.checkpoint.size);
}

/** Compares what was noted at a size from `first` on, under that of all `leaves` of the next bundle, with the root over as many entries. */
export function checkNoted(
  noted: readonly NotedCheckpoint[],
  first: number,
  leaves: readonly string[],
  tree: Tree,
  problems: ProblemList,
): void {
  for (const { checkpoint, place } of noted) {
    const count = checkpoint.size - first;
    if (count < 0 || count >= leaves.length) continue;
    const [found, expected] = [btoa(tree.root(leaves.slice(0, count))), btoa(checkpoint.root)];
    if (found !== expected)
      problems.add('history-rewritten', `${checkpoint.size} entries give ${found}, not ${expected}`, place);
  }
}
