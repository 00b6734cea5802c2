/** Where requests want to go. */
export { readClientHello } from './client-hello.ts';
export { endToEnd, headProblem, hostHeaderProblem } from './head-rules.ts';
export {
  authorityOf,
  DEFAULT_PORTS,
  isMalformed,
  type Malformed,
  normalResource,
  readAbsolute,
  readAuthority,
  type Target,
} from './target.ts';
