/** What the patterns of a set find in a call: a fact of the decision itself, so no face can leave it out. */
import type { PolicyQuery } from '../../model/index.ts';
import type { PatternMatcher } from '../patterns/index.ts';
import type { MappedPart } from './mapping.ts';

/** The findings in the arguments of a tool call; nothing for other parts, and without patterns. A throw of the matcher is a fault, and denies. */
export function foundIn(
  part: MappedPart,
  query: PolicyQuery,
  patterns: PatternMatcher | undefined,
): { readonly found?: readonly string[] } {
  if (patterns === undefined || !part.isToolCall) return {};
  return { found: patterns.findingsOf(part.action, query.context.args ?? {}) };
}
