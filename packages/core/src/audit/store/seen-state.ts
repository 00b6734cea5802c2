/** Looks at the state that read only what was committed since the look before: a call asks the same things several times on its way. */
import type { StateReader } from '../../model/index.ts';
import { available } from './available.ts';
import type { SqliteStateReads } from './sqlite-tables.ts';

/** Most answers of one kind that are kept between two commits; at one more, all are dropped. */
const MAX_KEPT = 1_024;

/**
 * `reader` with looks, over the same connection.
 * INVARIANT: the connection writes nothing, so that its `data_version` moves with each commit of whichever process (sqlite.org/pragma.html), and no
 * statement on it stays open from one turn of the event loop to the next. What is kept was then read at a look or after it: the version comes first, so that
 * what is committed before the rest is read moves the version that the next look finds.
 */
export function withLooks(reader: StateReader, reads: SqliteStateReads): StateReader {
  let version: number | undefined;
  let killEpoch = 0;
  let timeFloor = 0;
  /** Read once somebody asks: most looks only compare epochs. */
  let hasHolds: boolean | undefined;
  let hasUnresolved: boolean | undefined;
  const policies = new Map<string, ReturnType<SqliteStateReads['policy']>>();
  const labels = new Map<string, ReturnType<StateReader['labels']>>();
  const standings = new Map<string, ReturnType<StateReader['pinStanding']>>();

  const readAnew = (present: number): void => {
    version = undefined;
    hasHolds = undefined;
    hasUnresolved = undefined;
    policies.clear();
    labels.clear();
    standings.clear();
    ({ killEpoch, timeFloor } = reads.head());
    version = present;
  };

  const seen: StateReader = {
    ...reader,
    epochs: (scope) => {
      const policy = kept(policies, scope, () => available(() => reads.policy(scope)));
      const epochs = { killEpoch, policyEpoch: policy?.epoch ?? 0 };
      return policy === undefined ? epochs : { ...epochs, policyHash: policy.policyHash };
    },
    holdFor: (digest) => {
      hasHolds ??= available(() => reads.hasHolds());
      return hasHolds ? reader.holdFor(digest) : undefined;
    },
    isUnresolved: (digest) => {
      hasUnresolved ??= available(() => reads.hasUnresolved());
      return hasUnresolved && reader.isUnresolved(digest);
    },
    labels: (session) => kept(labels, session, () => reader.labels(session)),
    pinStanding: (server, tool) =>
      kept(standings, JSON.stringify([server, tool]), () => reader.pinStanding(server, tool)),
    timeFloor: () => timeFloor,
  };
  return {
    ...reader,
    look: () =>
      available(() => {
        const present = reads.dataVersion();
        if (present !== version) readAnew(present);
        return seen;
      }),
  };
}

function kept<Value>(values: Map<string, Value>, key: string, read: () => Value): Value {
  const present = values.get(key);
  if (present !== undefined || values.has(key)) return present as Value;
  const value = read();
  if (values.size >= MAX_KEPT) values.clear();
  values.set(key, value);
  return value;
}
