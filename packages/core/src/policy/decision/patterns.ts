/** What the patterns of a set find in a call: a fact of the decision itself, so no face can leave it out. */
import { describeFault, Fault } from '../../kernel/index.ts';
import type { Check, PolicyQuery } from '../../model/index.ts';
import { ENGINE_VERSION } from '../compile/index.ts';
import type { PatternMatcher } from '../patterns/index.ts';
import type { MappedPart } from './mapping.ts';

/** The findings in the arguments of a tool call; nothing for other parts, and without patterns. Throws `policy.evaluation`, which denies. */
export function foundIn(
  part: MappedPart,
  query: PolicyQuery,
  patterns: PatternMatcher | undefined,
): { readonly found?: readonly string[] } {
  if (patterns === undefined || !part.isToolCall) return {};
  try {
    return { found: patterns.findingsOf(part.action, query.context.args ?? {}) };
  } catch (thrown) {
    throw new Fault('policy.evaluation', `the patterns could not be looked for: ${describeFault(thrown)}`);
  }
}

/** How a decision names that it looked for patterns; nothing for a query without a tool call, and without patterns. */
export function patternChecks(
  parts: readonly MappedPart[],
  patterns: PatternMatcher | undefined,
): { readonly checks?: readonly Check[] } {
  if (patterns === undefined || !parts.some(({ isToolCall }) => isToolCall)) return {};
  return { checks: [{ id: 'patterns', version: ENGINE_VERSION, status: 'ran', mode: 'block' }] };
}
