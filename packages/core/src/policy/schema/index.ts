/** The Cedar schema: what is there for every set, what the tools add, and how arguments are judged by it. */
export { NO_ARGUMENTS, type RecordType } from './arg-types.ts';
export {
  type JudgedArguments,
  judgeArguments,
  pathName,
  type RefusedArgument,
  type UnjudgedArgument,
} from './arguments.ts';
export { assumeSchema, type AssumedSchema } from './assume.ts';
export { BASE_ACTIONS, ID_ATTRIBUTE, OTHER_METHOD, TOOL_CALLS } from './base.ts';
export { type CheckedPolicies, checkPolicies } from './check.ts';
export {
  isMethodPrefix,
  type Oddity,
  PLACEHOLDER_TOOL,
  type PolicySchema,
  schemaForTools,
} from './generate.ts';
export { actionScope, covers } from './scope.ts';
