/** Stops that rules place. */
export { STOP_RULE_ROUTES } from './routes.ts';
export { judgeRules, type StopRule } from './stop-rule.ts';
export { STOP_RULES_TASK, sweepStopRules } from './sweep.ts';
