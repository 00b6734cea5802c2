/** "Did you mean": the nearest of the names that exist. */

/** Names longer than this are not compared; nobody mistypes them. */
const MAX_COMPARED = 128;

/** ``did you mean `x`?`` for the candidate nearest to `name`, or `undefined` where none is near. */
export function didYouMean(name: string, candidates: Iterable<string>): string | undefined {
  let nearest: string | undefined;
  let best = Math.max(2, Math.floor(name.length / 3)) + 1;
  for (const candidate of candidates) {
    if (candidate.length > MAX_COMPARED || Math.abs(candidate.length - name.length) >= best) continue;
    const distance = editDistance(name, candidate);
    if (distance < best) {
      best = distance;
      nearest = candidate;
    }
  }
  return nearest === undefined ? undefined : `did you mean \`${nearest}\`?`;
}

/** Levenshtein distance, quadratic in names of at most {@link MAX_COMPARED} characters. */
function editDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let at = 1; at <= left.length; at += 1) {
    const next = [at];
    for (let index = 1; index <= right.length; index += 1) {
      const change = (row[index - 1] ?? 0) + (left[at - 1] === right[index - 1] ? 0 : 1);
      next.push(Math.min(change, (row[index] ?? 0) + 1, (next[index - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? left.length;
}
