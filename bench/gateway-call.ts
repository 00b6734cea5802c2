// What a call through a gateway takes more than the same call direct, at a fixed rate (open loop), and how many calls a second it takes at most.
// Both ways take turns, block by block, so that a disturbance meets both; so do two durable appends, where the gateway makes them.
import type { ChildProcess } from 'node:child_process';

import { type Line, type LoadOptions, type LoadResult, runLoad } from './load.ts';
import { print, quantile, rounded } from './measure.ts';
import { RATE, type Row, SECONDS } from './gateway-settings.ts';
import { cpuUs, killProcesses, residentMb } from './processes.ts';

const KIB = 1_024;
const MS = 1_000;
const CONNECTIONS = 64;
/** Blocks of up to five seconds, three at least; together no less than was asked for. */
const BLOCK_MS = Math.min(5, SECONDS / 3) * MS;
const BLOCKS = Math.max(3, Math.ceil(SECONDS / 5));
/** At the beginning of each block: what idled while the others were measured wakes up. */
const LEAD_MS = BLOCK_MS / 10;
/** As fast as it answers, so that what is compiled late is compiled. */
const WARM_UP_MS = Math.min(6, SECONDS / 3) * MS;
const MOST_MS = Math.min(8, SECONDS / 2) * MS;

/** Longest time for a row from the start of its processes to their end, in milliseconds: five times what it should take. */
const ROW_MS = 5 * (60_000 + 4 * SECONDS * MS);

/** One end of a way. */
export interface End {
  readonly open: () => Promise<Line>;
}

/** The ways that are compared. */
export interface Ends {
  readonly direct: End;
  readonly gateway: End & { readonly process: ChildProcess };
  /** Two durable appends one after another, as a governed call makes them. */
  readonly appends?: End;
}

/** What the blocks of one way showed, each in the order in which its calls were due. */
interface Way {
  readonly samplesMs: number[][];
  readonly serviceMs: number[][];
  readonly rates: number[];
  asked: number;
  cpu: number;
}

/**
 * Does all that belongs to `row`, with processes of its own. What goes wrong says on standard error which row it was, ends the row's processes, and fails the
 * bench in the end; the rows after it are measured all the same. What hangs goes wrong.
 */
export async function runRow({ transport, bytes, stage }: Row, run: () => Promise<void>): Promise<void> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`it is not done within ${ROW_MS} ms`)), ROW_MS);
  try {
    await Promise.race([run(), late.promise]);
  } catch (thrown) {
    console.error(`${transport}, ${bytes} bytes, stage ${stage}:`, thrown);
    process.exitCode = 1;
    killProcesses();
  } finally {
    clearTimeout(timer);
  }
}

/** Measures `row` and prints a line for each way, and one for the difference. `fs` is the file system that appends are made on. */
export async function measureCall(row: Row, ends: Ends, fs: string): Promise<void> {
  const { gateway } = ends;
  const named = Object.entries<End | undefined>({ ...ends });
  const ways: Record<string, Way> = {};
  for (const [name, end] of named) {
    if (end === undefined) continue;
    ways[name] = { samplesMs: [], serviceMs: [], rates: [], asked: 0, cpu: 0 };
    const ms = name === 'gateway' ? WARM_UP_MS : WARM_UP_MS / 4;
    await loadOf(name, { open: end.open, connections: CONNECTIONS, ms });
  }
  const target = rateFor(row.bytes);
  for (let block = 0; block < BLOCKS; block += 1) {
    for (const [name, end] of named) {
      const way = ways[name];
      if (end === undefined || way === undefined) continue;
      const before = cpuUs(gateway.process);
      const load = { connections: CONNECTIONS, leadMs: LEAD_MS, ms: BLOCK_MS, ratePerSecond: target };
      const result = await loadOf(name, { ...load, open: end.open });
      way.cpu += cpuUs(gateway.process) - before;
      way.asked += result.asked;
      way.rates.push(result.rate);
      way.samplesMs.push([...result.samplesMs]);
      way.serviceMs.push([...result.serviceMs]);
    }
  }
  const before = cpuUs(gateway.process);
  const most = await loadOf('gateway, as fast as it answers', {
    open: gateway.open,
    connections: CONNECTIONS,
    ms: MOST_MS,
  });
  const cpu = (cpuUs(gateway.process) - before) / most.asked;
  for (const [name, way] of Object.entries(ways)) printWay(row, name, way, target);
  const { direct, gateway: through, appends } = ways;
  if (direct === undefined || through === undefined) throw new TypeError('nothing was measured');
  print(
    'gateway/call',
    { ...row },
    {
      ...added(direct, through),
      ...(appends === undefined ? {} : besides(appends)),
      rate: rounded(most.rate),
      rate_per_core: rounded(1_000_000 / cpu),
      cpu_us: rounded(cpu),
      rss_mb: residentMb(gateway.process),
      target,
      seconds: SECONDS,
      fs,
    },
  );
}

/**
 * Quantiles of the difference between a call through the gateway and the direct one of the same place in the block beside it: those of a difference,
 * not the difference of two quantiles, so that what varies direct counts against the gateway.
 */
function added(direct: Way, through: Way): object {
  const blocks = through.samplesMs.map((block, at) =>
    block.flatMap((sample, place) => {
      const beside = direct.samplesMs[at]?.[place];
      return beside === undefined ? [] : [sample - beside];
    }),
  );
  const all = blocks.flat();
  const medians = blocks.map((block) => us(block, 0.5));
  return {
    added_p50_us: us(all, 0.5),
    added_p95_us: us(all, 0.95),
    added_p99_us: us(all, 0.99),
    added_p50_us_range: [Math.min(...medians), Math.max(...medians)],
  };
}

/** What the appends take by themselves: not that the load generator sent them late, which in a difference is on both sides. */
function besides({ serviceMs }: Way): object {
  const all = serviceMs.flat();
  return { appends_p50_us: us(all, 0.5), appends_p95_us: us(all, 0.95), appends_p99_us: us(all, 0.99) };
}

function printWay(row: Row, path: string, way: Way, target: number): void {
  const samples = (path === 'appends' ? way.serviceMs : way.samplesMs).flat();
  print(
    'gateway/path',
    { ...row, path },
    {
      p50_us: us(samples, 0.5),
      p95_us: us(samples, 0.95),
      p99_us: us(samples, 0.99),
      rate: rounded(way.rates.reduce((sum, rate) => sum + rate, 0) / way.rates.length),
      ...(path === 'gateway' ? { cpu_us: rounded(way.cpu / way.asked) } : {}),
      samples: samples.length,
      target,
    },
  );
}

/** Runs a load that must be answered as it should; what is wrong says on which way. */
async function loadOf(path: string, load: LoadOptions): Promise<LoadResult> {
  const result = await runLoad(load).catch((thrown: unknown) => {
    throw new Error(`${path}: ${(thrown as Error).message}`, { cause: thrown });
  });
  if (result.failures > 0)
    throw new Error(`${path}: ${result.failures} of ${result.asked} calls failed: ${result.problem}`);
  return result;
}

/** Large bodies at the same rate would measure nothing but the queue. */
function rateFor(bytes: number): number {
  return Math.max(10, Math.round(RATE / Math.max(1, bytes / (8 * KIB))));
}

function us(samplesMs: readonly number[], part: number): number {
  return rounded(quantile(samplesMs, part) * MS);
}
