/** What people and nodes may do at the control plane. */
export { type AskedAbout, type Asking, type Authority, createAuthority } from './authority.ts';
export { type Access, ACTIONS, type Role, ROLES, ROLES_POLICIES, ROLES_SCHEMA } from './roles.ts';
