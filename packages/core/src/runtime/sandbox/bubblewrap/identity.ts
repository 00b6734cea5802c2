/** As whom a sandbox runs outside. Inside it is always the same ordinary user without capabilities. */
import { statSync } from 'node:fs';
import type { Machine } from './machine.ts';

/** The user and group inside. */
export const INSIDE_ID = 1000;
/** `nobody` and `nogroup` (or `nobody`), as Linux has them. */
const NOBODY = 65_534;

/** Numbers outside. */
export interface Identity {
  readonly uid: number;
  readonly gid: number;
}

/**
 * The caller; and where the caller is root, whoever owns the folder that can be written to, else nobody. A folder of root's leaves root, without its
 * capabilities and seen by the kernel as an ordinary user inside: what files permit their owner it may still do, where it sees them, and the kernel
 * counts no processes of it.
 */
export function sandboxIdentity({ uid, gid }: Machine, writable: readonly string[]): Identity {
  if (uid !== 0) return { uid, gid };
  const [first] = writable;
  if (first === undefined) return { uid: NOBODY, gid: NOBODY };
  const owner = statSync(first);
  return { uid: owner.uid, gid: owner.gid };
}
