/** Whether an entry may still be written: read inside the transaction, before anything of it is. */
import type { AppendRefusal, HeldForbid, Hold, HoldAnswer, StateEffect } from '../../model/index.ts';
import type { PreparedEntry } from '../entry/index.ts';
import type { StateTables } from '../store/index.ts';
import { refusalOfErasure, refusalOfRecord } from './erase.ts';
import { planReservations } from './limits.ts';

/** The log at the moment of the question. */
export interface JudgedAt {
  readonly size: number;
  /** Greatest time so far, the entry's own included. */
  readonly timeFloor: number;
}

/** Why `entry` may not be written, or `undefined`. Never writes. */
export function refusalOf(
  tables: StateTables,
  entry: PreparedEntry,
  at: JudgedAt,
): AppendRefusal | undefined {
  const { conditions } = entry;
  if (conditions !== undefined) {
    if ('killEpoch' in conditions) {
      if (tables.killEpoch() !== conditions.killEpoch) return 'kill_epoch';
      if ((tables.policy(conditions.policyScope)?.epoch ?? 0) !== conditions.policyEpoch)
        return 'policy_epoch';
    }
    if (conditions.notAfter !== undefined && at.timeFloor > conditions.notAfter) return 'expired';
    for (const { collection, key, index } of conditions.records ?? [])
      if ((tables.people.record(collection, key)?.index ?? null) !== index) return 'conflict';
  }
  if (new Set(entry.consumes).size !== entry.consumes.length) return 'consumed';
  for (const key of entry.consumes) if (tables.isConsumed(key)) return 'consumed';
  if (entry.closes !== undefined && tables.openDigest(entry.closes) === undefined) {
    return entry.closes < at.size ? 'not_open' : 'unknown_target';
  }
  for (const index of entry.uses) {
    const refusal = refusalOfUse(tables.hold(index), at);
    if (refusal !== undefined) return refusal;
  }
  for (const effect of entry.effects) {
    const refusal = refusalOfEffect(tables, effect, at);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

function refusalOfUse(hold: Hold | undefined, at: JudgedAt): AppendRefusal | undefined {
  if (hold === undefined) return 'unknown_hold';
  if (hold.status === 'used') return 'consumed';
  if (hold.status !== 'waiting') return 'final';
  return at.timeFloor > hold.expires ? 'expired' : undefined;
}

function refusalOfEffect(tables: StateTables, effect: StateEffect, at: JudgedAt): AppendRefusal | undefined {
  switch (effect.type) {
    case 'answer':
      return refusalOfAnswer(tables.hold(effect.hold), effect, at);
    case 'withdraw': {
      const hold = tables.hold(effect.hold);
      if (hold === undefined) return 'unknown_hold';
      return hold.status === 'waiting' ? undefined : 'final';
    }
    case 'unkill':
      return tables.hasKill(effect.scope, effect.id) ? undefined : 'unknown_target';
    case 'reserve_limits': {
      const plan = planReservations(tables, effect.reservations, at.timeFloor);
      return typeof plan === 'string' ? plan : undefined;
    }
    case 'put_record':
    case 'delete_record':
      return refusalOfRecord(tables.people, effect);
    case 'erase':
      return refusalOfErasure(tables, effect, at.timeFloor);
    case 'settle_limits':
    case 'open':
    case 'hold':
    case 'kill':
    case 'activate_policy':
    case 'pin':
    case 'join_labels':
    case 'inherit_unresolved':
    case 'inherit_limit':
      return undefined;
    default:
      return effect satisfies never;
  }
}

/** The first final answer stands: a denial, or the approval that met the quorum. */
function refusalOfAnswer(
  hold: Hold | undefined,
  effect: Extract<StateEffect, { type: 'answer' }>,
  at: JudgedAt,
): AppendRefusal | undefined {
  if (hold === undefined) return 'unknown_hold';
  if (hold.status !== 'waiting' || at.timeFloor > hold.expires) return 'final';
  if (hold.answers.some(({ keyId }) => keyId === effect.keyId)) return 'final';
  return hold.forbids.every((forbid) => isLifted(forbid, hold.answers)) && hold.answers.length > 0
    ? 'final'
    : undefined;
}

/**
 * Whether the approvals so far can have met the quorum of `forbid`. Groups are not known here, so where `approvers` names any,
 * anybody's approval may be of them: finality may come early, and never lifts a forbid, which readers check themselves.
 */
function isLifted(forbid: HeldForbid, answers: readonly HoldAnswer[]): boolean {
  return answers.filter(({ answer }) => answer === 'approve').length >= forbid.quorum;
}
