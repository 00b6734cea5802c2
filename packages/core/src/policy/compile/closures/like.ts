/** Matching of `like` patterns, in time linear in the text. */
import { type Pattern, WILDCARD } from '../../language/index.ts';

/** A matcher for `pattern`, made once. */
export function compilePattern(pattern: Pattern): (text: string) => boolean {
  const pieces = pattern.filter((part) => part !== WILDCARD);
  if (pieces.length === pattern.length) {
    const whole = pieces.join('');
    return (text) => text === whole;
  }
  const head = pattern[0] === WILDCARD ? '' : (pieces.shift() ?? '');
  const tail = pattern.at(-1) === WILDCARD ? '' : (pieces.pop() ?? '');
  const finders = pieces.map(finderOf);
  return (text) => {
    const end = text.length - tail.length;
    if (end < head.length || !text.startsWith(head) || !text.endsWith(tail)) return false;
    let at = head.length;
    // The first place where a piece fits leaves the most room for those after it.
    for (const [index, piece] of pieces.entries()) {
      const found = (finders[index] as Finder)(text, at);
      if (found < 0 || found + piece.length > end) return false;
      at = found + piece.length;
    }
    return true;
  };
}

/** Where a piece stands in a text from a place on; -1 where it does not. */
type Finder = (text: string, from: number) => number;

/** Longest piece that is looked for by `indexOf`, whose worst case is the product of both lengths. */
const MAX_PLAIN_PIECE = 32;

/** Looks for `piece`: a long one by the borders of its beginnings (Knuth, Morris and Pratt), which never goes back in the text. */
function finderOf(piece: string): Finder {
  if (piece.length <= MAX_PLAIN_PIECE) return (text, from) => text.indexOf(piece, from);
  const borders = bordersOf(piece);
  return (text, from) => {
    let matched = 0;
    for (let at = from; at < text.length; at += 1) {
      const unit = text.charCodeAt(at);
      while (matched > 0 && piece.charCodeAt(matched) !== unit) matched = borders[matched - 1] ?? 0;
      if (piece.charCodeAt(matched) === unit) matched += 1;
      if (matched === piece.length) return at - matched + 1;
    }
    return -1;
  };
}

/** For each beginning of `piece`, the length of the longest shorter beginning that it ends with. */
function bordersOf(piece: string): readonly number[] {
  const borders = [0];
  for (let at = 1, border = 0; at < piece.length; at += 1) {
    while (border > 0 && piece.charCodeAt(border) !== piece.charCodeAt(at)) border = borders[border - 1] ?? 0;
    if (piece.charCodeAt(border) === piece.charCodeAt(at)) border += 1;
    borders.push(border);
  }
  return borders;
}
