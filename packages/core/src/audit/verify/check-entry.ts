/** What every entry must be: exactly what Writ would have written. Its place is checked by who verifies ordered entries. */
import { describeFault, Fault, isFault } from '../../kernel/index.ts';
import type { Entry } from '../../model/index.ts';
import type { CheckEntry } from '../../proof/index.ts';
import { isPlainEntry, parseEntry } from '../entry/index.ts';

/** A check of the form of each entry alone. `alsoCheck` sees every entry that can be read. */
export function createFormCheck(alsoCheck?: (entry: Entry, index: number) => void): CheckEntry {
  return (bytes, index) => {
    if (alsoCheck === undefined && isPlainEntry(bytes)) return undefined;
    const entry = read(bytes);
    if (typeof entry === 'string') return entry;
    alsoCheck?.(entry, index);
    return undefined;
  };
}

function read(bytes: Uint8Array): Entry | string {
  try {
    return parseEntry(bytes);
  } catch (fault) {
    if (isFault(fault)) return describeFault(fault);
    throw new Fault('log.corrupt', 'an entry could not be read', {}, { cause: fault });
  }
}
