/** Readers over a connection of their own: synchronous, always the last committed. */
import { hash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { describeFault, equalBytes, Fault } from '../../kernel/index.ts';
import type { KillScope, LogReader, StateReader } from '../../model/index.ts';
import { parseEntry } from '../entry/index.ts';
import { type BodyKey, openBody } from '../seal/index.ts';
import { SqliteStateReads } from './sqlite-tables.ts';

/** The state beside the log in `database`. */
export function sqliteStateReader(database: DatabaseSync): StateReader {
  const reads = new SqliteStateReads(database);
  return {
    epochs: (scope) =>
      available(() => {
        const policy = reads.policy(scope);
        const epochs = { killEpoch: reads.head().killEpoch, policyEpoch: policy?.epoch ?? 0 };
        return policy === undefined ? epochs : { ...epochs, policyHash: policy.policyHash };
      }),
    kills: () =>
      available(() =>
        reads.kills().map((row) => ({
          scope: row['scope'] as KillScope,
          id: String(row['id']),
          reason: String(row['reason']),
        })),
      ),
    hold: (index) => available(() => reads.hold(index)),
    holdFor: (digest) => available(() => reads.holdFor(digest, reads.head().timeFloor)),
    holds: () => available(() => reads.holds()),
    pins: (server) => available(() => reads.pins(server)),
    labels: (session) => available(() => reads.labels(session)),
    isUnresolved: (digest) => available(() => reads.isUnresolved(digest)),
    timeFloor: () => available(() => reads.head().timeFloor),
    version: () => available(() => reads.dataVersion()),
  };
}

/** Entries and bodies in `database`; `keys` are the wrapping keys at hand. */
export function sqliteLogReader(database: DatabaseSync, origin: string, keys: readonly BodyKey[]): LogReader {
  const reads = new SqliteStateReads(database);
  const selectEntry = database.prepare('SELECT leaf, bytes FROM entries WHERE idx = ?');
  const selectBody = database.prepare('SELECT wrapped, ciphertext FROM bodies WHERE idx = ?');
  const entry: LogReader['entry'] = (index) => {
    const row = available(() => selectEntry.get(index));
    if (row === undefined) throw new Fault('log.missing', `the log has no entry \`${index}\``);
    const bytes = row['bytes'] as Uint8Array;
    if (
      !equalBytes(hash('sha256', Buffer.concat([Buffer.of(0), bytes]), 'buffer'), row['leaf'] as Uint8Array)
    ) {
      throw new Fault('log.corrupt', `entry ${index} does not hash to its leaf`, { index });
    }
    return { bytes, entry: parseEntry(bytes) };
  };
  return {
    origin,
    size: () => available(() => reads.head().size),
    entry,
    body: (index) => {
      const ref = entry(index).entry.body;
      if (ref === undefined) throw new Fault('log.missing', `entry ${index} has no sealed body`, { index });
      const row = available(() => selectBody.get(index));
      if (row === undefined || row['wrapped'] === null || row['ciphertext'] === null) {
        throw new Fault('log.body-erased', `the body of entry ${index} was erased`, { index });
      }
      return openBody(row['wrapped'] as Uint8Array, row['ciphertext'] as Uint8Array, { origin, ref, keys });
    },
  };
}

/** Turns what SQLite throws into the one fault that callers know. */
function available<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof Fault) throw cause;
    throw new Fault('log.unavailable', `the log cannot be read: ${describeFault(cause)}`, {}, { cause });
  }
}
