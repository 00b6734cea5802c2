/** Checkpoints that the verifier noted earlier: the log must still extend each of them. */
import { equalBytes, toBase64 } from '../../kernel/index.ts';
import type { ProblemList } from './problem.ts';
import { type OpenedCheckpoint, openCheckpoint, type Trust } from './trust.ts';

/** A noted checkpoint that a trusted key signed. */
export interface NotedCheckpoint extends OpenedCheckpoint {
  /** Which of the caller's it is, for messages. */
  readonly place: string;
}

/** Opens the checkpoints noted earlier and drops, with a problem, each that proves nothing. Smallest first. */
export async function openNoted(
  noted: readonly Uint8Array[],
  trust: Trust,
  origin: string,
  problems: ProblemList,
): Promise<readonly NotedCheckpoint[]> {
  const usable: NotedCheckpoint[] = [];
  for (const [position, bytes] of noted.entries()) {
    const place = `noted checkpoint ${position}`;
    const opened = await openCheckpoint(bytes, trust, problems, place);
    if (opened === undefined || !opened.signed) continue;
    if (opened.checkpoint.origin === origin) usable.push({ ...opened, place });
    else
      problems.add('origin-mismatch', `\`${opened.checkpoint.origin}\` was noted, the log is \`${origin}\``, {
        place,
      });
  }
  return usable.sort((left, right) => left.checkpoint.size - right.checkpoint.size);
}

/** What two signed checkpoints prove without any entry: a cut tail, or a fork. */
export function compareNoted(
  noted: readonly NotedCheckpoint[],
  latest: OpenedCheckpoint,
  problems: ProblemList,
): void {
  const { size, root } = latest.checkpoint;
  for (const { checkpoint, place } of noted) {
    if (checkpoint.size > size) {
      const message = `the log has ${size} entries, a checkpoint noted earlier covers ${checkpoint.size}: its tail was cut`;
      problems.add('tail-cut', message, { index: size, place });
    } else if (checkpoint.size === size && !equalBytes(checkpoint.root, root)) {
      const roots = `\`${toBase64(checkpoint.root)}\` and \`${toBase64(root)}\``;
      if (latest.signed)
        problems.add('fork', `two signed checkpoints of size ${size} have the roots ${roots}`, { place });
      else
        problems.add('history-rewritten', `two checkpoints of size ${size} have the roots ${roots}`, {
          place,
        });
    }
  }
}

/** Compares the root recomputed at `size`, below that of the log, with every checkpoint noted at that size. */
export function checkNotedRoot(
  noted: readonly NotedCheckpoint[],
  size: number,
  root: Uint8Array,
  problems: ProblemList,
): void {
  for (const { checkpoint, place } of noted) {
    if (checkpoint.size !== size || equalBytes(checkpoint.root, root)) continue;
    const message = `the first ${size} entries hash to \`${toBase64(root)}\`, a checkpoint noted earlier has \`${toBase64(checkpoint.root)}\``;
    problems.add('history-rewritten', message, { place });
  }
}
