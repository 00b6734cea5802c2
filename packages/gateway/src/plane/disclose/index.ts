/** What a node discloses of its entries. */
export { answerLooks, type LooksFollower, type LooksOptions } from './answer-looks.ts';
export { discloseFacts, type FactsFollower, type FactsOptions } from './disclose-facts.ts';
