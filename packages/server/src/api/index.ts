/** Routes as data, the document of them, and the handler that answers. */
export { openApiOf } from './openapi.ts';
export { type Call, defineRoute, type Route } from './route.ts';
export { type Api, createApi } from './serve-api.ts';
