/** What a log that goes on takes over from the one before, because leaving it out would permit what was denied. */
import {
  giveBack,
  type LimitAccount,
  type LimitUse,
  RECORD_COLLECTIONS,
  type RecordCollection,
  type StateReader,
  type StateRecord,
} from '../../model/index.ts';
import type { RowValue } from '../seal/index.ts';
import type { StateTableName } from '../store/index.ts';

/** All of it. Holds and accepted tools are not among it: without them more is asked, not less. */
export interface Inheritance {
  readonly kills: ReturnType<StateReader['kills']>;
  /** The highest version seen of each policy set: scope and mark. */
  readonly versions: readonly { readonly scope: string; readonly policyHash: string }[];
  readonly labels: readonly { readonly session: string; readonly labels: readonly string[] }[];
  /** Digests of actions of which nobody knows whether they took effect. */
  readonly unresolved: readonly string[];
  /** Accounts of limits; what is held at once is given back, for nothing runs on. */
  readonly limits: readonly { readonly key: string; readonly use: LimitUse; readonly end: number }[];
  /** Legal holds, consents and restrictions, registers, notices, cases, deferred erasures: without them what was kept could be erased, and what was refused be done. */
  readonly records: readonly InheritedRecord[];
}

/** A record as it stood. */
export interface InheritedRecord extends Pick<StateRecord, 'key' | 'value'> {
  readonly collection: RecordCollection;
}

/** A log that ended, wherever it is kept. */
export interface EndedState {
  readonly kills: Inheritance['kills'];
  readonly timeFloor: number;
  readonly records: (collection: RecordCollection) => readonly StateRecord[];
  /** Rows of a table of the state, in the order of its columns. */
  readonly rows: (name: StateTableName) => Iterable<readonly RowValue[]>;
}

/** Scopes of the policy epochs that keep versions of policy sets. */
const VERSION_SCOPE = 'policy-set:';

/** What `ended` hands on, in the order of its keys. */
export function inheritanceOf(ended: EndedState): Inheritance {
  const versions = [...ended.rows('policies')]
    .map(([scope, , hash]) => ({ scope: String(scope), policyHash: String(hash) }))
    .filter(({ scope }) => scope.startsWith(VERSION_SCOPE));
  const labels = [...ended.rows('sessions')].map(([session, list]) => ({
    session: String(session),
    labels: JSON.parse(String(list)) as string[],
  }));
  // What stands open was permitted, and nobody will say any more what became of it.
  const digests = [
    ...[...ended.rows('unresolved')].map(([digest]) => String(digest)),
    ...[...ended.rows('opens')].map(([, , digest]) => String(digest)),
  ];
  return {
    kills: ended.kills,
    versions: versions.sort((left, right) => compare(left.scope, right.scope)),
    labels: labels.sort((left, right) => compare(left.session, right.session)),
    unresolved: [...new Set(digests)].sort(compare),
    limits: [...limitsOf(ended)].sort((left, right) => compare(left.key, right.key)),
    records: RECORD_COLLECTIONS.flatMap((collection) =>
      ended.records(collection).map(({ key, value }) => ({ collection, key, value })),
    ),
  };
}

function* limitsOf({ rows, timeFloor }: EndedState): Generator<Inheritance['limits'][number]> {
  const held = new Map<string, { account: LimitAccount; amount: number; at: number }>();
  for (const [, key, terms, amount, at] of rows('reservations')) {
    const { account } = JSON.parse(String(terms)) as { readonly account: LimitAccount };
    if (account.type !== 'held') continue;
    const before = held.get(String(key))?.amount ?? 0;
    held.set(String(key), { account, amount: before + Number(amount), at: Number(at) });
  }
  for (const [name, used, at, end] of rows('limits')) {
    const key = String(name);
    const stored = { used: Number(used), at: Number(at) };
    const running = held.get(key);
    const use =
      running === undefined
        ? stored
        : giveBack(running.account, stored, { amount: running.amount, at: running.at, now: timeFloor });
    if (use.used > 0) yield { key, use, end: Number(end) };
  }
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
