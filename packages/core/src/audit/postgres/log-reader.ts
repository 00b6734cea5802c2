/** Reads entries and bodies of a log in PostgreSQL, and the state that a process has followed. */
import { hash } from 'node:crypto';
import { equalBytes, Fault, fromHex, toBase64, utf8 } from '../../kernel/index.ts';
import type { LogReader, StateReader } from '../../model/index.ts';
import { parseEntry } from '../entry/index.ts';
import { type BodyKey, type ConcernTags, type FindBodyKey, openBody } from '../seal/index.ts';
import { type BodyBucket, bodyName, MAX_SEALED_BODY_BYTES } from './bodies/index.ts';
import type { LogCopy } from './log-copy.ts';
import type { SqlDatabase, SqlRow } from './sql-database.ts';
import type { Statements } from './stored/index.ts';

/** What a reader works with. */
export interface LogReaderOptions {
  readonly origin: string;
  readonly database: SqlDatabase;
  readonly statements: Statements;
  /** Where bodies were moved to; absent where none were. */
  readonly bodies?: BodyBucket;
  readonly keys: readonly BodyKey[];
  /** Asked for a key that is not among them. */
  readonly find?: FindBodyKey | undefined;
  /** The tags of people under each of `keys`. */
  readonly tags: ConcernTags;
  readonly size: () => number;
  /** Entries that are read at once where one is asked for after another; default 1. They are kept until others are. */
  readonly ahead?: number;
}

/** Entries and bodies; each read waits for the server. */
export function postgresLogReader(options: LogReaderOptions): LogReader {
  const { origin, database, statements, keys, find, size } = options;
  const readRow = rowReader(options);
  const entry: LogReader['entry'] = (index) => {
    const row = Number.isSafeInteger(index) && index >= 0 ? readRow(index) : undefined;
    if (row === undefined || index >= size())
      throw new Fault('log.missing', `the log has no entry \`${index}\``);
    const bytes = row['bytes'] as Uint8Array;
    const leaf = hash('sha256', Buffer.concat([Buffer.of(0), bytes]), 'buffer');
    if (!equalBytes(leaf, row['leaf'] as Uint8Array))
      throw new Fault('log.corrupt', `entry ${index} does not hash to its leaf`, { index });
    return { bytes, entry: parseEntry(bytes) };
  };
  return {
    origin,
    size,
    entry,
    wrapping: (index) => {
      const wrapped = database.readNow(statements.body, [index])[0]?.['wrapped'];
      return wrapped instanceof Uint8Array ? toBase64(wrapped) : '';
    },
    concerning: (concern) => {
      const tags = options.tags(concern).map((tag) => fromHex(tag));
      const rows = tags.flatMap((tag) => database.readNow(statements.concerning, [tag]));
      return [...new Set(rows.map((row) => Number(row['seq'])))].sort((left, right) => left - right);
    },
    body: (index) => {
      const { entry: said } = entry(index);
      if (said.body === undefined)
        throw new Fault('log.missing', `entry ${index} has no sealed body`, { index });
      const [row] = database.readNow(statements.body, [index]);
      const wrapped = row?.['wrapped'];
      if (!(wrapped instanceof Uint8Array))
        throw new Fault('log.body-erased', `the body of entry ${index} was erased`, { index });
      const held = row?.['ciphertext'];
      const ciphertext = held instanceof Uint8Array ? held : readMoved(options.bodies, index);
      return openBody({ keyId: String(row?.['key_id']), wrapped, ciphertext }, { entry: said, keys, find });
    },
  };
}

/** The ciphertext of a body that is not in the database. */
function readMoved(bodies: BodyBucket | undefined, index: number): Uint8Array {
  if (bodies === undefined) {
    const hint = 'say which, with `bodies`';
    throw new Fault('log.unavailable', `the body of entry ${index} lies in a bucket`, { index, hint });
  }
  const ciphertext = bodies.getNow(bodyName(index), MAX_SEALED_BODY_BYTES);
  if (ciphertext !== undefined) return ciphertext;
  throw new Fault('log.body-erased', `the body of entry ${index} is in the bucket no more`, { index });
}

/** Reads the row of an entry, alone or with those after it. */
function rowReader({
  database,
  statements,
  size,
  ahead = 1,
}: LogReaderOptions): (index: number) => SqlRow | undefined {
  let kept: ReadonlyMap<number, SqlRow> = new Map();
  let last = -1;
  return (index) => {
    const isNext = index === last + 1;
    last = index;
    const known = kept.get(index);
    if (known !== undefined) return known;
    if (ahead === 1 || !isNext) return database.readNow(statements.entry, [index])[0];
    const rows = database.readNow(statements.window, [index, Math.min(size(), index + ahead)]);
    kept = new Map(rows.map((row) => [Number(row['seq']), row]));
    return kept.get(index);
  };
}

/** The state as far as it was followed. `requireReachable` throws where that may be old. */
export function postgresStateReader(
  copy: LogCopy,
  tags: ConcernTags,
  requireReachable: () => void,
): StateReader {
  const { reads } = copy;
  const current = <Value>(read: () => Value): Value => {
    requireReachable();
    return read();
  };
  return {
    epochs: (scope) =>
      current(() => {
        const policy = reads.policy(scope);
        const epochs = { killEpoch: copy.end.killEpoch, policyEpoch: policy?.epoch ?? 0 };
        return policy === undefined ? epochs : { ...epochs, policyHash: policy.policyHash };
      }),
    kills: () => current(() => reads.kills()),
    hold: (index) => current(() => reads.hold(index)),
    holdFor: (digest) => current(() => reads.holdFor(digest, copy.end.timeFloor)),
    holds: () => current(() => reads.holds()),
    pins: (server) => current(() => reads.pins(server)),
    pinStanding: (server, tool) => current(() => reads.pin(server, tool)),
    labels: (session) => current(() => reads.labels(session)),
    isUnresolved: (digest) => current(() => reads.isUnresolved(digest)),
    limitUse: (key) => current(() => reads.limitUse(key)),
    record: (collection, key) => current(() => reads.record(collection, key)),
    records: (collection) => current(() => reads.records(collection)),
    tags: (concern) => tags(concern),
    timeFloor: () => current(() => copy.end.timeFloor),
    version: () => current(() => copy.version),
  };
}

/** The newest signed checkpoint. Throws `log.missing` for an empty log. */
export function newestCheckpoint(copy: LogCopy): Uint8Array {
  const { note } = copy.end;
  if (note === undefined) throw new Fault('log.missing', 'the log has no checkpoint yet');
  return utf8(note);
}
