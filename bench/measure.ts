// Measuring, shared by the benches: rounds of samples, medians over rounds, CPU of the whole process, the line that is printed.

const MS_PER_SECOND = 1_000;
const US_PER_MS = 1_000;
const BYTES_PER_MB = 1024 * 1024;

/** What one round showed; microseconds. */
export interface Round {
  readonly rate: number;
  readonly p50_us: number;
  readonly p99_us: number;
  /** CPU time of all threads of this process for each run. */
  readonly cpu_us: number;
}

/** Medians over rounds, and the least and greatest round of the two figures that budgets name. */
export interface Figures extends Round {
  readonly rounds: number;
  readonly p50_us_range: readonly [number, number];
  readonly rate_range: readonly [number, number];
}

/** How to run a round. */
export interface RoundOptions {
  /** Loops that each run again as soon as they have been answered; default 1. */
  readonly callers?: number;
  /** How long the round takes. */
  readonly ms: number;
}

/** Runs `run` over and over for `ms` and says what it took. `caller` tells concurrent loops apart. */
export async function measureRound(
  run: (caller: number) => unknown,
  { callers = 1, ms }: RoundOptions,
): Promise<Round> {
  const samples: number[] = [];
  const cpu = process.cpuUsage();
  const start = performance.now();
  const end = start + ms;
  const loop = async (caller: number): Promise<void> => {
    for (let before = performance.now(); before < end; ) {
      const pending = run(caller);
      // A synchronous run is not made to wait for a turn of the microtask queue that it did not ask for.
      if (pending instanceof Promise) await pending;
      const after = performance.now();
      samples.push(after - before);
      before = after;
    }
  };
  await Promise.all(Array.from({ length: callers }, (_, caller) => loop(caller)));
  const elapsedMs = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  return {
    rate: (samples.length / elapsedMs) * MS_PER_SECOND,
    p50_us: quantile(samples, 0.5) * US_PER_MS,
    p99_us: quantile(samples, 0.99) * US_PER_MS,
    cpu_us: (user + system) / samples.length,
  };
}

/** The round of samples that were taken elsewhere, in milliseconds. */
export function roundOf(samplesMs: readonly number[], cpuUs = 0): Round {
  const total = samplesMs.reduce((sum, sample) => sum + sample, 0);
  return {
    rate: (samplesMs.length / total) * MS_PER_SECOND,
    p50_us: quantile(samplesMs, 0.5) * US_PER_MS,
    p99_us: quantile(samplesMs, 0.99) * US_PER_MS,
    cpu_us: cpuUs,
  };
}

/** The median of each figure: one disturbed round does not move it. */
export function summarise(rounds: readonly Round[]): Figures {
  const medianOf = (figure: keyof Round): number => median(rounds.map((round) => round[figure]));
  const rangeOf = (figure: keyof Round): readonly [number, number] => {
    const values = rounds.map((round) => round[figure]);
    return [rounded(Math.min(...values)), rounded(Math.max(...values))];
  };
  return {
    rate: rounded(medianOf('rate')),
    p50_us: rounded(medianOf('p50_us')),
    p99_us: rounded(medianOf('p99_us')),
    cpu_us: rounded(medianOf('cpu_us')),
    rounds: rounds.length,
    p50_us_range: rangeOf('p50_us'),
    rate_range: rangeOf('rate'),
  };
}

/** The median of `values`, which are not empty. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value below which `part` of `values` lie. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

/** `bytes` in MB; default: what this process has resident. */
export function rssMb(bytes: number = process.memoryUsage.rss()): number {
  return rounded(bytes / BYTES_PER_MB);
}

/** Three significant digits are more than these measurements hold; four keep neighbours apart. */
export function rounded(value: number): number {
  return value === 0 || !Number.isFinite(value) ? value : Number(value.toPrecision(4));
}

/** Prints one figure as one line. */
export function print(name: string, params: Readonly<Record<string, unknown>>, figures: object): void {
  console.log(JSON.stringify({ name, params, ...figures }));
}
