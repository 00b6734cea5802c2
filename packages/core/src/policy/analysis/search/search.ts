/** Searches for requests on which two policy sets differ. It is a search and no proof: that nothing is found does not mean that nothing is there. */
import type { PolicyOutcome, PolicyQuery } from '../../../model/index.ts';
import { type AnswerField, differingFields } from '../outcome-difference.ts';
import type { Draft } from './draft.ts';
import { generateDraft } from './generate.ts';
import { createSeeded } from './seeded.ts';
import type { ComparedSet } from './set.ts';
import { shrink } from './shrink.ts';
import { vocabularyOf } from './vocabulary.ts';

/** Requests that are tried where no other number is given. */
export const DEFAULT_REQUESTS = 10_000;

/** How to search. */
export interface SearchOptions {
  /** The same seed tries the same requests. Default 1. */
  readonly seed?: number;
  /** Requests to try at most; default {@link DEFAULT_REQUESTS}. */
  readonly requests?: number;
  /** Asked before each request; the search ends once it answers `true`. Absent: only the count ends it. */
  readonly isOver?: () => boolean;
}

/** A request on which the sets differ, shrunk to what the difference needs. */
export interface FoundDifference {
  readonly query: PolicyQuery;
  readonly left: PolicyOutcome;
  readonly right: PolicyOutcome;
  readonly fields: readonly AnswerField[];
}

/** What a search came to. */
export interface SearchResult {
  readonly found?: FoundDifference;
  /** Requests tried, shrinking not counted. */
  readonly tried: number;
  readonly seed: number;
}

/**
 * Searches for one request with one part on which the sets differ, guided by their policies, tools and entities. Approvals are not tried, and of
 * chains of delegation only short ones.
 */
export function searchDifference(
  one: ComparedSet,
  other: ComparedSet,
  options: SearchOptions = {},
): SearchResult {
  const { seed = 1 } = options;
  let tried = 0;
  for (const draft of drafts(one, other, options)) {
    tried += 1;
    if (!differ(one, other, draft)) continue;
    const smallest = shrink(draft, (candidate) => differ(one, other, candidate));
    return { found: differenceOn(one, other, smallest.query()), tried, seed };
  }
  return { tried, seed };
}

/** The requests that a search tries, for counting what changes over all of them. */
export function* generateRequests(
  one: ComparedSet,
  other: ComparedSet,
  options: SearchOptions = {},
): Generator<PolicyQuery> {
  for (const draft of drafts(one, other, options)) yield draft.query();
}

function* drafts(one: ComparedSet, other: ComparedSet, options: SearchOptions): Generator<Draft> {
  const { seed = 1, requests = DEFAULT_REQUESTS, isOver = () => false } = options;
  const words = vocabularyOf(one, other);
  const seeded = createSeeded(seed);
  for (let count = 0; count < requests && !isOver(); count += 1) yield generateDraft(words, seeded);
}

function differ(one: ComparedSet, other: ComparedSet, draft: Draft): boolean {
  return differenceOn(one, other, draft.query()).fields.length > 0;
}

/** Both answers to `query`, and in what they differ. */
export function differenceOn(one: ComparedSet, other: ComparedSet, query: PolicyQuery): FoundDifference {
  const [left, right] = [one.decisionPoint.decide(query), other.decisionPoint.decide(query)];
  return { query, left, right, fields: differingFields(left, right) };
}
