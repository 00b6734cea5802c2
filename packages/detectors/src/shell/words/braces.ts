/** Brace expansion, on pieces: what is quoted or expanded later is one opaque unit, as in bash. */
import type { Budget } from '../engine/index.ts';
import type { Piece } from './pieces.ts';

/** A character that may have a meaning here, or a piece that has none. */
type Unit = string | Piece;

/** Most words of one sequence or of one word. */
const MAX_WORDS = 2000;
const SEQUENCE: RegExp =
  /^(?:([+-]?\d{1,9})\.\.([+-]?\d{1,9})|([A-Za-z])\.\.([A-Za-z]))(?:\.\.([+-]?\d{1,9}))?$/;

/** The words that `pieces` stand for; undefined where they would be too many to list. */
export function expandBraces(
  pieces: readonly Piece[],
  budget: Budget,
): readonly (readonly Piece[])[] | undefined {
  if (!pieces.some((piece) => piece.kind === 'text' && !piece.quoted && piece.text.includes('{')))
    return [pieces];
  const units = pieces.flatMap<Unit>((piece) =>
    piece.kind === 'text' && !piece.quoted ? [...piece.text] : [piece],
  );
  const words = expand(units, budget);
  return words?.map(gather);
}

function expand(units: readonly Unit[], budget: Budget): readonly (readonly Unit[])[] | undefined {
  budget.take(1 + Math.floor(units.length / 16));
  for (let open = units.indexOf('{'); open !== -1; open = units.indexOf('{', open + 1)) {
    const group = groupAt(units, open, budget);
    if (group === undefined) continue;
    const middles = alternatives(group.inner, group.commas, budget);
    if (middles === 'too-many') return undefined;
    if (middles === undefined) continue;
    const tails = expand(units.slice(group.end + 1), budget);
    if (tails === undefined || tails.length * middles.length > MAX_WORDS) return undefined;
    const head = units.slice(0, open);
    budget.take(tails.length * middles.length);
    return middles.flatMap((middle) => tails.map((tail) => [...head, ...middle, ...tail]));
  }
  return [units];
}

interface Group {
  readonly inner: readonly Unit[];
  /** Places of commas of this group, counted in `inner`. */
  readonly commas: readonly number[];
  readonly end: number;
}

function groupAt(units: readonly Unit[], open: number, budget: Budget): Group | undefined {
  const commas: number[] = [];
  let depth = 0;
  for (let at = open; at < units.length; at += 1) {
    if (units[at] === '{') depth += 1;
    else if (units[at] === ',' && depth === 1) commas.push(at - open - 1);
    else if (units[at] === '}') {
      depth -= 1;
      if (depth === 0) return { inner: units.slice(open + 1, at), commas, end: at };
    }
  }
  budget.take(1 + Math.floor((units.length - open) / 16));
  return undefined;
}

function alternatives(
  inner: readonly Unit[],
  commas: readonly number[],
  budget: Budget,
): readonly (readonly Unit[])[] | 'too-many' | undefined {
  if (commas.length === 0) return sequence(inner);
  const bounds = [-1, ...commas, inner.length];
  const words: (readonly Unit[])[] = [];
  for (let at = 0; at + 1 < bounds.length; at += 1) {
    const expanded = expand(inner.slice((bounds[at] as number) + 1, bounds[at + 1]), budget);
    if (expanded === undefined) return 'too-many';
    words.push(...expanded);
  }
  return words.length > MAX_WORDS ? 'too-many' : words;
}

function sequence(inner: readonly Unit[]): readonly (readonly Unit[])[] | 'too-many' | undefined {
  if (!inner.every((unit) => typeof unit === 'string')) return undefined;
  const match = SEQUENCE.exec(inner.join(''));
  if (match === null) return undefined;
  const [, firstNumber, lastNumber, firstLetter, lastLetter, by] = match;
  const isNumber = firstNumber !== undefined && lastNumber !== undefined;
  const from = isNumber ? Number(firstNumber) : (firstLetter ?? '').charCodeAt(0);
  const to = isNumber ? Number(lastNumber) : (lastLetter ?? '').charCodeAt(0);
  const step = Math.max(1, Math.abs(Number(by ?? 1)));
  if (Math.abs(to - from) / step >= MAX_WORDS) return 'too-many';
  const padded = [firstNumber, lastNumber].some((text) => /^[+-]?0\d/.test(text ?? ''));
  const width = padded ? Math.max(firstNumber?.length ?? 0, lastNumber?.length ?? 0) : 0;
  const words: Unit[][] = [];
  for (let at = 0; at <= Math.abs(to - from); at += step) {
    const value = from < to ? from + at : from - at;
    words.push([...(isNumber ? pad(value, width) : String.fromCharCode(value))]);
  }
  return words;
}

function pad(value: number, width: number): string {
  const sign = value < 0 ? '-' : '';
  return sign + String(Math.abs(value)).padStart(width - sign.length, '0');
}

function gather(units: readonly Unit[]): readonly Piece[] {
  const pieces: Piece[] = [];
  let text = '';
  const flush = (): void => {
    if (text !== '') pieces.push({ kind: 'text', text, quoted: false });
    text = '';
  };
  for (const unit of units) {
    if (typeof unit === 'string') text += unit;
    else {
      flush();
      pieces.push(unit);
    }
  }
  flush();
  return pieces;
}
