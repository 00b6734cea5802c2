/** Compatibility folding: full-width and styled letters become plain ones, invisible characters go (Unicode NFKC, UTS #36). */
import { type MappedText, MappedTextBuilder } from './mapped-text.ts';

/** First and last of: soft hyphen, grapheme joiner, fillers, zero-width and bidirectional controls, variation selectors, byte order mark, tags. */
const INVISIBLE: readonly (readonly [first: number, last: number])[] = [
  [0x00ad, 0x00ad],
  [0x034f, 0x034f],
  [0x061c, 0x061c],
  [0x115f, 0x1160],
  [0x17b4, 0x17b5],
  [0x180b, 0x180e],
  [0x200b, 0x200f],
  [0x202a, 0x202e],
  [0x2060, 0x206f],
  [0x3164, 0x3164],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
  [0xe0000, 0xe0fff],
];

const UNICODE_BMP = 0x10000;
const UNKNOWN = 0;
const KEPT = 1;
const CHANGED = 2;

/** What is known of each unit of the basic plane; filled as characters turn up, 64 KiB at most. */
const STATES: Uint8Array = new Uint8Array(UNICODE_BMP);

/** The folded form of `text`, or `undefined` where it would be the same. The work is linear: each character is folded by itself. */
export function fold(text: string, outer: MappedText | undefined): MappedText | undefined {
  let builder: MappedTextBuilder | undefined;
  let copied = 0;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80 || STATES[unit] === KEPT) continue;
    const width = isLeadSurrogate(unit) && at + 1 < text.length ? 2 : 1;
    const character = text.slice(at, at + width);
    const folded = foldCharacter(character, unit);
    if (folded !== character) {
      builder ??= new MappedTextBuilder();
      builder.copy(text, copied, at);
      builder.replace(folded, at, at + width);
      copied = at + width;
    }
    at += width - 1;
  }
  builder?.copy(text, copied, text.length);
  return builder?.build(outer);
}

function foldCharacter(character: string, unit: number): string {
  const folded = isInvisible(character.codePointAt(0) ?? 0) ? '' : character.normalize('NFKC');
  if (character.length === 1 && STATES[unit] === UNKNOWN) {
    STATES[unit] = folded === character ? KEPT : CHANGED;
  }
  return folded;
}

function isInvisible(codePoint: number): boolean {
  return INVISIBLE.some(([first, last]) => codePoint >= first && codePoint <= last);
}

function isLeadSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
