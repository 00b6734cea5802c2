/** Cedar's JSON policy format. */
export { expressionFromJson, policyFromJson } from './from-json.ts';
export type { ExactObject, PolicyJson } from './policy-json.ts';
export { expressionToJson, policyToJson } from './to-json.ts';
