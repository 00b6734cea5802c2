/** Indexes as ranges, as entries and notes of progress have them. */
import type { IndexRange } from '../../../model/index.ts';

/** `indexes`, rising, as ranges: those that follow each other are one. */
export function rangesOf(indexes: Iterable<number>): readonly IndexRange[] {
  const ranges: { from: number; to: number }[] = [];
  for (const index of indexes) {
    const last = ranges.at(-1);
    if (last?.to === index) last.to = index + 1;
    else ranges.push({ from: index, to: index + 1 });
  }
  return ranges;
}

/** `ranges`, sorted, none touching another, at most `most` of them: where there are more, those nearest to each other become one that covers both. */
export function coverRanges(ranges: readonly IndexRange[], most: number): readonly IndexRange[] {
  const merged: { from: number; to: number }[] = [];
  for (const { from, to } of ranges.toSorted((left, right) => left.from - right.from)) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to);
    else merged.push({ from, to });
  }
  if (merged.length <= most) return merged;
  const gaps = merged.slice(1).map(({ from }, at) => from - (merged[at] as IndexRange).to);
  const bridged = gaps.toSorted((left, right) => left - right)[merged.length - most - 1] as number;
  let left = merged.length - most;
  const covered: { from: number; to: number }[] = [];
  for (const range of merged) {
    const last = covered.at(-1);
    if (last !== undefined && left > 0 && range.from - last.to <= bridged) {
      last.to = range.to;
      left -= 1;
    } else covered.push({ ...range });
  }
  return covered;
}
