/** Rules that stop by themselves: over what nodes counted since the last look. */
import { KILL_REASONS, type KillReason } from '@writ/core';
import { z } from 'zod';
import { NAME } from '../../people/index.ts';
import type { CollectionOf } from '../../state/index.ts';

/** A rule as it is kept. What is stopped: the agent that the node is bound to; of a node without one, an alert is all. */
export interface StopRule {
  readonly name: string;
  /** Of all decisions of a node since the last look. */
  readonly measure: 'denials' | 'errors' | 'decisions';
  /** Of `denials` and `errors` the share from which on it stops, above 0 up to 1; of `decisions` 1. */
  readonly share: number;
  /** Decisions below which nothing is judged; of `decisions`, from which on it stops. */
  readonly least: number;
  readonly reason: KillReason;
  readonly status: 'on' | 'off';
}
export const STOP_RULES: CollectionOf<StopRule> = {
  name: 'stop_rules',
  schema: z.strictObject({
    name: NAME,
    measure: z.enum(['denials', 'errors', 'decisions']),
    share: z.number().gt(0).max(1),
    least: z.int().min(1),
    reason: z.enum(KILL_REASONS),
    status: z.enum(['on', 'off']),
  }),
};

/** What a node counted. */
export interface Counts {
  readonly node: string;
  readonly decisions: number;
  readonly denials: number;
  readonly errors: number;
}

/** A rule that holds of a node. */
export interface Judged<Rule extends StopRule = StopRule> {
  readonly rule: Rule;
  readonly node: string;
  /** What it was, for a person. */
  readonly words: string;
}

/** Every rule that holds of what was counted. */
export function judgeRules<Rule extends StopRule>(
  rules: readonly Rule[],
  counts: readonly Counts[],
): readonly Judged<Rule>[] {
  return rules
    .filter(({ status }) => status === 'on')
    .flatMap((rule) =>
      counts
        .filter((counted) => counted.decisions >= rule.least && shareOf(rule, counted) >= rule.share)
        .map((counted) => ({
          rule,
          node: counted.node,
          words: `${rule.name}: ${counted[rule.measure]} ${rule.measure} of ${counted.decisions} decisions`,
        })),
    );
}

function shareOf({ measure }: StopRule, counted: Counts): number {
  return counted.decisions === 0 ? 0 : counted[measure] / counted.decisions;
}

/** What was counted between two words of nodes; a process that began anew counts from nothing. */
export function countsSince(
  before: ReadonlyMap<string, Counted>,
  after: ReadonlyMap<string, Counted>,
): readonly Counts[] {
  return [...after].flatMap(([node, now]) => {
    const then = before.get(node);
    if (then === undefined) return [];
    const from = then.since === now.since ? then : { decisions: 0, denials: 0, errors: 0 };
    const less = (name: 'decisions' | 'denials' | 'errors'): number => Math.max(0, now[name] - from[name]);
    return [{ node, decisions: less('decisions'), denials: less('denials'), errors: less('errors') }];
  });
}

/** What a node counted since its process began at `since`. */
export interface Counted extends Omit<Counts, 'node'> {
  readonly since: number;
}
