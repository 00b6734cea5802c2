/** The effects of an entry on the state beside the log, once it is certain to be written. */
import type { Pin, StateEffect } from '../../model/index.ts';
import type { EntryStamps, PreparedEntry } from '../entry/index.ts';
import type { StateTables } from '../store/index.ts';
import { erase } from './erase.ts';
import { reserveLimits, settleLimits } from './limits.ts';

/** Where the entry stands. */
export interface AppliedAt {
  readonly index: number;
  readonly boot: string;
  readonly time: number;
}

/** The numbers to write into `entry`, which depend on what the transaction sees before its effects. */
export function stampsOf(tables: StateTables, entry: PreparedEntry): EntryStamps {
  if (entry.kind === 'kill') return { killEpoch: tables.killEpoch() + 1 };
  if (entry.kind === 'start') {
    const open = (entry.closing ?? []).filter((index) => tables.openDigest(index) !== undefined);
    return { closedUnknown: open.length };
  }
  if (entry.kind !== 'policy') return {};
  const activated = entry.effects.find((effect) => effect.type === 'activate_policy');
  return activated === undefined ? {} : { policyEpoch: nextPolicyEpoch(tables, activated) };
}

/** Writes what `entry` changes. INVARIANT: `refusalOf` answered `undefined` in the same transaction. */
export function applyEntry(tables: StateTables, entry: PreparedEntry, at: AppliedAt): void {
  for (const key of entry.consumes) tables.consume(key, at.index);
  for (const index of entry.uses) tables.setHoldStatus(index, 'used');
  if (entry.closes !== undefined) {
    const digest = tables.deleteOpen(entry.closes);
    if (entry.leavesUnresolved === true && digest !== undefined) tables.putUnresolved(digest, at.index);
    settleLimits(tables, entry, entry.closes, at.time);
  }
  for (const effect of entry.effects) applyEffect(tables, effect, entry, at);
}

function applyEffect(tables: StateTables, effect: StateEffect, entry: PreparedEntry, at: AppliedAt): void {
  switch (effect.type) {
    case 'open':
      tables.putOpen(at.index, at.boot, effect.digest);
      // A person has approved this very run: what became of the last one no longer holds it.
      if (entry.uses.length > 0) tables.deleteUnresolved(effect.digest);
      return;
    case 'hold': {
      const { type: _type, ...hold } = effect;
      tables.putHold({ ...hold, index: at.index, created: at.time });
      return;
    }
    case 'answer': {
      const { type: _type, hold, ...answer } = effect;
      tables.putAnswer(hold, { ...answer, index: at.index });
      if (effect.answer === 'deny') tables.setHoldStatus(hold, 'denied');
      return;
    }
    case 'withdraw':
      tables.setHoldStatus(effect.hold, 'withdrawn');
      return;
    case 'kill':
      tables.putKill(effect.scope, effect.id, effect.reason);
      tables.setKillEpoch(tables.killEpoch() + 1);
      return;
    case 'unkill':
      tables.deleteKill(effect.scope, effect.id);
      tables.setKillEpoch(tables.killEpoch() + 1);
      return;
    case 'activate_policy':
      tables.putPolicy(effect.scope, {
        epoch: nextPolicyEpoch(tables, effect),
        policyHash: effect.policyHash,
      });
      return;
    case 'pin':
      tables.putPin(nextPin(tables, effect));
      return;
    case 'reserve_limits':
      reserveLimits(tables, effect.reservations, at.index, at.time);
      return;
    case 'settle_limits':
      // Taken into account where the entry closes its decision.
      return;
    case 'join_labels':
      joinLabels(tables, effect.session, effect.labels);
      return;
    case 'inherit_unresolved':
      tables.putUnresolved(effect.digest, at.index);
      return;
    case 'inherit_limit':
      // INVARIANT: what was counted here is never counted less.
      if (tables.limitUse(effect.key) === undefined) tables.putLimit(effect.key, effect.use, effect.end);
      return;
    case 'put_record':
      tables.people.putRecord(effect.collection, effect.key, effect.value, at.index);
      return;
    case 'delete_record':
      tables.people.deleteRecord(effect.collection, effect.key);
      return;
    case 'erase':
      erase(tables, effect);
      return;
    default:
      effect satisfies never;
  }
}

/** A new hash raises the epoch; activating the one in force changes nothing. */
function nextPolicyEpoch(
  tables: StateTables,
  effect: Extract<StateEffect, { type: 'activate_policy' }>,
): number {
  const present = tables.policy(effect.scope);
  if (present?.policyHash === effect.policyHash) return present.epoch;
  return (present?.epoch ?? 0) + 1;
}

function nextPin(tables: StateTables, effect: Extract<StateEffect, { type: 'pin' }>): Pin {
  const { type: _type, ...pin } = effect;
  if (effect.status === 'accepted') return pin;
  const present = tables.pin(effect.server, effect.tool);
  const accepted =
    present?.status === 'accepted'
      ? { definitionHash: present.definitionHash, definition: present.definition }
      : present?.accepted;
  return accepted === undefined ? pin : { ...pin, accepted };
}

/** Labels only ever join, so the version may count them. */
function joinLabels(tables: StateTables, session: string, labels: readonly string[]): void {
  const present = tables.labels(session);
  const joined = new Set(present.labels);
  for (const label of labels) joined.add(label);
  if (joined.size === present.labels.length) return;
  tables.putLabels(session, [...joined].sort(), joined.size);
}
