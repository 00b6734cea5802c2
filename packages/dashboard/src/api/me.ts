/** Who looks at the pages. */
import { queryOptions, useQuery } from '@tanstack/react-query';
import { answered, api } from './client.ts';
import type { operations } from './schema.d.ts';

/** As `GET /v1/me` answers. */
export type Me = operations['getMe']['responses'][200]['content']['application/json'];

/** Asks who it is. */
export const ME = queryOptions({ queryKey: ['me'], queryFn: () => answered(api.GET('/v1/me')) });

/** Who it is; inside the frame it is always known. */
export function useMe(): Me | undefined {
  return useQuery(ME).data;
}

/** Whether one of the roles is theirs: for what to offer. The server judges by itself. */
export function hasRole(me: Me | undefined, ...roles: readonly Me['roles'][number][]): boolean {
  return me !== undefined && me.roles.some((role) => roles.includes(role));
}
