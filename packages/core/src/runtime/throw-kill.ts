/** Throws a kill switch and takes it back: the entry, the switch, and the end of what waits for people under it, in one transaction. */
import { isJsonObject, type JsonValue, ownProperty } from '../kernel/index.ts';
import type {
  AgentIdentity,
  AppendResult,
  EntryDetail,
  EntryDraft,
  Hold,
  KillReason,
  KillScope,
  LogReader,
  Part,
  ResourceType,
  StateEffect,
  StateReader,
} from '../model/index.ts';
import { touched } from './admission.ts';

/** Most holds that one entry withdraws: an entry is bounded. What is beyond goes with the entries after it. */
const MAX_WITHDRAWN = 64;
/** How often an entry is drafted anew because a hold was answered meanwhile, before the kill goes alone. */
const MAX_TRIES = 3;

/** The log that a kill is written to. */
export interface KillPlace {
  readonly state: Pick<StateReader, 'epochs' | 'holds' | 'kills'>;
  readonly reader: Pick<LogReader, 'body'>;
  readonly append: (detail: EntryDetail, rest: Partial<EntryDraft>) => Promise<AppendResult>;
}

/** What is stopped, and why. */
export interface ThrownKill {
  readonly scope: KillScope;
  readonly id: string;
  readonly reason: KillReason;
  /** For a person; told to whoever is refused. */
  readonly words: string;
}

/**
 * Throws the switch. INVARIANT: nothing that waits for people keeps it from being thrown; whatever of that it covers, or cannot be read, waits no more. Answers what the log said
 * of the kill itself, and the holds that were withdrawn. Rejects as `LogWriter.append` does.
 */
export async function throwKill(
  place: KillPlace,
  kill: ThrownKill,
): Promise<{ readonly result: AppendResult; readonly withdrawn: readonly number[] }> {
  const withdrawn: number[] = [];
  let first: AppendResult | undefined;
  for (let tries = 0; ; ) {
    const covered = tries < MAX_TRIES ? coveredHolds(place, kill).slice(0, MAX_WITHDRAWN) : [];
    if (first !== undefined && covered.length === 0) return { result: first, withdrawn };
    const result = await append(place, 'kill', kill, covered);
    if (result.status === 'refused' && covered.length > 0) {
      tries += 1;
      continue;
    }
    first ??= result;
    withdrawn.push(...covered);
    if (covered.length < MAX_WITHDRAWN) return { result: first, withdrawn };
  }
}

/** Takes it back; refused as `unknown_target` where it is not thrown. What was withdrawn stays so. */
export function releaseKill(place: KillPlace, kill: ThrownKill): Promise<AppendResult> {
  return append(place, 'unkill', kill, []);
}

function append(
  { state, append: write }: KillPlace,
  action: 'kill' | 'unkill',
  { scope, id, reason, words }: ThrownKill,
  holds: readonly number[],
): Promise<AppendResult> {
  const effect: StateEffect =
    action === 'kill' ? { type: 'kill', scope, id, reason: words } : { type: 'unkill', scope, id };
  return write(
    {
      kind: 'kill',
      kill: {
        action,
        scope,
        reason,
        killEpoch: state.epochs('').killEpoch + 1,
        ...(holds.length === 0 ? {} : { withdrawn: holds }),
      },
    },
    {
      committed: { target: id, words },
      effects: [effect, ...holds.map((hold): StateEffect => ({ type: 'withdraw', hold }))],
    },
  );
}

function coveredHolds(place: KillPlace, kill: ThrownKill): readonly number[] {
  return place.state
    .holds()
    .filter((hold) => hold.status === 'waiting' && covers(place, kill, hold))
    .map(({ index }) => index);
}

function covers({ reader }: KillPlace, { scope, id }: ThrownKill, hold: Hold): boolean {
  if (scope === 'all') return true;
  if (scope === 'agent' && hold.requesters.includes(id)) return true;
  try {
    const fields = ownProperty(reader.body(hold.index), 'fields');
    if (!isJsonObject(fields)) return true;
    const subject = ownProperty(fields, 'subject');
    if (!isJsonObject(subject)) return true;
    const chain = ownProperty(subject, 'chain');
    const target = ownProperty(fields, 'target');
    if (!Array.isArray(chain) || !Array.isArray(target)) return true;
    const who = {
      agent: agentOf(ownProperty(subject, 'agent')),
      chain: (chain as readonly JsonValue[]).map(agentOf),
    };
    const parts = (target as readonly JsonValue[]).map(partOf);
    return touched(who, parts).some((one) => one[0] === scope && one[1] === id);
  } catch {
    // Erased, or not to be read now: nobody can say that the kill does not cover it.
    return true;
  }
}

function agentOf(value: JsonValue | undefined): AgentIdentity {
  if (!isJsonObject(value) || typeof value['id'] !== 'string') throw new TypeError('no agent');
  const { id, team } = value;
  return { id, ...(typeof team === 'string' ? { team } : {}) };
}

function partOf(value: JsonValue): Part {
  const [action, type, id, server] = Array.isArray(value) ? (value as readonly JsonValue[]) : [];
  if (typeof action !== 'string' || typeof type !== 'string' || typeof id !== 'string')
    throw new TypeError('no target');
  return {
    action: { name: action },
    resource: { type: type as ResourceType, id, ...(typeof server === 'string' ? { server } : {}) },
  };
}
