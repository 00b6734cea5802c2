/** Searches for requests on which two policy sets differ. It is a search and no proof: that nothing is found does not mean that nothing is there. */
import type { PolicyOutcome, PolicyQuery } from '../../../model/index.ts';
import { type ChangeGroup, changeKey, changeKind, createChangeCounter } from '../decision-changes.ts';
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
 * Searches for one request with one part on which the sets differ, guided by their policies, tools and entities. Of approvals
 * it tries only one that lifts everything, of chains of delegation only short ones.
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

/** What changes over all requests that a search tries. */
export interface SearchedChanges {
  readonly tried: number;
  readonly seed: number;
  /** How many of them are answered otherwise. */
  readonly changed: number;
  readonly groups: readonly ChangeGroup[];
}

/**
 * Tries all requests of a search and tells every way in which decisions change, with `examples` of each, shrunk. As {@link searchDifference} it
 * is a search and no proof.
 */
export function searchChanges(
  one: ComparedSet,
  other: ComparedSet,
  options: SearchOptions & { readonly examples?: number } = {},
): SearchedChanges {
  const { seed = 1, examples = 1 } = options;
  const counter = createChangeCounter(examples);
  const told = new Map<string, number>();
  for (const draft of drafts(one, other, options)) {
    const { query, left, right, fields } = differenceOn(one, other, draft.query());
    const key = changeKey(changeKind(left, right));
    const known = told.get(key) ?? 0;
    if (fields.length === 0 || known >= examples) {
      counter.add(query, left, right);
      continue;
    }
    told.set(key, known + 1);
    const small = shrink(draft, (candidate) => keyOn(one, other, candidate) === key).query();
    const shrunk = differenceOn(one, other, small);
    counter.add(small, shrunk.left, shrunk.right);
  }
  return { tried: counter.compared, seed, changed: counter.changed, groups: counter.groups() };
}

function keyOn(one: ComparedSet, other: ComparedSet, draft: Draft): string {
  const { left, right } = differenceOn(one, other, draft.query());
  return changeKey(changeKind(left, right));
}

function* drafts(one: ComparedSet, other: ComparedSet, options: SearchOptions): Generator<Draft> {
  const { seed = 1, requests = DEFAULT_REQUESTS, isOver = () => false } = options;
  const words = vocabularyOf(one, other);
  const seeded = createSeeded(seed);
  for (let count = 0; count < requests && !isOver(); count += 1)
    yield generateDraft(words, seeded, [one, other]);
}

function differ(one: ComparedSet, other: ComparedSet, draft: Draft): boolean {
  return differenceOn(one, other, draft.query()).fields.length > 0;
}

/** Both answers to `query`, and in what they differ. */
export function differenceOn(one: ComparedSet, other: ComparedSet, query: PolicyQuery): FoundDifference {
  const [left, right] = [one.decisionPoint.decide(query), other.decisionPoint.decide(query)];
  return { query, left, right, fields: differingFields(left, right) };
}
