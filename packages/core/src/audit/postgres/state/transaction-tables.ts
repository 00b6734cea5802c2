/** The state tables as one transaction sees and changes them. */
import type { Hold, HoldAnswer, LimitUse, Pin } from '../../../model/index.ts';
import type { StateBox } from '../../seal/index.ts';
import {
  type ActivePolicy,
  answerPlace,
  holdPlace,
  killPlace,
  type StateTables,
  type StoredReservation,
} from '../../store/index.ts';
import { StateReads } from './state-reads.ts';
import type { StateChanges } from './state-rows.ts';
import { TransactionPeople } from './transaction-people.ts';

/** Over the rows of a transaction; the same columns as in `writ.db`. */
export class TransactionTables implements StateTables {
  readonly people: TransactionPeople;
  readonly #rows: StateChanges;
  readonly #box: StateBox;
  readonly #reads: StateReads;
  #killEpoch = 0;

  constructor(rows: StateChanges, box: StateBox) {
    this.#rows = rows;
    this.#box = box;
    this.#reads = new StateReads(rows, box);
    this.people = new TransactionPeople(rows, box);
  }

  killEpoch(): number {
    return this.#killEpoch;
  }

  setKillEpoch(epoch: number): void {
    this.#killEpoch = epoch;
  }

  hasKill(scope: string, id: string): boolean {
    return this.#rows.get('kills', [scope, id]) !== undefined;
  }

  putKill(scope: string, id: string, reason: string): void {
    this.#rows.put('kills', [scope, id, this.#box.close(killPlace(scope, id), [reason])]);
  }

  deleteKill(scope: string, id: string): void {
    this.#rows.take('kills', [scope, id]);
  }

  policy(scope: string): ActivePolicy | undefined {
    return this.#reads.policy(scope);
  }

  putPolicy(scope: string, { epoch, policyHash }: ActivePolicy): void {
    this.#rows.put('policies', [scope, epoch, policyHash]);
  }

  isConsumed(key: string): boolean {
    return this.#rows.get('consumed', [key]) !== undefined;
  }

  consume(key: string, index: number): void {
    this.#rows.put('consumed', [key, index]);
  }

  openDigest(index: number): string | undefined {
    const row = this.#rows.get('opens', [index]);
    return row === undefined ? undefined : String(row[2]);
  }

  putOpen(index: number, boot: string, digest: string): void {
    this.#rows.put('opens', [index, boot, digest]);
  }

  deleteOpen(index: number): string | undefined {
    const row = this.#rows.take('opens', [index]);
    return row === undefined ? undefined : String(row[2]);
  }

  putUnresolved(digest: string, index: number): void {
    this.#rows.put('unresolved', [digest, index]);
  }

  deleteUnresolved(digest: string): void {
    this.#rows.take('unresolved', [digest]);
  }

  hold(index: number): Hold | undefined {
    return this.#reads.hold(index);
  }

  putHold(hold: Omit<Hold, 'answers' | 'status'>): void {
    const { index, digest, policyHash, forbids, requesters, created, expires } = hold;
    const sealed = this.#box.close(holdPlace(index), requesters);
    this.#rows.put('holds', [
      index,
      digest,
      policyHash,
      JSON.stringify(forbids),
      sealed,
      created,
      expires,
      'waiting',
    ]);
  }

  setHoldStatus(index: number, status: Hold['status']): void {
    const row = this.#rows.get('holds', [index]);
    if (row !== undefined) this.#rows.put('holds', [...row.slice(0, -1), status]);
  }

  putAnswer(hold: number, { keyId, answer, approver, statement, signature, index }: HoldAnswer): void {
    const sealed = this.#box.close(answerPlace(hold, keyId), [approver, statement, signature]);
    this.#rows.put('answers', [hold, keyId, answer, sealed, index]);
  }

  pin(server: string, tool: string): Pin | undefined {
    return this.#reads.pin(server, tool);
  }

  putPin({ server, tool, definitionHash, status, definition, accepted }: Pin): void {
    this.#rows.put('pins', [
      server,
      tool,
      definitionHash,
      status,
      JSON.stringify(definition),
      accepted?.definitionHash ?? null,
      accepted === undefined ? null : JSON.stringify(accepted.definition),
    ]);
  }

  labels(session: string): { readonly labels: readonly string[]; readonly version: number } {
    return this.#reads.labels(session);
  }

  putLabels(session: string, labels: readonly string[], version: number): void {
    this.#rows.put('sessions', [session, JSON.stringify(labels), version]);
  }

  limitUse(key: string): LimitUse | undefined {
    return this.#reads.limitUse(key);
  }

  putLimit(key: string, { used, at }: LimitUse, end: number): void {
    this.#rows.put('limits', [key, used, at, end]);
  }

  deleteLimit(key: string): void {
    this.#rows.take('limits', [key]);
  }

  limitCount(): number {
    return this.#rows.count('limits');
  }

  endedLimits(now: number, most: number): readonly string[] {
    return this.#reads.endedLimits(now, most);
  }

  hasReservations(): boolean {
    return this.#rows.count('reservations') > 0;
  }

  reservations(index: number): readonly StoredReservation[] {
    return this.#reads.reservations(index);
  }

  putReservation(index: number, { key, measure, account, amount, at }: StoredReservation): void {
    this.#rows.put('reservations', [index, key, JSON.stringify({ measure, account }), amount, at]);
  }

  deleteReservation(index: number, key: string): void {
    this.#rows.take('reservations', [index, key]);
  }
}
