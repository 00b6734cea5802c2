/** Under which name people are found who are known by an address or a number alone. */

/** An address or number as people write one. */
const PHONE = /^(?:\+|00)?[\d\s\u00a0()./-]{7,30}$/;
/** Fewest and most digits (E.164; a national number has seven at least). */
const MIN_DIGITS = 7;
const MAX_DIGITS = 15;
/** Longest address (RFC 5321 §4.5.3.1). */
const MAX_ADDRESS = 254;

/** `text` in lower case; `undefined` for what is no address of a mailbox. */
export function addressConcern(text: string): string | undefined {
  const address = text.trim();
  return address.length <= MAX_ADDRESS && /^[^\s@]+@[^\s@]+$/.test(address)
    ? address.toLowerCase()
    : undefined;
}

/** The digits of `text`, with `+` before them where it names its country (`+`, `00`); `undefined` for what is no telephone number. */
export function phoneConcern(text: string): string | undefined {
  const number = text.trim();
  if (!PHONE.test(number)) return undefined;
  const isInternational = number.startsWith('+') || number.startsWith('00');
  const digits = number.replace(/\D/g, '').replace(number.startsWith('00') ? /^00/ : /^$/, '');
  if (digits.length < MIN_DIGITS || digits.length > MAX_DIGITS) return undefined;
  return isInternational ? `+${digits}` : digits;
}
