/** UTF-8 checked byte by byte (RFC 3629 §4), so that what is no text is left at its first wrong byte and not at the end of an exception. */

/** What may come next: how many continuation bytes are due, and between which bounds the next of them lies. */
export type Utf8State = number;

/** Between two characters: where a text begins, and where it may end. */
export const BETWEEN: Utf8State = 0;
/** No continuation makes it well-formed any more. */
export const MALFORMED: Utf8State = -1;

const FIRST_CONTINUATION = 0x80;
const LAST_CONTINUATION = 0xbf;

/** The state after `byte`, 0 to 255, in `state`, which is not {@link MALFORMED}. */
export function afterByte(state: Utf8State, byte: number): Utf8State {
  if (state === BETWEEN) return byte < FIRST_CONTINUATION ? BETWEEN : afterLead(byte);
  const due = state & 0xff;
  const least = (state >> 8) & 0xff;
  const most = (state >> 16) & 0xff;
  if (byte < least || byte > most) return MALFORMED;
  return due === 1 ? BETWEEN : awaiting(due - 1, FIRST_CONTINUATION, LAST_CONTINUATION);
}

/** The bounds of the second byte keep out overlong forms, surrogates and what lies beyond U+10FFFF. */
function afterLead(lead: number): Utf8State {
  if (lead < 0xc2 || lead > 0xf4) return MALFORMED;
  if (lead < 0xe0) return awaiting(1, FIRST_CONTINUATION, LAST_CONTINUATION);
  if (lead === 0xe0) return awaiting(2, 0xa0, LAST_CONTINUATION);
  if (lead === 0xed) return awaiting(2, FIRST_CONTINUATION, 0x9f);
  if (lead < 0xf0) return awaiting(2, FIRST_CONTINUATION, LAST_CONTINUATION);
  if (lead === 0xf0) return awaiting(3, 0x90, LAST_CONTINUATION);
  return awaiting(3, FIRST_CONTINUATION, lead === 0xf4 ? 0x8f : LAST_CONTINUATION);
}

function awaiting(due: number, least: number, most: number): Utf8State {
  return due | (least << 8) | (most << 16);
}
