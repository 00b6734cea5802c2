// A load on anything that answers: at a fixed rate (open loop) or as fast as it answers (closed loop). It ends, always: an answer that does not come is an error.

/** Longest wait for one answer, or for one line to open, in milliseconds. */
const ANSWER_MS = 30_000;
/** Longest time after the last request was due until all are answered, in milliseconds: past it, what is asked cannot keep up. */
const DRAIN_MS = 60_000;
/** How often it is looked for answers that do not come, in milliseconds. */
const WATCH_MS = 250;

/** A way for one request at a time. */
export interface Line {
  /** Whether nothing can be asked on it any more. */
  readonly isClosed: boolean;
  /** Sends the next request and calls `done` exactly once: with nothing where the answer is as expected, else with what is wrong. */
  ask(done: (problem?: string) => void): void;
  close(): void;
}

/** What to ask, and how. */
export interface LoadOptions {
  /** Opens a line. */
  readonly open: () => Promise<Line>;
  /** The most lines at once. */
  readonly connections: number;
  readonly ms: number;
  /** The same load before that, of which nothing is counted, in milliseconds; default none. */
  readonly leadMs?: number;
  /** Requests a second, whatever the answers do (open loop); absent: each line asks again once it is answered (closed loop). */
  readonly ratePerSecond?: number;
  /** Default {@link ANSWER_MS}. */
  readonly answerMs?: number;
  /** Default {@link DRAIN_MS}. */
  readonly drainMs?: number;
}

/** What a run showed. */
export interface LoadResult {
  /**
   * From the instant at which each request was due to the end of its answer, in milliseconds: waiting for a free line included.
   * At a fixed rate they are in the order in which they were due, else in that of the answers.
   */
  readonly samplesMs: readonly number[];
  /** The same from the instant at which each was sent. */
  readonly serviceMs: readonly number[];
  /** Answers a second. */
  readonly rate: number;
  /** Everything that was asked, before counting began too. */
  readonly asked: number;
  /** Answers that were not as expected, before counting began too. */
  readonly failures: number;
  /** What was wrong with the first of them. */
  readonly problem: string | undefined;
}

/** One request. */
interface Due {
  readonly at: number;
  /** Its place among those that count; absent where it does not. */
  readonly place: number | undefined;
}

/** Runs a load. Rejects where a line cannot be opened, where an answer does not come in time, and where what was due is not answered in time. */
export async function runLoad(options: LoadOptions): Promise<LoadResult> {
  return new Load(options).run();
}

class Load {
  readonly #options: LoadOptions;
  readonly #lines = new Set<Line>();
  readonly #free: Line[] = [];
  readonly #waiting: Due[] = [];
  /** What is under way, and since when: a request, or the opening of a line for it. */
  readonly #since = new Map<Due, number>();
  readonly #finished = Promise.withResolvers<void>();
  readonly #start = performance.now();
  readonly #countFrom: number;
  readonly #end: number;
  readonly #samplesMs: number[] = [];
  readonly #serviceMs: number[] = [];
  #counted = 0;
  #opening = 0;
  #asked = 0;
  #failures = 0;
  #problem: string | undefined;
  /** Whether nothing more becomes due. An answer that comes before the end may be the last one. */
  #isAllDue = false;
  #isOver = false;

  constructor(options: LoadOptions) {
    this.#options = options;
    this.#countFrom = this.#start + (options.leadMs ?? 0);
    this.#end = this.#countFrom + options.ms;
  }

  async run(): Promise<LoadResult> {
    const { connections, ratePerSecond } = this.#options;
    const watch = setInterval(() => this.#watch(), WATCH_MS);
    try {
      if (ratePerSecond === undefined) {
        for (let line = 0; line < connections; line += 1) this.#dispatch(this.#due(performance.now()));
      } else this.#tick(this.#start, 1_000 / ratePerSecond);
      await this.#finished.promise;
    } finally {
      this.#isOver = true;
      clearInterval(watch);
      for (const line of this.#lines) line.close();
    }
    const seconds = (performance.now() - this.#countFrom) / 1_000;
    return {
      samplesMs: this.#samplesMs,
      serviceMs: this.#serviceMs,
      rate: this.#samplesMs.length / seconds,
      asked: this.#asked,
      failures: this.#failures,
      problem: this.#problem,
    };
  }

  #due(at: number): Due {
    if (at < this.#countFrom) return { at, place: undefined };
    this.#counted += 1;
    return { at, place: this.#counted - 1 };
  }

  /** Dispatches what became due since the last time. */
  #tick(from: number, gapMs: number): void {
    if (this.#isOver) return;
    const now = performance.now();
    let at = from;
    for (; at <= now && at < this.#end; at += gapMs) this.#dispatch(this.#due(at));
    if (at < this.#end) {
      setTimeout(() => this.#tick(at, gapMs), 1);
      return;
    }
    this.#isAllDue = true;
    this.#settle();
  }

  /** Sends on the line used last, on a new one, or once one is free. */
  #dispatch(due: Due): void {
    for (let line = this.#free.pop(); line !== undefined; line = this.#free.pop()) {
      if (!line.isClosed) return this.#send(line, due);
      this.#lines.delete(line);
    }
    if (this.#lines.size + this.#opening >= this.#options.connections) {
      this.#waiting.push(due);
      return undefined;
    }
    this.#opening += 1;
    this.#since.set(due, performance.now());
    void this.#options.open().then((line) => {
      this.#opening -= 1;
      // Too late: the load has failed meanwhile.
      if (this.#isOver) return line.close();
      this.#lines.add(line);
      return this.#send(line, due);
    }, this.#finished.reject);
    return undefined;
  }

  #send(line: Line, due: Due): void {
    const sent = performance.now();
    this.#since.set(due, sent);
    this.#asked += 1;
    line.ask((problem) => this.#answered(line, due, sent, problem));
  }

  #answered(line: Line, due: Due, sent: number, problem: string | undefined): void {
    if (this.#isOver) return;
    const now = performance.now();
    this.#since.delete(due);
    if (problem !== undefined) {
      this.#failures += 1;
      this.#problem ??= problem;
    }
    const isOpenLoop = this.#options.ratePerSecond !== undefined;
    if (due.place !== undefined) {
      const place = isOpenLoop ? due.place : this.#samplesMs.length;
      this.#samplesMs[place] = now - due.at;
      this.#serviceMs[place] = now - sent;
    }
    // A line that ended with its answer, or instead of one, is of no more use, and another may be opened in its place.
    if (line.isClosed) this.#lines.delete(line);
    else this.#free.push(line);
    const next = this.#waiting.shift() ?? (isOpenLoop || now >= this.#end ? undefined : this.#due(now));
    if (next !== undefined) this.#dispatch(next);
    else if (!isOpenLoop) this.#isAllDue = true;
    this.#settle();
  }

  #settle(): void {
    if (this.#isAllDue && this.#since.size === 0 && this.#waiting.length === 0) this.#finished.resolve();
  }

  #watch(): void {
    const now = performance.now();
    const { answerMs = ANSWER_MS, drainMs = DRAIN_MS } = this.#options;
    const state = `${this.#asked} asked, ${this.#since.size} under way, ${this.#waiting.length} waiting`;
    for (const since of this.#since.values()) {
      if (now - since <= answerMs) continue;
      this.#finished.reject(new Error(`no answer within ${answerMs} ms (${state})`));
    }
    if (now > this.#end + drainMs)
      this.#finished.reject(
        new Error(`what was due is not answered ${drainMs} ms after the end (${state}): it cannot keep up`),
      );
  }
}
