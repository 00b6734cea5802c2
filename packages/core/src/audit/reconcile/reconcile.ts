/** Compares what the log says was performed with what a tool server says it served. */
import type { AccessRecord } from './access-record.ts';
import type { RecordedCall } from './recorded-calls.ts';

/** What one side has and the other lacks. */
export interface Reconciliation {
  readonly matched: number;
  /** Matched by a trace id or receipt, not only by tool and time. */
  readonly certain: number;
  /** Calls that the server served and the log does not have: somebody went around the gateway, or another gateway did it. */
  readonly notLogged: readonly AccessRecord[];
  /** Calls that the log says were performed and the server never saw. */
  readonly notServed: readonly RecordedCall[];
  /** Calls whose end the log does not know, and that the server has not seen: they did not happen. */
  readonly unknownNotServed: readonly RecordedCall[];
}

/**
 * Pairs `calls` with `records`, each at most once. First by trace id or receipt; then by tool and time: a record belongs to a call of the same tool (a record
 * without one to any) whose time from decision to outcome, `slackMs` longer at both ends, holds it; of several the one that ends first. That pairs as many as
 * can be paired. The cost is n log n.
 *
 * Does not protect against a server that makes up lines: it compares two accounts, and proves neither.
 */
export function reconcile(
  calls: readonly RecordedCall[],
  records: readonly AccessRecord[],
  slackMs: number,
): Reconciliation {
  const openCalls = new Set(calls);
  const openRecords = new Set(records);
  const certain = pairByCorrelation(openCalls, openRecords);
  let byTime = 0;
  for (const tool of new Set([...openCalls].map((call) => call.tool)))
    byTime += pairByTime(openCalls, openRecords, slackMs, tool);
  byTime += pairByTime(openCalls, openRecords, slackMs, undefined);
  const left = [...openCalls];
  const isKnown = ({ outcome }: RecordedCall): boolean => outcome !== 'unknown' && outcome !== 'open';
  return {
    matched: certain + byTime,
    certain,
    notLogged: [...openRecords],
    notServed: left.filter(isKnown),
    unknownNotServed: left.filter((call) => !isKnown(call)),
  };
}

function pairByCorrelation(calls: Set<RecordedCall>, records: Set<AccessRecord>): number {
  const known = new Map<string, RecordedCall[]>();
  for (const call of calls)
    for (const name of call.correlations) known.set(name, [...(known.get(name) ?? []), call]);
  let pairs = 0;
  for (const record of records) {
    const found = known.get(record.correlation ?? '') ?? [];
    // One trace may hold several calls: of those the one of the same tool.
    const call = found.find(
      (one) => calls.has(one) && (record.tool === undefined || record.tool === one.tool),
    );
    if (call === undefined) continue;
    calls.delete(call);
    records.delete(record);
    pairs += 1;
  }
  return pairs;
}

/** Pairs records of `tool`, or without one, with calls of it, or of any where `tool` is absent. */
function pairByTime(
  calls: Set<RecordedCall>,
  records: Set<AccessRecord>,
  slackMs: number,
  tool: string | undefined,
): number {
  const waiting = [...calls]
    .filter((call) => tool === undefined || call.tool === tool)
    .sort((one, other) => one.from - other.from);
  const points = [...records]
    .filter((record) => record.tool === tool)
    .sort((one, other) => one.time - other.time);
  const current = new EndingFirst();
  let [next, pairs] = [0, 0];
  for (const record of points) {
    for (; ; next += 1) {
      const call = waiting[next];
      if (call === undefined || call.from - slackMs > record.time) break;
      current.add(call);
    }
    const call = current.takeEndingAfter(record.time - slackMs);
    if (call === undefined) continue;
    calls.delete(call);
    records.delete(record);
    pairs += 1;
  }
  return pairs;
}

/** Calls by their ends, the first first: a binary heap. */
class EndingFirst {
  readonly #heap: RecordedCall[] = [];

  add(call: RecordedCall): void {
    const heap = this.#heap;
    let at = heap.push(call) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (this.#endAt(above) <= this.#endAt(at)) break;
      this.#swap(at, above);
      at = above;
    }
  }

  /** Takes the first that ends at `time` or later; those that ended before are gone. */
  takeEndingAfter(time: number): RecordedCall | undefined {
    for (let first = this.#take(); first !== undefined; first = this.#take())
      if (first.to >= time) return first;
    return undefined;
  }

  #take(): RecordedCall | undefined {
    const heap = this.#heap;
    const [first] = heap;
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    heap[0] = last;
    for (let at = 0; ; ) {
      const left = 2 * at + 1;
      if (left >= heap.length) break;
      const least = left + 1 < heap.length && this.#endAt(left + 1) < this.#endAt(left) ? left + 1 : left;
      if (this.#endAt(at) <= this.#endAt(least)) break;
      this.#swap(at, least);
      at = least;
    }
    return first;
  }

  #endAt(at: number): number {
    return this.#heap[at]?.to ?? Number.POSITIVE_INFINITY;
  }

  #swap(one: number, other: number): void {
    const heap = this.#heap;
    const [left, right] = [heap[one], heap[other]];
    if (left === undefined || right === undefined) return;
    heap[one] = right;
    heap[other] = left;
  }
}
