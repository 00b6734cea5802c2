/** Entity tags (RFC 9110 §8.8.3): of an object, the index of the entry that wrote it. */
import { Problem } from './problem.ts';

/** The strong tag of an object that the entry `index` wrote. */
export function entityTag(index: number): string {
  return `"${index}"`;
}

/**
 * The index that `If-Match` names. Throws `request.unconditional` where it is absent, and `request.malformed` for lists, weak tags and `*`: a change is made to
 * exactly what was seen.
 */
export function requireMatch(header: string | undefined): number {
  if (header === undefined)
    throw new Problem(
      'request.unconditional',
      'a change names what it was made to: send `If-Match` with the `ETag` that was read',
    );
  const [, digits] = /^"(0|[1-9][0-9]{0,15})"$/.exec(header) ?? [];
  const index = Number(digits);
  if (digits === undefined || !Number.isSafeInteger(index))
    throw new Problem('request.malformed', '`If-Match` is one strong entity tag that this server gave');
  return index;
}
