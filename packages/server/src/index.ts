/** Entry point of @writ/server: the control plane over one API. */
export { type Api, createApi, openApiOf, type Route } from './api/index.ts';
export { authenticatorsOf } from './authenticators.ts';
export { approversOf } from './approvals/index.ts';
export { readSite, type Site } from './dashboard/index.ts';
export { type BesidePlace, placeBeside } from './enrolments/index.ts';
export { listen, type Listening, type ListenOptions } from './http/index.ts';
export {
  createIdentityProvider,
  IDENTITY_PROVIDER,
  type IdentityProvider,
  type IdentityProviderSettings,
} from './identity-providers/index.ts';
export { openPlane, type PlaneOptions } from './open-plane.ts';
export { type Founded, foundOrganisation, organisationsOf } from './people/index.ts';
export type { Plane } from './plane.ts';
export { ROUTES } from './routes.ts';
export {
  loadServerSettings,
  parseServerSettings,
  type RunningServer,
  SERVER_FILE,
  type ServerSettings,
  startServer,
  type StartOptions,
} from './serve/index.ts';
export { createFirstLink, createRecoveryLink, type ShownLink } from './sign-in/index.ts';
export { openPostgresTables, openSqliteTables, type Tables, type TableStore } from './tables/index.ts';
