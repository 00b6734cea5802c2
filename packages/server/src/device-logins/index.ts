/** Signing a command in, by a person in their browser. */
import type { Route } from '../api/index.ts';
import { COMMAND_ROUTES } from './command-routes.ts';
import { PERSON_ROUTES } from './person-routes.ts';
import { REVOCATION_ROUTES } from './revocation-route.ts';

export const DEVICE_LOGIN_ROUTES: readonly Route[] = [
  ...COMMAND_ROUTES,
  ...PERSON_ROUTES,
  ...REVOCATION_ROUTES,
];
