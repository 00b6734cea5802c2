/** Matching of `like` patterns, in time linear in the text for each literal piece. */
import { type Pattern, WILDCARD } from '../language/index.ts';

/** A matcher for `pattern`, made once. */
export function compilePattern(pattern: Pattern): (text: string) => boolean {
  const pieces = pattern.filter((part) => part !== WILDCARD);
  if (pieces.length === pattern.length) {
    const whole = pieces.join('');
    return (text) => text === whole;
  }
  const head = pattern[0] === WILDCARD ? '' : (pieces.shift() ?? '');
  const tail = pattern.at(-1) === WILDCARD ? '' : (pieces.pop() ?? '');
  return (text) => {
    const end = text.length - tail.length;
    if (end < head.length || !text.startsWith(head) || !text.endsWith(tail)) return false;
    let at = head.length;
    // The first place where a piece fits leaves the most room for those after it.
    for (const piece of pieces) {
      const found = text.indexOf(piece, at);
      if (found < 0 || found + piece.length > end) return false;
      at = found + piece.length;
    }
    return true;
  };
}
