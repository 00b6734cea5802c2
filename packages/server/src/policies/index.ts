/** Versions of policies. */
export { authorsOf } from './authors.ts';
export { filesOf, inForceHash } from './content.ts';
export { POLICY_VERSIONS, type PolicyVersion } from './policy-version.ts';
export { POLICY_ROUTES } from './routes.ts';
