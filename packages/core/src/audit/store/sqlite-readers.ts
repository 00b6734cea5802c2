/** Readers over a connection of their own: synchronous, always the last committed. */
import { hash } from 'node:crypto';
import { equalBytes, Fault, fromHex, toBase64 } from '../../kernel/index.ts';
import type { LogReader, StateReader } from '../../model/index.ts';
import { parseEntry } from '../entry/index.ts';
import {
  type BodyKey,
  type ConcernTags,
  concernTags,
  type FindBodyKey,
  openBody,
  type StateBox,
  type StateSealer,
} from '../seal/index.ts';
import { available } from './available.ts';
import type { LogDatabase } from './log-database.ts';
import { withLooks } from './seen-state.ts';
import { SqliteStateReads } from './sqlite-tables.ts';
import { StateCheck } from './state-check.ts';

/** How to read the state. */
export interface StateReaderOptions {
  readonly box: StateBox;
  /** Absent where the log's signing key is not at hand: then nothing read is compared with its seal. */
  readonly sealer?: StateSealer;
  readonly tags: ConcernTags;
}

/** The state beside the log in `database`. */
export function sqliteStateReader(database: LogDatabase, options: StateReaderOptions): StateReader {
  const { box, sealer, tags } = options;
  const reads = new SqliteStateReads(database, box);
  const check = sealer === undefined ? undefined : new StateCheck(database, sealer);
  const reader: StateReader = {
    epochs: (scope) =>
      available(() => {
        const policy = reads.policy(scope);
        const epochs = { killEpoch: reads.head().killEpoch, policyEpoch: policy?.epoch ?? 0 };
        return policy === undefined ? epochs : { ...epochs, policyHash: policy.policyHash };
      }),
    kills: () =>
      available(() => {
        // One snapshot of head and table: a switch that somebody took out of the table still counts as thrown.
        database.exec('BEGIN');
        try {
          check?.requireTable('kills', check.totals());
          return reads.kills();
        } finally {
          database.exec('COMMIT');
        }
      }),
    hold: (index) => available(() => reads.hold(index)),
    holdFor: (digest) => available(() => reads.holdFor(digest, reads.head().timeFloor)),
    holds: () => available(() => reads.holds()),
    pins: (server) => available(() => reads.pins(server)),
    pinStanding: (server, tool) => available(() => reads.pinStanding(server, tool)),
    labels: (session) => available(() => reads.labels(session)),
    isUnresolved: (digest) => available(() => reads.isUnresolved(digest)),
    limitUse: (key) => available(() => reads.limitUse(key)),
    record: (collection, key) => available(() => reads.people.record(collection, key)),
    records: (collection) => available(() => reads.people.records(collection)),
    tags: (concern) => available(() => tags(concern)),
    timeFloor: () => available(() => reads.head().timeFloor),
    version: () => available(() => reads.dataVersion()),
  };
  return withLooks(reader, reads);
}

/** Whether an entry of the log in `database` used `key` up, as last committed. */
export function isConsumedIn(database: LogDatabase, key: string): boolean {
  return available(() => database.prepare('SELECT 1 FROM consumed WHERE key = ?').get(key) !== undefined);
}

/** How to read entries and bodies. */
export interface LogReaderOptions {
  readonly origin: string;
  /** The wrapping keys at hand. */
  readonly keys: readonly BodyKey[];
  /** Asked for a key that is not among them. */
  readonly find?: FindBodyKey | undefined;
}

/** The tags of people in `database`, under each of `keys`. */
export function sqliteTags(database: LogDatabase, keys: readonly BodyKey[]): ConcernTags {
  const first = database.prepare('SELECT bytes FROM entries WHERE idx = 0');
  // Entry 0 is the log's own, and people are indexed under the log's tenant.
  return concernTags(keys, () => {
    const bytes = first.get()?.['bytes'];
    return bytes instanceof Uint8Array ? parseEntry(bytes).tenant : undefined;
  });
}

/** Entries and bodies in `database`. */
export function sqliteLogReader(database: LogDatabase, { origin, keys, find }: LogReaderOptions): LogReader {
  const tags = sqliteTags(database, keys);
  const selectConcerning = database.prepare('SELECT idx FROM concerns WHERE tag = ?');
  const selectSize = database.prepare('SELECT size FROM head');
  const selectEntry = database.prepare('SELECT leaf, bytes FROM entries WHERE idx = ?');
  const selectBody = database.prepare('SELECT key_id, wrapped, ciphertext FROM bodies WHERE idx = ?');
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
    wrapping: (index) => {
      const wrapped = available(() => selectBody.get(index))?.['wrapped'];
      return wrapped instanceof Uint8Array ? toBase64(wrapped) : '';
    },
    size: () => available(() => Number(selectSize.get()?.['size'] ?? 0)),
    entry,
    concerning: (concern) =>
      available(() => {
        // One row at a time: a person may stand in millions.
        const indexes: number[] = [];
        for (const tag of tags(concern))
          for (const row of selectConcerning.iterate(fromHex(tag))) indexes.push(Number(row['idx']));
        indexes.sort((left, right) => left - right);
        return indexes.filter((index, at) => at === 0 || index !== indexes[at - 1]);
      }),
    body: (index) => {
      const { entry: said } = entry(index);
      if (said.body === undefined)
        throw new Fault('log.missing', `entry ${index} has no sealed body`, { index });
      const row = available(() => selectBody.get(index));
      if (row === undefined || row['wrapped'] === null || row['ciphertext'] === null) {
        throw new Fault('log.body-erased', `the body of entry ${index} was erased`, { index });
      }
      const [wrapped, ciphertext] = [row['wrapped'] as Uint8Array, row['ciphertext'] as Uint8Array];
      return openBody({ keyId: String(row['key_id']), wrapped, ciphertext }, { entry: said, keys, find });
    },
  };
}
