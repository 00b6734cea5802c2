/** Under which keys consents, restrictions and notices of people are kept: by tag, never by name. */
import type { Notice } from './purpose.ts';
import { noticeHash } from './register.ts';

/** How much of a notice's hash tells its text from another, in characters. */
const HASH_LENGTH = 32;

/** Of consent to one purpose, in `consents`. */
export function consentKey(tag: string, purpose: string): string {
  return `${tag}.consent.${purpose}`;
}

/**
 * Of a notice in its version, in `notices`. INVARIANT: what somebody was shown is a text: another one is due, whatever register calls it the same version.
 */
export function noticeKey(tag: string, notice: Notice): string {
  return `${tag}.notice.${notice.id}.${notice.version}.${noticeHash(notice).slice(0, HASH_LENGTH)}`;
}

/**
 * Of restricted processing and objection, in `consents`: to any purpose, and to `purpose` alone. A record that is there restricts, whatever it says; it is
 * deleted where the restriction is lifted.
 */
export function restrictionKeys(tag: string, purpose: string): readonly [any: string, one: string] {
  return [`${tag}.restricted`, `${tag}.restricted.${purpose}`];
}
