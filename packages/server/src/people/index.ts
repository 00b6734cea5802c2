/** Organisations, teams and people. */
export { isAdministrator, mayDecide, otherAdministrator } from './administrators.ts';
export {
  concernsOf,
  NAME,
  type Organisation,
  ORGANISATIONS,
  PEOPLE,
  type PersonRecord,
  type Team,
  TEAMS,
  ULID,
} from './collections.ts';
export { restsOnTeams } from './named-teams.ts';
export {
  isReviewer,
  type KeptReviewRule,
  ONE_REVIEWER,
  REVIEW_RULE,
  type ReviewRule,
  reviewRuleAfter,
  ruleFor,
} from './review-rule.ts';
export { type Founded, foundOrganisation, organisationsOf, SERVER } from './found.ts';
