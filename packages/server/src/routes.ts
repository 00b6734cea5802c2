/** Every route of the control plane. */
import type { Route } from './api/index.ts';
import { BUNDLE_ROUTES, ROLLOUT_ROUTES } from './bundles/index.ts';
import { DIRECTORY_ROUTES } from './directory/index.ts';
import { EVENT_ROUTES } from './events/index.ts';
import { POLICY_ROUTES } from './policies/index.ts';
import { PROBE_ROUTES } from './probes/index.ts';
import { SIGN_IN_ROUTES } from './sign-in/index.ts';
import { TOKEN_ROUTES } from './tokens/index.ts';

export const ROUTES: readonly Route[] = [
  ...PROBE_ROUTES,
  ...TOKEN_ROUTES,
  ...SIGN_IN_ROUTES,
  ...DIRECTORY_ROUTES,
  ...EVENT_ROUTES,
  ...POLICY_ROUTES,
  ...BUNDLE_ROUTES,
  ...ROLLOUT_ROUTES,
];
