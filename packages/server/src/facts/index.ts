/** What nodes disclose of their entries, verified here. */
export { type Checked, checkFacts, type SentFacts } from './checked.ts';
export { ALWAYS_DISCLOSABLE, LOOK_DISCLOSABLE } from './disclosable.ts';
export { alert as alertOfDisclosure, FACT_NODE_ROUTES, SALT } from './node-routes.ts';
export { ARRIVALS_KEEP_MS, FACTS_KEEP_MS, FACTS_TASK, pruneFacts } from './prune-facts.ts';
