/** The kill switch: placed by people and rules, followed by nodes, measured by their own word. */
export { NODE_STOP_ROUTES } from './node-routes.ts';
export { stopsOfNode } from './of-node.ts';
export { STOP_RULE_ROUTES, STOP_RULES_TASK, sweepStopRules } from './rules/index.ts';
export { STOP_ROUTES } from './routes.ts';
export { isInForce, STOPS } from './stop.ts';
