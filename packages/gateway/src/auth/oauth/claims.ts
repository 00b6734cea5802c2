/** Reading claims: what a token says, found by path and never believed to have a shape. */
import { isJsonObject, type JsonObject, type JsonValue, MAX_ID_LENGTH, ownProperty } from '@writ/core';
import type { ClaimPath, MachineRule } from '../configuration.ts';

/** Most roles taken from a token (model). */
export const MAX_ROLES = 256;

/** The value at `path`, or `undefined`. */
export function claimAt(claims: JsonObject, path: ClaimPath): JsonValue | undefined {
  let value: JsonValue | undefined = claims;
  for (const name of path) value = isJsonObject(value) ? ownProperty(value, name) : undefined;
  return value;
}

/** The claim as an id: text that is well formed, not empty and, with `prefix` before it, not too long. `undefined` for anything else. */
export function idAt(claims: JsonObject, path: ClaimPath): string | undefined {
  const value = claimAt(claims, path);
  return typeof value === 'string' && isId(value) ? value : undefined;
}

/** The texts at `path`: a list of them, or one alone; empty for a missing claim, `undefined` where it is something else. */
export function textsAt(claims: JsonObject, path: ClaimPath): readonly string[] | undefined {
  const value = claimAt(claims, path);
  if (value === undefined || value === null) return [];
  const items: readonly JsonValue[] = Array.isArray(value) ? value : [value];
  return items.every((item): item is string => typeof item === 'string' && isId(item)) ? items : undefined;
}

/** Scopes at `path`: separated by spaces (RFC 8693 §4.2), or a list (Okta's `scp`). Unreadable ones are none. */
export function scopesAt(claims: JsonObject, path: ClaimPath): readonly string[] {
  return (textsAt(claims, path) ?? []).flatMap((text) => text.split(' ')).filter((scope) => scope !== '');
}

/** Whether `rule` says that the token is about a program. */
export function isMachine(claims: JsonObject, rule: MachineRule): boolean {
  const value = idAt(claims, rule.path);
  if (value === undefined) return false;
  if ('equals' in rule) return value === rule.equals;
  const other = idAt(claims, rule.sameAs);
  if (other === undefined) return false;
  const expected = `${rule.prefix ?? ''}${other}`;
  return rule.foldsCase === true ? value.toLowerCase() === expected.toLowerCase() : value === expected;
}

function isId(text: string): boolean {
  return text.length > 0 && text.length <= MAX_ID_LENGTH && text.isWellFormed() && !/\p{Cc}/u.test(text);
}
