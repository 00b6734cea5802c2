/** Stops that rules place. */
export { STOP_RULE_ROUTES } from './routes.ts';
export { STOP_RULES } from './stop-rule.ts';
export { STOP_RULES_TASK, sweepStopRules } from './sweep.ts';
