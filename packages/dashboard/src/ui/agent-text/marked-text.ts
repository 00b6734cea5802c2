/** Text that people or agents wrote, for the few places where nothing but text can stand: options of a field, names for who listens. */
import { readText } from './read-text.ts';

const LONGEST = 80;

/** `text` with what cannot be seen in brackets, cut to `limit` characters. */
export function markedText(text: string, limit: number = LONGEST): string {
  const { pieces, left } = readText(text, limit, false);
  const shown = pieces.map((piece) => (piece.kind === 'mark' ? `[${piece.code}]` : piece.text)).join('');
  return left > 0 ? `${shown}…` : shown;
}
