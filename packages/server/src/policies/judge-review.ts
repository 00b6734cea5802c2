/** Whether a version has the reviews that it needs. */
import { isReviewer, mayDecide, type PersonRecord, type ReviewRule } from '../people/index.ts';
import type { Stored } from '../state/index.ts';
import type { PolicyVersion, Review } from './policy-version.ts';

/** How far a version is. */
export interface ReviewStanding {
  readonly isApproved: boolean;
  /** Approvals that it still needs, at least. */
  readonly missing: number;
  /** People whose approval counts. */
  readonly counted: readonly Stored<PersonRecord>[];
}

/**
 * How far `version` is under each of `rules`, all of which it needs. INVARIANT: an approval counts once, of a person who is active, may decide, wrote none of it, and is of
 * those whom the rule names now; one that was given before the replay which stands counts for nothing.
 */
export function reviewStanding(
  { authors, reviews, replay }: Pick<PolicyVersion, 'authors' | 'reviews' | 'replay'>,
  rules: readonly ReviewRule[],
  person: (id: string) => Stored<PersonRecord> | undefined,
): ReviewStanding {
  const ids = new Set(reviews.filter((review) => isOfWhatStands(review, replay)).map(({ person: id }) => id));
  const approving = [...ids]
    .filter((id) => !authors.includes(id))
    .map(person)
    .filter((one) => one !== undefined)
    .filter(mayDecide);
  const missing = rules.map(
    (rule) => rule.reviewers - approving.filter((one) => isReviewer(rule, one)).length,
  );
  return {
    isApproved: rules.length > 0 && missing.every((count) => count <= 0),
    missing: Math.max(0, ...missing),
    counted: approving.filter((one) => rules.some((rule) => isReviewer(rule, one))),
  };
}

function isOfWhatStands({ verdict, at }: Review, replay: PolicyVersion['replay']): boolean {
  return verdict === 'approve' && (replay === undefined || at >= replay.at);
}
