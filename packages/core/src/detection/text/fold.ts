/** Compatibility folding: full-width and styled letters become plain ones, invisible characters go (Unicode NFKC, UTS #36). */
import { type MappedText, MappedTextBuilder } from './mapped-text.ts';

/** Soft hyphen, combining grapheme joiner, zero-width and bidirectional controls, variation selectors, byte order mark, tags. */
const INVISIBLE: RegExp =
  /[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\u{e0000}-\u{e0fff}]/u;

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
  const folded = INVISIBLE.test(character) ? '' : character.normalize('NFKC');
  if (character.length === 1 && STATES[unit] === UNKNOWN) {
    STATES[unit] = folded === character ? KEPT : CHANGED;
  }
  return folded;
}

function isLeadSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
