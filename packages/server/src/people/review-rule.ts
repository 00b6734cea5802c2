/** How many people an organisation wants to have looked at policies before they are approved, and who. */
import { z } from 'zod';

const ULID = z.string().regex(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/, 'a ULID');

/** Who reviews. Authors never count, and nobody counts twice. */
export interface ReviewRule {
  /** How many approve: 1 to 5. */
  readonly reviewers: number;
  /** Names of groups; whoever is of one of them, or of one of `teams`, counts. Both empty: everybody who may decide. */
  readonly groups: readonly string[];
  /** ULIDs. */
  readonly teams: readonly string[];
}

/** A rule as it is kept. */
export interface KeptReviewRule extends ReviewRule {
  /** Who loosened it, and what they loosened: their own versions still need that. */
  readonly loosened?: { readonly by: string; readonly from: ReviewRule } | undefined;
}

/** Where nobody said anything else. */
export const ONE_REVIEWER: ReviewRule = { reviewers: 1, groups: [], teams: [] };

const FIELDS = {
  reviewers: z.int().min(1).max(5),
  groups: z.array(z.string().min(1).max(120)).max(20),
  teams: z.array(ULID).max(20),
};
export const REVIEW_RULE: z.ZodType<ReviewRule> = z.strictObject(FIELDS);
export const KEPT_REVIEW_RULE: z.ZodType<KeptReviewRule> = z.strictObject({
  ...FIELDS,
  loosened: z.strictObject({ by: ULID, from: REVIEW_RULE }).optional(),
});

/** Whether whoever satisfies `rule` satisfies `other` too. */
export function isAsStrict(rule: ReviewRule, other: ReviewRule): boolean {
  if (rule.reviewers < other.reviewers) return false;
  if (isForEverybody(other)) return true;
  return (
    !isForEverybody(rule) &&
    rule.groups.every((group) => other.groups.includes(group)) &&
    rule.teams.every((team) => other.teams.includes(team))
  );
}

/** Whether a person counts as a reviewer under `rule`. */
export function isReviewer(
  { groups, teams }: ReviewRule,
  person: { readonly groups: readonly string[]; readonly teams: readonly string[] },
): boolean {
  return (
    (groups.length === 0 && teams.length === 0) ||
    person.groups.some((group) => groups.includes(group)) ||
    person.teams.some((team) => teams.includes(team))
  );
}

/** The rule as `by` sets it in place of `before`. What they loosen stays theirs until somebody else sets the rule. */
export function reviewRuleAfter(before: KeptReviewRule, rule: ReviewRule, by: string): KeptReviewRule {
  const from = ruleFor(before, by);
  const { reviewers, groups, teams } = rule;
  const next = { reviewers, groups, teams };
  return isAsStrict(rule, from) ? next : { ...next, loosened: { by, from } };
}

/** The rule that versions of `author` need now: nobody profits from what they loosened themselves. */
export function ruleFor({ loosened, ...rule }: KeptReviewRule, author: string): ReviewRule {
  return loosened?.by === author ? loosened.from : rule;
}

function isForEverybody({ groups, teams }: ReviewRule): boolean {
  return groups.length === 0 && teams.length === 0;
}
