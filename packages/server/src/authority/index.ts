/** What people and nodes may do at the control plane. */
export { type AskedAbout, type Authority, createAuthority } from './authority.ts';
export { type Access, type ActingRole, type Role, ROLES } from './roles.ts';
