/** The shared side of limits in memory: for one process that serves a fleet, and for tests. It ends with the process. */
import { type Clock, createUlid, type Random } from '../kernel/index.ts';
import type { LimitLeases, LimitUse } from '../model/index.ts';
import { createLeases, type LeaseTransaction, type Lent, type StoredUse } from './leases.ts';

/** Makes an empty shared side over `clock`, whose time never goes back for it. */
export function createMemoryLeases(ports: { readonly clock: Clock; readonly random: Random }): LimitLeases {
  const store = new MemoryStore(ports.clock, ports.random);
  let queue: Promise<unknown> = Promise.resolve();
  return createLeases((run) => {
    const turn = queue.then(() => store.transact(run));
    queue = turn.catch(() => undefined);
    return turn;
  });
}

/** INVARIANT: a transaction that fails leaves nothing; both maps are put back as they were. */
class MemoryStore {
  readonly #clock: Clock;
  readonly #random: Random;
  #uses = new Map<string, StoredUse>();
  #lent = new Map<string, Lent>();
  #floor = 0;

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  async transact<Result>(run: (transaction: LeaseTransaction) => Promise<Result>): Promise<Result> {
    const changes: (() => void)[] = [];
    this.#floor = Math.max(this.#floor, this.#clock.now());
    try {
      return await run(this.#open(changes));
    } catch (fault) {
      for (const undo of changes.reverse()) undo();
      throw fault;
    }
  }

  #open(changes: (() => void)[]): LeaseTransaction {
    const now = this.#floor;
    const set = <Value>(map: Map<string, Value>, key: string, value: Value | undefined): void => {
      const before = map.get(key);
      changes.push(() => (before === undefined ? map.delete(key) : map.set(key, before)));
      if (value === undefined) map.delete(key);
      else map.set(key, value);
    };
    return {
      now,
      use: (key): Promise<LimitUse | undefined> => Promise.resolve(this.#uses.get(key)?.use),
      putUse: (key, use) => Promise.resolve(set(this.#uses, key, use)),
      countUses: () => Promise.resolve(this.#uses.size),
      dropEndedUses: async () => {
        for (const [key, { ends }] of this.#uses) if (ends <= now) set(this.#uses, key, undefined);
      },
      addLease: (lent) => {
        const id = createUlid(this.#clock, this.#random);
        set(this.#lent, id, lent);
        return Promise.resolve(id);
      },
      countLeases: () => Promise.resolve(this.#lent.size),
      removeLease: (id) => {
        const lent = this.#lent.get(id);
        if (lent !== undefined) set(this.#lent, id, undefined);
        return Promise.resolve(lent);
      },
      removeOver: async () => {
        const over = [...this.#lent].filter(([, lent]) => lent.over <= now);
        for (const [id] of over) set(this.#lent, id, undefined);
        return over.map(([, lent]) => lent);
      },
    };
  }
}
