/** The kill switch: placed by people and rules, followed by nodes, measured by their own word. */
export { type Effect, effectsOf, quantile } from './effects.ts';
export { NODE_STOP_ROUTES } from './node-routes.ts';
export { type NodeStop, type NodeStops, stopsOfNode } from './of-node.ts';
export { placeStop, type Placing } from './place.ts';
export {
  judgeRules,
  STOP_RULE_ROUTES,
  STOP_RULES_TASK,
  type StopRule,
  sweepStopRules,
} from './rules/index.ts';
export { STOP_ROUTES } from './routes.ts';
export { isInForce, type StopRecord, STOPS } from './stop.ts';
