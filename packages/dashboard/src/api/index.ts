/** The API as pages use it. */
export { allPages, PAGE_ITEMS } from './all-pages.ts';
export { answered, answeredTagged, api, ifMatch, type Tagged } from './client.ts';
export { hasRole, type Me, ME, useMe } from './me.ts';
export { ApiProblem, whatToDo } from './problem.ts';
export { createQueryClient } from './query-client.ts';
export type { components, operations, paths } from './schema.d.ts';
