/** Runs one command: its answer is the exit code, and whatever it throws becomes a message and one. */
import { exitCodeOf } from './exit-codes.ts';
import { printProblem } from './terminal/index.ts';

/** An action for commander around `act`. Sets `process.exitCode`, so that output still in a pipe is written. */
export function runs<Args extends readonly unknown[]>(
  act: (...args: Args) => Promise<number> | number,
): (...args: Args) => Promise<void> {
  return async (...args) => {
    try {
      process.exitCode = await act(...args);
    } catch (thrown) {
      printProblem(thrown);
      process.exitCode = exitCodeOf(thrown);
    }
  };
}

/** For options that may be given several times. */
export function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}
