/** Cedar's JSON policy format. */
export { policyFromJson } from './from-json.ts';
export type { PolicyJson } from './policy-json.ts';
export { expressionToJson, policyToJson } from './to-json.ts';
