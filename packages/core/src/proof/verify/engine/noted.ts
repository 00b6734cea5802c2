/** Checkpoints that the verifier noted earlier: the log must still extend each of them (RFC 9162 §2.1.4, by replay). */
import type { VerifyOptions } from '../report.ts';
import type { NotedCheckpoint, OpenedCheckpoint } from '../trust.ts';
import { openCheckpoint } from './checkpoint.ts';
import type { ProblemList } from './problems.ts';
import type { Tree } from './tree.ts';

/** Opens all that was noted and answers what a trusted key signed of this log, smallest first; a cut tail and a fork show at once. */
export async function openNoted(
  { noted = [], from, trust }: VerifyOptions,
  { checkpoint: { origin, size, root }, signed }: OpenedCheckpoint,
  problems: ProblemList,
): Promise<readonly NotedCheckpoint[]> {
  const usable: NotedCheckpoint[] = [];
  for (const [at, bytes] of [...noted, ...(from === undefined ? [] : [from])].entries()) {
    const place = at < noted.length ? `noted checkpoint ${at}` : 'checkpoint to start from';
    const opened = await openCheckpoint(bytes, trust, problems, place);
    if (opened?.signed !== true) continue;
    const one = opened.checkpoint;
    const roots = `the roots \`${btoa(one.root)}\` and \`${btoa(root)}\``;
    if (one.origin === origin) usable.push({ ...opened, place });
    else problems.add('origin-mismatch', `\`${one.origin}\` was noted, the log is \`${origin}\``, place);
    if (one.origin === origin && one.size > size)
      problems.add(
        'tail-cut',
        `the log has ${size} entries, what was noted covers ${one.size}: cut`,
        place,
        size,
      );
    if (one.origin === origin && one.size === size && one.root !== root)
      problems.add(signed ? 'fork' : 'history-rewritten', `checkpoints of size ${size} have ${roots}`, place);
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
  for (const {
    checkpoint: { size, root },
    place,
  } of noted) {
    if (size < first || size >= first + leaves.length) continue;
    const found = tree.root(leaves.slice(0, size - first));
    const roots = `\`${btoa(found)}\`, what was noted has \`${btoa(root)}\``;
    if (found !== root)
      problems.add('history-rewritten', `the first ${size} entries hash to ${roots}`, place);
  }
}
