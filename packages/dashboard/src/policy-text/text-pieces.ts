/** The text of a policy, taken apart for colours, with its conditions told apart. */
import { type CedarWord, cedarWord } from './cedar-words.ts';

/** Where something stands in a text; `end` is exclusive. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** Words of one kind, one after another. */
export interface TextPiece {
  readonly text: string;
  readonly kind: CedarWord | undefined;
}

/** Pieces of a condition, or of what stands between conditions. */
export interface TextPart {
  readonly isCondition: boolean;
  readonly pieces: readonly TextPiece[];
}

/** `text` in parts; together they are `text`, whatever `conditions` are. */
export function textParts(text: string, conditions: readonly Stretch[]): readonly TextPart[] {
  const parts: TextPart[] = [];
  let at = 0;
  for (const { start, end } of conditions.toSorted((one, other) => one.start - other.start)) {
    if (start < at || end <= start || end > text.length) continue;
    if (start > at) parts.push({ isCondition: false, pieces: piecesOf(text.slice(at, start)) });
    parts.push({ isCondition: true, pieces: piecesOf(text.slice(start, end)) });
    at = end;
  }
  if (at < text.length) parts.push({ isCondition: false, pieces: piecesOf(text.slice(at)) });
  return parts;
}

function piecesOf(text: string): readonly TextPiece[] {
  const pieces: { text: string; kind: CedarWord | undefined }[] = [];
  for (let rest = text; rest !== ''; ) {
    const { length, kind } = cedarWord(rest);
    const word = rest.slice(0, length);
    const last = pieces.at(-1);
    // What lies between words goes with what stands before it.
    if (last !== undefined && (last.kind === kind || word.trim() === '')) last.text += word;
    else pieces.push({ text: word, kind });
    rest = rest.slice(length);
  }
  return pieces;
}
