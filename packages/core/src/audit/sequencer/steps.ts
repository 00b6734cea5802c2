/** Named steps of writing and publishing at which a test may end, fail or hold the process. Without `faults` they cost one comparison. */

/** Every step, in order. */
export const STEPS = [
  'append/before-begin',
  'append/after-begin',
  'append/after-insert',
  'append/before-commit',
  'append/after-commit',
  'publish/before-tiles',
  'publish/between-files',
  'publish/before-checkpoint',
  'publish/after-checkpoint',
] as const;
export type Step = (typeof STEPS)[number];

/**
 * What happens at a step. `kill`: the process ends as by SIGKILL. `fail`: the step throws, as a full disk or a lost device would;
 * at `append/after-commit` this is *fails but wrote*. `pause`: the thread stops until the first number behind `gate` is not 0.
 */
export interface StepFault {
  readonly step: Step;
  readonly action: 'kill' | 'fail' | 'pause';
  /** Times the step is passed unharmed before; default 0. */
  readonly after?: number;
  /** Times it then happens; default 1. */
  readonly times?: number;
  /** At least four shared bytes; required for `pause`. Number 0 opens it, number 1 is raised when it is reached (eight bytes). */
  readonly gate?: SharedArrayBuffer;
}

/** Passes a step. */
export type PassStep = (step: Step) => void;

/** A function that lets `faults` happen. */
export function passSteps(faults: readonly StepFault[] = []): PassStep {
  if (faults.length === 0) return () => {};
  const passed = new Map<StepFault, number>();
  return (step) => {
    for (const fault of faults) {
      if (fault.step !== step) continue;
      const count = passed.get(fault) ?? 0;
      passed.set(fault, count + 1);
      const after = fault.after ?? 0;
      if (count >= after && count < after + (fault.times ?? 1)) happen(fault);
    }
  };
}

function happen(fault: StepFault): void {
  switch (fault.action) {
    case 'kill':
      process.kill(process.pid, 'SIGKILL');
      return;
    case 'fail':
      throw new Error(`simulated failure at ${fault.step}`);
    case 'pause': {
      if (fault.gate === undefined) return;
      const gate = new Int32Array(fault.gate);
      if (gate.length > 1) {
        Atomics.store(gate, 1, 1);
        Atomics.notify(gate, 1);
      }
      Atomics.wait(gate, 0, 0);
      return;
    }
    default:
      fault.action satisfies never;
  }
}
