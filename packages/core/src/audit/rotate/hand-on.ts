/** The first entries of a log that goes on: they name the log before, and take over what would permit something if it were left out. */
import { Fault, isJsonObject, type JsonValue, toBase64 } from '../../kernel/index.ts';
import type { EntryDetail, EntryDraft, StateEffect } from '../../model/index.ts';
import { type Checkpoint, formatVerifierKey } from '../../proof/index.ts';
import { type LogIdentity, type OpenLog, ownDraft } from '../log.ts';
import type { Inheritance, InheritedRecord } from './inheritance.ts';

/** Most sessions, actions and accounts that one entry takes over. */
const MAX_TAKEN_OVER = 1_000;

/** How a log ended. */
export interface Ended {
  readonly checkpoint: Checkpoint;
  readonly inherited: Inheritance;
}

/** The end of a log, as the entry of a succession names it. */
export type Predecessor = { readonly origin: string; readonly size: number; readonly root: string };

/** Names the end that `checkpoint` signed. */
export function predecessorOf({ origin, size, root }: Checkpoint): Predecessor {
  return { origin, size, root: toBase64(root) };
}

/** Writes those entries into `log`, which nobody else may have open; what stands in it already is not written again. Throws as an append does. */
export async function handOn(
  log: OpenLog,
  identity: LogIdentity,
  { checkpoint, inherited }: Ended,
): Promise<void> {
  const key = formatVerifierKey(log.verifierKey);
  const succeed = { action: 'succeed', key, predecessor: predecessorOf(checkpoint) } as const;
  let isSaid = saysPredecessor(log);
  const effects = missingEffects(log, inherited, checkpoint.origin);
  while (!isSaid || effects.length > 0) {
    const taken = effects.splice(0, MAX_TAKEN_OVER);
    const rest = taken.length === 0 ? {} : { committed: { inherited: textsOf(taken) }, effects: taken };
    await append(log, identity, { kind: 'key', key: succeed }, rest);
    isSaid = true;
  }
  await handOnKills(log, identity, inherited.kills);
  for (const { scope, policyHash } of inherited.versions)
    if (log.state.epochs(scope).policyHash !== policyHash)
      await append(
        log,
        identity,
        {
          kind: 'policy',
          policy: { policyHash, schemaHash: '0'.repeat(64), mode: 'strict', policyEpoch: 1 },
        },
        { committed: { scope }, effects: [{ type: 'activate_policy', scope, policyHash }] },
      );
}

async function handOnKills(log: OpenLog, identity: LogIdentity, kills: Inheritance['kills']): Promise<void> {
  const killed = log.state.kills();
  for (const [at, { scope, id, reason }] of kills.entries())
    if (!killed.some((kill) => kill.scope === scope && kill.id === id))
      await append(
        log,
        identity,
        { kind: 'kill', kill: { action: 'kill', scope, reason: 'manual', killEpoch: at + 1 } },
        { committed: { target: id, words: reason }, effects: [{ type: 'kill', scope, id, reason }] },
      );
}

/** What of `inherited` does not stand in the state of `log` yet. */
function missingEffects(
  { state }: OpenLog,
  { labels, unresolved, limits, records }: Inheritance,
  former: string,
): StateEffect[] {
  const isJoined = (session: string, all: readonly string[]): boolean => {
    const present = new Set(state.labels(session).labels);
    return all.every((label) => present.has(label));
  };
  return [
    ...labels
      .filter(({ session, labels: all }) => !isJoined(session, all))
      .map((joined) => ({ type: 'join_labels' as const, ...joined })),
    ...unresolved
      .filter((digest) => !state.isUnresolved(digest))
      .map((digest) => ({ type: 'inherit_unresolved' as const, digest })),
    ...limits
      .filter(({ key }) => state.limitUse(key) === undefined)
      .map((limit) => ({ type: 'inherit_limit' as const, ...limit })),
    ...records
      .filter(({ collection, key }) => state.record(collection, key) === undefined)
      .map((record) => ({
        type: 'put_record' as const,
        ...record,
        value: valueHere(record, former),
        expects: null,
      })),
  ];
}

/** INVARIANT: indexes that a legal hold keeps are of the log that it was placed in; those of this log are others. */
function valueHere({ collection, value }: InheritedRecord, former: string): JsonValue {
  if (collection !== 'legal_holds' || !isJsonObject(value) || value['scope'] !== 'indexes') return value;
  return { log: former, ...value };
}

/** What was taken over, for the record: one text for each. INVARIANT: nothing of what a record says, which may name people whom nobody would find here. */
function textsOf(effects: readonly StateEffect[]): readonly string[] {
  return effects.map((effect) =>
    effect.type === 'put_record'
      ? JSON.stringify({ type: effect.type, collection: effect.collection, key: effect.key })
      : JSON.stringify(effect),
  );
}

function saysPredecessor({ reader }: OpenLog): boolean {
  for (let index = 0; index < reader.size(); index += 1) {
    const { entry } = reader.entry(index);
    if (entry.kind === 'key' && entry.key.action === 'succeed') return true;
  }
  return false;
}

async function append(
  log: OpenLog,
  identity: LogIdentity,
  detail: EntryDetail,
  rest: Partial<EntryDraft> = {},
): Promise<void> {
  const result = await log.writer.append({ ...ownDraft(identity, detail), ...rest });
  if (result.status === 'refused')
    throw new Fault('log.conflict', `the log that goes on refused an entry (${result.refusal})`);
}
