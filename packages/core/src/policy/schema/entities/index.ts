/** Entities and requests, read by a schema. */
export { actionEntities, type ParsedEntities, parseEntities } from './parse-entities.ts';
export { type CheckedRequest, checkRequest, type UntypedRequest, validateRequest } from './request.ts';
export type { DataProblem } from './typed-value.ts';
