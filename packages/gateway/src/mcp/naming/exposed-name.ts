/** The names clients see. Policy, pins and receipts always say `server/tool`. */
import { createHash } from 'node:crypto';

/** `plain`: names as the server gives them. `prefixed`: `server__tool`. */
export type Expose = 'plain' | 'prefixed';

/** Between server and name. Server names hold no underscore, so the first one separates. */
export const SEPARATOR = '__';
/** Longest name clients accept. */
export const MAX_EXPOSED_LENGTH = 64;
const HASH_LENGTH = 8;

/**
 * The name under which `name` of `server` is exposed. `plain` changes nothing. `prefixed` replaces every character outside `[A-Za-z0-9_-]` by `_`
 * and cuts what is longer than 64 characters to 55, `_` and 8 digits of the SHA-256 of `server/name`; two names may meet, which {@link collisions} finds.
 */
export function exposedName(expose: Expose, server: string, name: string): string {
  if (expose === 'plain') return name;
  const safe = `${server}${SEPARATOR}${name.replace(/[^A-Za-z0-9_-]/g, '_')}`;
  if (safe.length <= MAX_EXPOSED_LENGTH) return safe;
  const digest = createHash('sha256').update(`${server}/${name}`).digest('hex').slice(0, HASH_LENGTH);
  return `${safe.slice(0, MAX_EXPOSED_LENGTH - HASH_LENGTH - 1)}_${digest}`;
}

/** Something a server offers under a name. */
export interface Named {
  readonly server: string;
  readonly name: string;
}

/** The exposed names that more than one of `named` would have, each with all that would have it. */
export function collisions(expose: Expose, named: readonly Named[]): ReadonlyMap<string, readonly Named[]> {
  const all = new Map<string, Named[]>();
  for (const one of named) {
    const exposed = exposedName(expose, one.server, one.name);
    const others = all.get(exposed);
    if (others === undefined) all.set(exposed, [one]);
    else others.push(one);
  }
  return new Map([...all].filter(([, owners]) => owners.length > 1));
}
