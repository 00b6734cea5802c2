/** What may be written where space is short: the outcomes of what was permitted come first. */
import { Fault } from '../../kernel/index.ts';
import type { PreparedEntry } from '../entry/index.ts';

/** `not_permitting`: no decision that something may be done, because there is no space kept for its outcome. */
export type Writable = 'all' | 'not_permitting' | 'outcomes';

/** Whether `entry` is among what may be written. */
export function mayWrite(entry: PreparedEntry, written: Writable): boolean {
  switch (written) {
    case 'all':
      return true;
    case 'not_permitting':
      return !entry.effects.some(({ type }) => type === 'open');
    case 'outcomes':
      return entry.closes !== undefined;
    default:
      return written satisfies never;
  }
}

/** What is told for an entry that may not. */
export function noSpace(): Fault {
  return new Fault('log.unavailable', 'the disk is full: there is no space for an outcome', {
    hint: 'free some space; the log goes on by itself',
  });
}
