/** The Cedar schema: what is there for every set, what the tools add, and how arguments are judged by it. */
export { type ArgType, NO_ARGUMENTS, type RecordType } from './arg-types.ts';
export { judgeArguments, pathName, type UnjudgedArgument } from './arguments.ts';
export { assumeSchema } from './assume.ts';
export {
  ABOUT_TOOLS,
  BASE_ACTIONS,
  DETAILED_ACTIONS,
  ID_ATTRIBUTE,
  OTHER_METHOD,
  TOOL_CALLS,
} from './base.ts';
export { checkPolicies } from './check.ts';
export { checkClaims } from './check-claims.ts';
export { type Oddity, PLACEHOLDER_TOOL, type PolicySchema, schemaForTools } from './generate.ts';
export { actionScope, covers, indexByAction } from './scope.ts';
export { checkRequest, parseEntities } from './entities/index.ts';
export { type CedarSchema, resolveSchema } from './model/index.ts';
export { parseSchemaText } from './text/index.ts';
export { createValidator } from './validate/index.ts';
export { printToolSchema } from './print-tool-schema.ts';
