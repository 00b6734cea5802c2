/** Retention that runs by itself, once a day, beside whatever else a process does. */
import type { Timer } from '../../../audit/index.ts';
import type { RetentionPorts, RetentionReport } from '../ports.ts';
import { type RetentionPlace, retainAlone } from './alone.ts';
import { isDue } from './standing.ts';

/** How often is looked whether it is time, in milliseconds. A process that ends sooner never runs it. */
export const LOOK_EVERY_MS = 60_000;

/** How retention runs by itself. */
export interface ScheduleOptions {
  readonly ports: Omit<RetentionPorts, 'signal'>;
  readonly place: RetentionPlace;
  readonly timer: Timer;
  readonly onRun?: (report: RetentionReport) => void;
  /** Told why a run did not come to its end; it is tried again after an hour. */
  readonly onFault: (fault: unknown) => void;
}

/** Retention that runs by itself. */
export interface RetentionSchedule {
  /** Resolves once no run of this process is under way. */
  idle(): Promise<void>;
  /** Ends it: a run that is under way stops after its step, and the next process goes on. Idempotent. */
  close(): Promise<void>;
}

/** Begins it. */
export function scheduleRetention({
  ports,
  place,
  timer,
  onRun,
  onFault,
}: ScheduleOptions): RetentionSchedule {
  const stop = new AbortController();
  let running: Promise<void> | undefined;
  const run = async (): Promise<void> => {
    try {
      const report = await retainAlone({ ...ports, signal: stop.signal }, place);
      if (report !== undefined) onRun?.(report);
    } catch (fault) {
      onFault(fault);
    }
    running = undefined;
  };
  const end = timer.every(LOOK_EVERY_MS, () => {
    if (running === undefined && isDue(ports.progress.read(), ports.clock.now())) running = run();
  });
  return {
    idle: async () => running,
    async close() {
      end();
      stop.abort();
      await running;
    },
  };
}

/** Lets everything that waits in this process run. */
export function letOthersRun(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** Rests beside whatever decides: a turn of two milliseconds, then this long nothing, in milliseconds. */
const REST_MS = 20;

/** As {@link letOthersRun}, for a process that decides meanwhile: retention takes a tenth of it at most, and has the day for it. */
export function restAwhile(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, REST_MS);
  });
}
