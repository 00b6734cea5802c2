/** What every entry must be: exactly what Writ would have written, and in its place. */
import { describeFault, Fault, isFault } from '../../kernel/index.ts';
import type { Entry } from '../../model/index.ts';
import { type CheckEntry, createPlaceCheck } from '../../proof/index.ts';
import { isPlainEntry, parseEntry } from '../entry/index.ts';

/**
 * A check for one pass over the log of `origin`, from entry 0 on: form and place. For who verifies with opaque entries; with ordered ones
 * the verifier checks places itself.
 */
export function createEntryCheck(origin: string | undefined): CheckEntry {
  const checkForm = createFormCheck();
  const checkPlace = origin === undefined ? undefined : createPlaceCheck(origin);
  return (bytes, index) => checkForm(bytes, index) ?? checkPlace?.(bytes, index);
}

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
