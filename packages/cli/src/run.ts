/** Runs one command: its answer is the exit code, and whatever it throws becomes a message and one. */
import { InvalidArgumentError } from 'commander';
import { Fault, isFault } from '@writ/core';
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
      const problem = nameSystemError(thrown);
      printProblem(problem);
      process.exitCode = exitCodeOf(problem);
    }
  };
}

/** A disk that is full or a folder that may not be written to is no defect of Writ: what the system said becomes `io.failed`. */
function nameSystemError(thrown: unknown): unknown {
  const isSystemError = thrown instanceof Error && 'syscall' in thrown && 'code' in thrown;
  return isSystemError && !isFault(thrown) ? new Fault('io.failed', thrown.message) : thrown;
}

/** For options that name files and may be given several times. */
export function collect(value: string, before: readonly string[]): readonly string[] {
  // An empty variable in a script would name the folder that happens to be the present one.
  if (value === '') throw new InvalidArgumentError('it is empty');
  return [...before, value];
}
