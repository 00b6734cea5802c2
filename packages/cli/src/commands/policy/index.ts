/** `writ policy`. */
export { explanationJson, printExplanation } from './explain.ts';
export { addPolicy } from './policy.ts';
export { toolsOf } from './read-set.ts';
