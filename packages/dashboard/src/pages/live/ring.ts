/** The newest decisions, bounded, each with what became of it; and how many of each verdict there were in the last minutes. */
import type { VerdictName } from '../../ui/index.ts';
import type { LiveDecision, LiveReceipt } from '../../receipts/index.ts';

/** Most decisions that are kept. */
export const MOST_KEPT = 5_000;
/** Outcomes whose decision has not come yet. */
const MOST_EARLY = 500;
/** Length of a bar, in milliseconds, and how many there are. */
export const BAR_MS = 5_000;
export const BARS = 60;
const BARS_EVERY_MS = 1_000;

/** Decisions within the time of one bar. */
export type Bar = Readonly<Partial<Record<VerdictName, number>>>;

/** What stands in the ring at a moment; never changed. */
export interface RingView {
  /** The newest first. */
  readonly decisions: readonly LiveDecision[];
  /** The oldest first; the last is that of `until`. */
  readonly bars: readonly Bar[];
  /** Decisions that were ever taken in. */
  readonly taken: number;
}

export class Ring {
  /** Ascending by id, which begins with the time. */
  readonly #decisions: LiveDecision[] = [];
  readonly #places = new Map<string, LiveDecision>();
  readonly #early = new Map<string, LiveReceipt>();
  readonly #bars = new Map<number, Partial<Record<string, number>>>();
  #drawn: { readonly second: number; readonly bars: readonly Bar[] } = { second: -1, bars: [] };
  #taken = 0;

  /** Takes in what came, in any order and however often. */
  take(receipts: readonly LiveReceipt[]): void {
    for (const receipt of receipts) {
      if (receipt.kind === 'decision' && receipt.verdict !== undefined)
        this.#takeDecision({ ...receipt, verdict: receipt.verdict });
      else if (receipt.decisionOf !== undefined) this.#takeOutcome(receipt.decisionOf, receipt);
    }
  }

  /** What is in it, seen at `now`. */
  view(now: number): RingView {
    return { decisions: this.#decisions.toReversed(), bars: this.#barsAt(now), taken: this.#taken };
  }

  /** The same ones until a second is over: they are to be looked at, not to flicker. */
  #barsAt(now: number): readonly Bar[] {
    const second = Math.floor(now / BARS_EVERY_MS);
    if (second === this.#drawn.second) return this.#drawn.bars;
    const last = Math.floor(now / BAR_MS);
    for (const bar of this.#bars.keys()) if (bar <= last - BARS) this.#bars.delete(bar);
    const bars = Array.from({ length: BARS }, (_, at) => ({ ...this.#bars.get(last - BARS + 1 + at) }));
    this.#drawn = { second, bars };
    return bars;
  }

  #takeDecision(decision: LiveDecision): void {
    const known = this.#places.get(decision.receipt);
    const early = this.#early.get(decision.receipt);
    this.#early.delete(decision.receipt);
    const merged = withOutcome({ ...decision, ...outcomeOf(known) }, early);
    if (known !== undefined) {
      this.#replace(known, merged);
      return;
    }
    const at = placeOf(this.#decisions, merged.id);
    // Older than all that is kept, where it is full: it would be the first to go.
    if (at === 0 && this.#decisions.length >= MOST_KEPT) return;
    this.#decisions.splice(at, 0, merged);
    this.#places.set(merged.receipt, merged);
    this.#count(merged);
    if (this.#decisions.length <= MOST_KEPT) return;
    const oldest = this.#decisions.shift();
    if (oldest !== undefined) this.#places.delete(oldest.receipt);
  }

  #takeOutcome(of: string, outcome: LiveReceipt): void {
    if (outcome.outcome === undefined) return;
    const decision = this.#places.get(of);
    if (decision !== undefined) {
      this.#replace(decision, withOutcome(decision, outcome));
      return;
    }
    this.#early.set(of, outcome);
    const [first] = this.#early.keys();
    if (this.#early.size > MOST_EARLY && first !== undefined) this.#early.delete(first);
  }

  #replace(before: LiveDecision, after: LiveDecision): void {
    const at = placeOf(this.#decisions, before.id);
    this.#decisions[at] = after;
    this.#places.set(after.receipt, after);
  }

  #count({ time, verdict }: LiveDecision): void {
    this.#taken += 1;
    const place = Math.floor(time / BAR_MS);
    const bar = this.#bars.get(place) ?? {};
    bar[verdict] = (bar[verdict] ?? 0) + 1;
    this.#bars.set(place, bar);
    // A clock of a node may say anything: what is far from now is not kept for long.
    if (this.#bars.size > 2 * BARS) this.#bars.delete(Math.min(...this.#bars.keys()));
  }
}

/** Where `id` stands, or would stand. Most come at the end. */
function placeOf(sorted: readonly LiveDecision[], id: string): number {
  let [low, high] = [0, sorted.length];
  if ((sorted.at(-1)?.id ?? '') < id) return high;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle]?.id ?? '') < id) low = middle + 1;
    else high = middle;
  }
  return low;
}

function outcomeOf(decision: LiveDecision | undefined): Pick<LiveReceipt, 'outcome' | 'tookUs'> {
  return {
    ...(decision?.outcome === undefined ? {} : { outcome: decision.outcome }),
    ...(decision?.tookUs === undefined ? {} : { tookUs: decision.tookUs }),
  };
}

function withOutcome(decision: LiveDecision, outcome: LiveReceipt | undefined): LiveDecision {
  if (outcome?.outcome === undefined) return decision;
  return {
    ...decision,
    outcome: outcome.outcome,
    ...(outcome.tookUs === undefined ? {} : { tookUs: outcome.tookUs }),
  };
}
