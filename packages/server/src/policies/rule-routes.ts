/** How many people review policies, and who: set by administrators, and no way around a review that is under way. */
import { z } from 'zod';
import { type Call, defineRoute, type Route } from '../api/index.ts';
import { Problem } from '../http/index.ts';
import {
  isReviewer,
  type KeptReviewRule,
  ONE_REVIEWER,
  type Organisation,
  mayDecide,
  ORGANISATIONS,
  PEOPLE,
  REVIEW_RULE,
  type ReviewRule,
  restsOnTeams,
  reviewRuleAfter,
} from '../people/index.ts';
import type { Stored } from '../state/index.ts';

const SHOWN = z.object({
  reviewers: z.int(),
  groups: z.array(z.string()),
  teams: z.array(z.string()),
  loosened: z.object({ by: z.string(), from: REVIEW_RULE }).optional(),
});

export const REVIEW_RULE_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'get',
    path: '/v1/review-rule',
    operation: 'getReviewRule',
    summary: 'How many people review a policy version, and of which groups and teams.',
    access: 'read',
    answers: SHOWN,
    handle({ objects, caller }) {
      const organisation = organisationOf(objects, caller.organisation);
      return { body: reviewRuleOf(organisation), index: organisation.index };
    },
  }),
  defineRoute({
    method: 'put',
    path: '/v1/review-rule',
    operation: 'setReviewRule',
    summary:
      'Sets how many people review, and who. Versions that are in review need what was said before as well; so do those of whoever loosened it.',
    access: 'administer',
    conditional: true,
    body: REVIEW_RULE,
    answers: SHOWN,
    async handle({ objects, commit, caller, body, expects }) {
      const records = restsOnTeams(objects, caller.organisation, body.teams, '/teams');
      requireMeetable(objects, body);
      const { id, index: _read, ...organisation } = organisationOf(objects, caller.organisation);
      const before = reviewRuleOf(organisation);
      const reviewRule = reviewRuleAfter(before, body, caller.id);
      const index = await commit({
        action: reviewRule.loosened?.by === caller.id ? 'review_rule.loosen' : 'review_rule.set',
        object: id,
        details: JSON.parse(JSON.stringify({ rule: reviewRule, before })) as Record<string, string>,
        effects: [objects(ORGANISATIONS).put(id, { ...organisation, reviewRule }, expects)],
        records,
      });
      return { body: reviewRule, index };
    },
  }),
];

/** The rule of an organisation. */
export function reviewRuleOf({ reviewRule }: Pick<Organisation, 'reviewRule'>): KeptReviewRule {
  return reviewRule ?? ONE_REVIEWER;
}

/** The organisation `id`. Throws `request.not-found`. */
export function organisationOf(objects: Call['objects'], id: string): Stored<Organisation> {
  const organisation = objects(ORGANISATIONS).get(id);
  if (organisation === undefined) throw new Problem('request.not-found', 'there is no such organisation');
  return organisation;
}

/** Throws `request.invalid` where nothing could be approved any more. */
function requireMeetable(objects: Call['objects'], rule: ReviewRule): void {
  const count = objects(PEOPLE)
    .list()
    .filter((person) => mayDecide(person) && isReviewer(rule, person)).length;
  if (count < rule.reviewers)
    throw new Problem(
      'request.invalid',
      `${count} people could review, ${rule.reviewers} are asked for: nothing would be approved any more`,
      [{ pointer: '/reviewers', detail: 'more than there are' }],
    );
}
