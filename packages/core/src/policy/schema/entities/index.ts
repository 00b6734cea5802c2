/** Entities and requests, read by a schema. */
export { actionEntities, parseEntities } from './parse-entities.ts';
export { checkRequest } from './request.ts';
