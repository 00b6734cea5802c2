/** The state tables in memory: the same rules without a disk, for tests and measurements. It also reads, because there is nobody else to. */
import type { Hold, HoldAnswer, KillScope, LimitUse, Pin, StateReader } from '../../model/index.ts';
import { type MemoryBodies, MemoryPeople, type MutableHold, memoryTag } from './memory-people.ts';
import type { ActivePolicy, StateTables, StoredReservation } from './tables.ts';

/** Grows with what is put in; for processes that end. */
export class MemoryTables implements StateTables {
  readonly people: MemoryPeople;
  #killEpoch = 0;
  readonly #kills = new Map<
    string,
    { readonly scope: KillScope; readonly id: string; readonly reason: string }
  >();
  readonly #policies = new Map<string, ActivePolicy>();
  readonly #consumed = new Set<string>();
  readonly #opens = new Map<number, string>();
  readonly #unresolved = new Set<string>();
  readonly #holds = new Map<number, MutableHold>();
  readonly #pins = new Map<string, Pin>();
  readonly #labels = new Map<string, { readonly labels: readonly string[]; readonly version: number }>();

  readonly #limits = new Map<string, { readonly use: LimitUse; readonly end: number }>();
  readonly #reservations = new Map<number, Map<string, StoredReservation>>();

  /** `bodies` are those of the log. */
  constructor(bodies: MemoryBodies = new Map()) {
    this.people = new MemoryPeople(bodies, (hold) => this.#holds.get(hold));
  }

  killEpoch(): number {
    return this.#killEpoch;
  }

  setKillEpoch(epoch: number): void {
    this.#killEpoch = epoch;
  }

  hasKill(scope: KillScope, id: string): boolean {
    return this.#kills.has(keyOf(scope, id));
  }

  putKill(scope: KillScope, id: string, reason: string): void {
    this.#kills.set(keyOf(scope, id), { scope, id, reason });
  }

  deleteKill(scope: KillScope, id: string): void {
    this.#kills.delete(keyOf(scope, id));
  }

  policy(scope: string): ActivePolicy | undefined {
    return this.#policies.get(scope);
  }

  putPolicy(scope: string, policy: ActivePolicy): void {
    this.#policies.set(scope, policy);
  }

  isConsumed(key: string): boolean {
    return this.#consumed.has(key);
  }

  consume(key: string): void {
    this.#consumed.add(key);
  }

  openDigest(index: number): string | undefined {
    return this.#opens.get(index);
  }

  putOpen(index: number, _boot: string, digest: string): void {
    this.#opens.set(index, digest);
  }

  deleteOpen(index: number): string | undefined {
    const digest = this.#opens.get(index);
    this.#opens.delete(index);
    return digest;
  }

  putUnresolved(digest: string): void {
    this.#unresolved.add(digest);
  }

  deleteUnresolved(digest: string): void {
    this.#unresolved.delete(digest);
  }

  hold(index: number): Hold | undefined {
    return this.#holds.get(index);
  }

  putHold(hold: Omit<Hold, 'answers' | 'status'>): void {
    this.#holds.set(hold.index, { ...hold, status: 'waiting', answers: [] });
  }

  setHoldStatus(index: number, status: Hold['status']): void {
    const hold = this.#holds.get(index);
    if (hold !== undefined) hold.status = status;
  }

  putAnswer(hold: number, answer: HoldAnswer): void {
    this.#holds.get(hold)?.answers.push(answer);
  }

  pin(server: string, tool: string): Pin | undefined {
    return this.#pins.get(keyOf(server, tool));
  }

  putPin(pin: Pin): void {
    this.#pins.set(keyOf(pin.server, pin.tool), pin);
  }

  labels(session: string): { readonly labels: readonly string[]; readonly version: number } {
    return this.#labels.get(session) ?? { labels: [], version: 0 };
  }

  putLabels(session: string, labels: readonly string[], version: number): void {
    this.#labels.set(session, { labels, version });
  }

  limitUse(key: string): LimitUse | undefined {
    return this.#limits.get(key)?.use;
  }

  putLimit(key: string, use: LimitUse, end: number): void {
    this.#limits.set(key, { use, end });
  }

  deleteLimit(key: string): void {
    this.#limits.delete(key);
  }

  limitCount(): number {
    return this.#limits.size;
  }

  endedLimits(now: number, most: number): readonly string[] {
    const ended: string[] = [];
    for (const [key, { end }] of this.#limits) {
      if (ended.length === most) break;
      if (end <= now) ended.push(key);
    }
    return ended;
  }

  hasReservations(): boolean {
    return this.#reservations.size > 0;
  }

  reservations(index: number): readonly StoredReservation[] {
    return [...(this.#reservations.get(index)?.values() ?? [])];
  }

  putReservation(index: number, reservation: StoredReservation): void {
    const present = this.#reservations.get(index) ?? new Map<string, StoredReservation>();
    this.#reservations.set(index, present.set(reservation.key, reservation));
  }

  deleteReservation(index: number, key: string): void {
    const present = this.#reservations.get(index);
    present?.delete(key);
    if (present?.size === 0) this.#reservations.delete(index);
  }

  /** The reader over these tables; holds are handed out as copies. */
  reader(log: { timeFloor(): number; version(): number }): StateReader {
    const copy = (hold: MutableHold): Hold => ({ ...hold, answers: [...hold.answers] });
    return {
      epochs: (scope) => {
        const policy = this.#policies.get(scope);
        const epochs = { killEpoch: this.#killEpoch, policyEpoch: policy?.epoch ?? 0 };
        return policy === undefined ? epochs : { ...epochs, policyHash: policy.policyHash };
      },
      kills: () =>
        [...this.#kills.values()].sort((a, b) => compareText(keyOf(a.scope, a.id), keyOf(b.scope, b.id))),
      hold: (index) => {
        const hold = this.#holds.get(index);
        return hold === undefined ? undefined : copy(hold);
      },
      holdFor: (digest) => {
        const floor = log.timeFloor();
        const hold = [...this.#holds.values()]
          .toReversed()
          .find(
            (one) =>
              one.digest === digest &&
              (one.status === 'waiting' || one.status === 'denied') &&
              one.expires >= floor,
          );
        return hold === undefined ? undefined : copy(hold);
      },
      holds: () => [...this.#holds.values()].map(copy),
      pins: (server) =>
        [...this.#pins.values()]
          .filter((pin) => server === undefined || pin.server === server)
          .sort((a, b) => compareText(keyOf(a.server, a.tool), keyOf(b.server, b.tool))),
      pinStanding: (server, tool) => this.#pins.get(keyOf(server, tool)),
      labels: (session) => this.labels(session),
      isUnresolved: (digest) => this.#unresolved.has(digest),
      limitUse: (key) => this.limitUse(key),
      record: (collection, key) => this.people.record(collection, key),
      records: (collection) => this.people.records(collection),
      tags: (concern) => [memoryTag(concern)],
      timeFloor: () => log.timeFloor(),
      version: () => log.version(),
    };
  }
}

function keyOf(first: string, second: string): string {
  return JSON.stringify([first, second]);
}

function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
