/** Under which keys consents, restrictions and notices of people are kept: by tag, never by name. */
import type { Notice } from './purpose.ts';

/** Of consent to one purpose, in `consents`. */
export function consentKey(tag: string, purpose: string): string {
  return `${tag}.consent.${purpose}`;
}

/** Of a notice in its version, in `notices`. */
export function noticeKey(tag: string, { id, version }: Pick<Notice, 'id' | 'version'>): string {
  return `${tag}.notice.${id}.${version}`;
}

/**
 * Of restricted processing and objection, in `consents`: to any purpose, and to `purpose` alone. A record that is there restricts, whatever it says; it is
 * deleted where the restriction is lifted.
 */
export function restrictionKeys(tag: string, purpose: string): readonly [any: string, one: string] {
  return [`${tag}.restricted`, `${tag}.restricted.${purpose}`];
}
