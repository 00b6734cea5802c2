/** HTTP as every route has it: bodies, pages, entity tags, refusals, headers, listening. */
export { readCookie, setCookie } from './cookie.ts';
export { entityTag, requireMatch } from './entity-tag.ts';
export { listen, type ListenOptions, type Listening } from './listen.ts';
export { isLoopbackUrl, ownSiteOf } from './own-site.ts';
export { afterOf, cursorAfter, PAGE_QUERY, pageOf } from './page.ts';
export { type FieldProblem, Problem, problemResponse, type ProblemCode, PROBLEMS } from './problem.ts';
export { MAX_BODY_BYTES, MAX_OPEN_BODY_BYTES, readBytes, readObject } from './read-body.ts';
export { remoteAddressOf } from './remote-address.ts';
export { withSecurityHeaders } from './security-headers.ts';
