/** Named steps of sending at which a test may end or fail the process. Without `faults` they cost one comparison. */

/** Every step, in order. */
export const SEND_STEPS = [
  'send/before',
  'send/after',
  'cursor/before-write',
  'cursor/before-rename',
  'cursor/after-rename',
  'note/before',
  'note/after',
] as const;
export type SendStep = (typeof SEND_STEPS)[number];

/** What happens at a step. `kill`: the process ends as by SIGKILL. `fail`: the step throws, as a full disk would. */
export interface SendFault {
  readonly step: SendStep;
  readonly action: 'kill' | 'fail';
  /** Times the step is passed unharmed before; default 0. */
  readonly after?: number;
  /** Times it then happens; default 1. */
  readonly times?: number;
}

/** Passes a step. */
export type PassSendStep = (step: SendStep) => void;

/** A function that lets `faults` happen. */
export function passSendSteps(faults: readonly SendFault[] = []): PassSendStep {
  if (faults.length === 0) return () => {};
  const passed = new Map<SendFault, number>();
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

function happen({ step, action }: SendFault): void {
  if (action === 'kill') process.kill(process.pid, 'SIGKILL');
  else throw new Error(`simulated failure at ${step}`);
}
