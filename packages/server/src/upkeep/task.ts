/** What a server does by itself, again and again. */
import type { Plane } from '../plane.ts';

/** One thing that is done at intervals, on each server; two servers may do it at once. */
export interface Task {
  /** `prune`: unique, in metrics and reports. */
  readonly name: string;
  readonly everyMs: number;
  /** Ends soon after `signal` is aborted. What it throws is reported, and it is tried again at the next interval. */
  readonly run: (plane: Plane, signal: AbortSignal) => Promise<void>;
}

/** Tasks that are under way. */
export interface RunningTasks {
  /** Starts none any more, and waits for those that run. Idempotent. */
  stop(): Promise<void>;
}

/** How they are told of. */
export interface TaskPorts {
  readonly every: (milliseconds: number, run: () => void) => () => void;
  readonly ended: (task: Task, thrown: unknown) => void;
}

/** Runs each of `tasks` at its interval; one that still runs at the next is not run twice. */
export function startTasks(plane: Plane, tasks: readonly Task[], { every, ended }: TaskPorts): RunningTasks {
  const ending = new AbortController();
  const running = new Map<string, Promise<void>>();
  const once = async (task: Task): Promise<void> => {
    try {
      await task.run(plane, ending.signal);
      ended(task, undefined);
    } catch (thrown) {
      if (!ending.signal.aborted) ended(task, thrown);
    } finally {
      running.delete(task.name);
    }
  };
  const stops = tasks.map((task) =>
    every(task.everyMs, () => {
      if (!ending.signal.aborted && !running.has(task.name)) running.set(task.name, once(task));
    }),
  );
  return {
    async stop() {
      ending.abort();
      for (const stop of stops) stop();
      await Promise.all(running.values());
    },
  };
}
