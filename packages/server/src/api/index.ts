/** Routes as data, the document of them, and the handler that answers. */
export type { ApiParts } from './answer-call.ts';
export { needsKey, openApiOf } from './openapi.ts';
export { type Answer, type Call, defineRoute, isChange, type Route, type RouteOf } from './route.ts';
export { type Api, type ApiOptions, createApi } from './serve-api.ts';
