/** Text that a model reads and a person does not see. */

/** Zero-width and other format characters, tags, fillers, private use, controls; line feeds, tabs and what emoji are joined by are text. */
const INVISIBLE = /[\p{Cf}\p{Co}\p{Cs}\p{Default_Ignorable_Code_Point}\u2800]/u;
const CONTROL = /[^\P{Cc}\n\r\t]/u;
/** An emoji with what joins or varies it; its marks are part of the picture. */
const EMOJI = /\p{Extended_Pictographic}(?:\u200d|\ufe0f|\p{Emoji_Modifier})*/gu;
const BIDIRECTIONAL = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;
/** Blank that pushes what follows out of sight: so many lines, or so many columns before a word. */
const PUSHED_LINES = 12;
const PUSHED_COLUMNS = 60;
const COMMENT = /<!--/;

/** How `text` hides something; `undefined` where it does not. */
export function hiddenIn(text: string): string | undefined {
  const plain = text.replace(EMOJI, '');
  if (CONTROL.test(plain)) return 'control characters';
  if (BIDIRECTIONAL.test(plain)) return 'characters that reorder text';
  if (INVISIBLE.test(plain)) return 'invisible characters';
  if (isPushed(plain)) return 'text pushed out of sight by blank space';
  if (COMMENT.test(plain)) return 'a comment that a rendering leaves out';
  return undefined;
}

/** One pass: a pattern for this would try each blank anew. */
function isPushed(text: string): boolean {
  for (const { 0: blank, index } of text.matchAll(/\s+/g)) {
    const next = text.charAt(index + blank.length);
    if (next === '') continue;
    const lines = blank.split('\n').length - 1;
    if (lines >= PUSHED_LINES) return true;
    if (blank.length - lines >= PUSHED_COLUMNS && /[\p{L}<[]/u.test(next)) return true;
  }
  return false;
}
