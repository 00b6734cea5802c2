/** Whether an archive holds what it should, proven by the entries of the log. */
import { openCommitment, parseEntry } from '../../../audit/index.ts';
import { equalBytes, Fault, isJsonObject, type JsonObject } from '../../../kernel/index.ts';
import type { Entry, LogReader } from '../../../model/index.ts';
import type { Turns } from '../turns.ts';
import { archivedBodies, type ArchivedBody, type ArchiveKey } from './archive.ts';

/**
 * Opens every body in `bytes` and compares it with the log: these `indexes` and no others, each with the bytes of its entry, each field opening the commitment in
 * them. Throws `archive.malformed` and `archive.unverified`.
 */
export async function requireArchived(
  bytes: Uint8Array,
  key: ArchiveKey,
  log: {
    readonly reader: Pick<LogReader, 'entry'>;
    readonly indexes: readonly number[];
    readonly turns: Turns;
  },
): Promise<void> {
  let at = 0;
  for (const { index, entry, body } of archivedBodies(bytes, key)) {
    if (index !== log.indexes[at]) throw unverified('it does not hold the bodies that it should');
    at += 1;
    const said = log.reader.entry(index);
    if (!equalBytes(said.bytes, entry)) throw unverified(`entry ${index} is another in the log`);
    requireOpen(said.entry, index, body);
    await log.turns.next();
  }
  if (at !== log.indexes.length) throw unverified('it does not hold all the bodies that it should');
}

/** That the fields of an archived body are those that its entry commits to. Says nothing about the entry, which an inclusion proof does. Throws `archive.unverified`. */
export function requireCommittedBody({ index, entry, body }: ArchivedBody): Entry {
  const said = parseEntry(entry);
  requireOpen(said, index, body);
  return said;
}

/** INVARIANT: every commitment of the entry is opened, but for fields that were erased before. */
function requireOpen(entry: Entry, index: number, { fields, salts, input, erased }: JsonObject): void {
  if (!isJsonObject(fields) || !isJsonObject(salts))
    throw unverified(`the body of entry ${index} is not one`);
  const gone = new Set(Array.isArray(erased) ? erased : []);
  const committed = entry.commitments.map(({ field }) => [field, fields[field]] as const);
  const all = entry.inputCommitment === undefined ? committed : [...committed, ['input', input] as const];
  for (const [field, value] of all) {
    if (gone.has(field)) continue;
    const salt = salts[field];
    if (value === undefined || typeof salt !== 'string' || !openCommitment(entry, { field, value, salt }))
      throw unverified(`\`${field}\` of entry ${index} does not open`);
  }
}

function unverified(problem: string): Fault {
  return new Fault('archive.unverified', `an archive is not what the log says: ${problem}`, {
    hint: 'nothing was destroyed; look at the disk of the archive, and run it again',
  });
}
