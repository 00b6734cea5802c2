/** Every route of the control plane. */
import type { Route } from './api/index.ts';
import { DIRECTORY_ROUTES } from './directory/index.ts';
import { PROBE_ROUTES } from './probes/index.ts';
import { SIGN_IN_ROUTES } from './sign-in/index.ts';
import { TOKEN_ROUTES } from './tokens/index.ts';

export const ROUTES: readonly Route[] = [
  ...PROBE_ROUTES,
  ...TOKEN_ROUTES,
  ...SIGN_IN_ROUTES,
  ...DIRECTORY_ROUTES,
];
