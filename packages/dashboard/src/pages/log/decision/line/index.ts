/** The straight line out of what is recorded: no page, no browser. */
export { disclosedIn } from './disclosed.ts';
export { decisionIn, type RecordedDecision } from './recorded.ts';
export { STEPS, type Fact, type Said, type Step, type StepState } from './step.ts';
export type { OutcomeKnown } from './steps-after.ts';
export { straightLine } from './straight-line.ts';
export { whatWouldChange } from './would-change.ts';
