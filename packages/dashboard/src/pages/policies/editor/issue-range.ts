/** Where in a text a problem is. Pure. */
import type { Issue } from '../policy-data.ts';

/** Offsets of `issue` in `text`: what offends, a word, or at least one character where there is one. */
export function issueRange(
  text: string,
  { line = 1, column = 1, text: offending }: Issue,
): { readonly from: number; readonly to: number } {
  let start = 0;
  for (let at = 1; at < line; at += 1) {
    const end = text.indexOf('\n', start);
    if (end < 0) break;
    start = end + 1;
  }
  const end = text.indexOf('\n', start);
  const last = end < 0 ? text.length : end;
  const from = Math.min(start + Math.max(0, column - 1), last);
  const rest = text.slice(from, last);
  const length =
    offending !== undefined && offending !== '' && rest.startsWith(offending)
      ? offending.length
      : (/^\w+/.exec(rest)?.[0].length ?? 1);
  const to = Math.min(from + length, last);
  return to > from ? { from, to } : { from: Math.max(start, from - 1), to: from };
}
