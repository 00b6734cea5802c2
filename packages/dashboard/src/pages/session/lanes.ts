/** Which labels have a column of their own in the picture. The others stand in words. */
import type { Flow, SessionFlow } from './flow.ts';

/** Most columns: more are not told apart. */
const MOST_LANES = 6;

/** Labels with a column, in the order in which they came; those that something was refused because of before others. */
export function lanesOf({ steps, flows }: SessionFlow): readonly string[] {
  const owed = new Set(steps.flatMap((step) => step.owed.map(({ label }) => label)));
  const isOwed = ({ label }: Flow): number => (owed.has(label) ? 0 : 1);
  const chosen = new Set([...flows].sort((one, other) => isOwed(one) - isOwed(other)).slice(0, MOST_LANES));
  return flows.filter((flow) => chosen.has(flow)).map(({ label }) => label);
}
