/** What nodes disclose of their entries, verified here. */
export { checkFacts } from './checked.ts';
export { alert as alertOfDisclosure, FACT_NODE_ROUTES, SALT } from './node-routes.ts';
export { FACTS_KEEP_MS, FACTS_TASK, pruneFacts } from './prune-facts.ts';
