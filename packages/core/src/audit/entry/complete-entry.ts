/** The last step of writing an entry: what only the sequencer knows, inside the transaction. */
import { Fault } from '../../kernel/index.ts';
import type { Producer } from '../../model/index.ts';
import { MAX_ENTRY_BYTES } from '../../proof/index.ts';
import type { PreparedEntry } from './prepare-entry.ts';

/** What a place in the log adds to an entry. */
export interface EntryPlace {
  readonly producer: Producer;
  readonly timeFloor: number;
  readonly witnessedSize: number;
}

/** Numbers that only the transaction knows, by the name they have in the entry's own record. */
export type EntryStamps = Readonly<Partial<Record<'killEpoch' | 'policyEpoch' | 'closedUnknown', number>>>;

/**
 * The entry's text, whose UTF-8 bytes are the leaf. `bodyRef` is the printed `body`, absent for an unsealed entry.
 * Throws `entry.too-large` past 65,535 bytes.
 */
export function completeEntry(
  prepared: PreparedEntry,
  bodyRef: string | undefined,
  place: EntryPlace,
  stamps: EntryStamps,
): string {
  const { producer } = place;
  const text =
    `${stamp(prepared.head, stamps)}${bodyRef === undefined ? '' : `,"body":${bodyRef}`},${prepared.tail}` +
    `,"producer":{"id":"${producer.id}","boot":"${producer.boot}","counter":${producer.counter}` +
    `,"previous":${producer.previous}},"timeFloor":${place.timeFloor},"witnessedSize":${place.witnessedSize}}`;
  if (text.length * 3 > MAX_ENTRY_BYTES && Buffer.byteLength(text) > MAX_ENTRY_BYTES) {
    throw new Fault('entry.too-large', `an entry is longer than ${MAX_ENTRY_BYTES} bytes`);
  }
  return text;
}

/** Puts the numbers of `stamps` in place of those drafted. A quote in a string is escaped, so `"killEpoch":` is only ever the field. */
function stamp(head: string, stamps: EntryStamps): string {
  let text = head;
  for (const [name, value] of Object.entries(stamps))
    text = text.replace(new RegExp(`"${name}":\\d+`), `"${name}":${value}`);
  return text;
}
