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
  /** Calls whose end the log does not know, because a process ended between, and that the server has served: they happened. */
  readonly unknownServed: readonly RecordedCall[];
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
  const recordsOf = Map.groupBy(openRecords, (record) => record.tool);
  for (const [tool, same] of Map.groupBy(openCalls, (call) => call.tool))
    byTime += pairByTime(same, recordsOf.get(tool) ?? [], slackMs, { openCalls, openRecords });
  byTime += pairByTime([...openCalls], recordsOf.get(undefined) ?? [], slackMs, { openCalls, openRecords });
  const left = [...openCalls];
  const isKnown = ({ outcome }: RecordedCall): boolean => outcome !== 'unknown' && outcome !== 'open';
  return {
    matched: certain + byTime,
    certain,
    notLogged: [...openRecords],
    notServed: left.filter(isKnown),
    unknownServed: calls.filter((call) => !isKnown(call) && !openCalls.has(call)),
    unknownNotServed: left.filter((call) => !isKnown(call)),
  };
}

/** Calls that are handed out in order, each once. */
interface Queue {
  readonly calls: RecordedCall[];
  next: number;
}

function pairByCorrelation(calls: Set<RecordedCall>, records: Set<AccessRecord>): number {
  // One trace may hold any number of calls: of those the one of the same tool.
  const queues = new Map<string, Queue>();
  const put = (name: string, call: RecordedCall): void => {
    const queue = queues.get(name) ?? { calls: [], next: 0 };
    queue.calls.push(call);
    queues.set(name, queue);
  };
  for (const call of calls)
    for (const name of call.correlations) {
      put(queueName(name, undefined), call);
      put(queueName(name, call.tool), call);
    }
  let pairs = 0;
  for (const record of records) {
    const queue = queues.get(queueName(record.correlation ?? '', record.tool));
    const call = queue === undefined ? undefined : takeOpen(queue, calls);
    if (call === undefined) continue;
    calls.delete(call);
    records.delete(record);
    pairs += 1;
  }
  return pairs;
}

function queueName(correlation: string, tool: string | undefined): string {
  return JSON.stringify([correlation, tool ?? null]);
}

function takeOpen(queue: Queue, open: ReadonlySet<RecordedCall>): RecordedCall | undefined {
  for (; queue.next < queue.calls.length; queue.next += 1) {
    const call = queue.calls[queue.next];
    if (call !== undefined && open.has(call)) return call;
  }
  return undefined;
}

/** What has no partner yet. */
interface Unpaired {
  readonly openCalls: Set<RecordedCall>;
  readonly openRecords: Set<AccessRecord>;
}

/** Pairs `records` with `calls` by time, and takes the pairs out of what has no partner. */
function pairByTime(
  calls: readonly RecordedCall[],
  records: readonly AccessRecord[],
  slackMs: number,
  { openCalls, openRecords }: Unpaired,
): number {
  const waiting = [...calls].sort((one, other) => one.from - other.from);
  const points = [...records].sort((one, other) => one.time - other.time);
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
    openCalls.delete(call);
    openRecords.delete(record);
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
