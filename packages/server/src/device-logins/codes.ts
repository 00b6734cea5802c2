/** The two codes of a device login (RFC 8628): one that a command keeps to itself, and one that a person reads and types. */
import { createHash } from 'node:crypto';
import type { Random } from '@writ/core';

/** Consonants that are not mistaken for one another, and spell nothing (RFC 8628 §6.1). */
const LETTERS = 'BCDFGHJKLMNPQRSTVWXZ';
const LENGTH = 8;
const HALF = LENGTH / 2;
/** Bytes from here on would make some letters likelier than others. */
const EVEN = 256 - (256 % LETTERS.length);
const TYPED = /^[A-Z]{8}$/;

/** A new user code, `WDJB-MJHT`: 20⁸ of them, so that those which are under way cannot be guessed in the tries that there are. */
export function newUserCode(random: Random): string {
  let code = '';
  while (code.length < LENGTH) {
    const [byte = EVEN] = random.bytes(1);
    if (byte < EVEN) code += LETTERS[byte % LETTERS.length];
  }
  return `${code.slice(0, HALF)}-${code.slice(HALF)}`;
}

/** What is kept of a user code, however it was typed: SHA-256 in hexadecimal. Its 34 bits are found from it by whoever reads the tables; what they give is a question that a person is asked. */
export function userCodeHash(typed: string): string | undefined {
  const code = typed.toUpperCase().replaceAll(/[^A-Z]/g, '');
  if (!TYPED.test(code)) return undefined;
  return createHash('sha256').update(`writ/user-code/v1\0${code}`).digest('hex');
}
