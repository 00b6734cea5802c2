/** Organisation, teams and people over the API. */
import type { Route } from '../api/index.ts';
import { ORGANISATION_ROUTES } from './organisation-routes.ts';
import { PEOPLE_ROUTES } from './people-routes.ts';
import { TEAM_ROUTES } from './team-routes.ts';

export const DIRECTORY_ROUTES: readonly Route[] = [...ORGANISATION_ROUTES, ...PEOPLE_ROUTES, ...TEAM_ROUTES];
