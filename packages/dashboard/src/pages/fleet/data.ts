/** What the page of the fleet reads. */
import { queryOptions } from '@tanstack/react-query';
import { allPages, answered, answeredTagged, api, type operations } from '../../api/index.ts';

type Answer<Name extends keyof operations> = operations[Name] extends {
  responses: { 200: { content: { 'application/json': { items: readonly (infer Item)[] } } } };
}
  ? Item
  : never;
export type Node = Answer<'listNodes'>;
export type Rollout = Answer<'listRollouts'>;
export type Bundle = Answer<'listBundles'>;
export type Alert = Answer<'listAlerts'>;

/** Heartbeats are no events: nodes speak every ten seconds, and are looked at as often. */
const HEARTBEAT_MS = 10_000;

export const NODES = queryOptions({
  queryKey: ['nodes', 'all'],
  queryFn: () => allPages((query) => answered(api.GET('/v1/nodes', { params: { query } }))),
  refetchInterval: HEARTBEAT_MS,
});
export const ROLLOUTS = queryOptions({
  queryKey: ['rollouts', 'all'],
  queryFn: () => allPages((query) => answered(api.GET('/v1/rollouts', { params: { query } }))),
});
export const BUNDLES = queryOptions({
  queryKey: ['bundles', 'all'],
  queryFn: () => allPages((query) => answered(api.GET('/v1/bundles', { params: { query } }))),
});
export const OPEN_ALERTS = queryOptions({
  queryKey: ['alerts', 'open'],
  queryFn: () =>
    allPages((query) => answered(api.GET('/v1/alerts', { params: { query: { ...query, status: 'open' } } }))),
});
export const STOPS = queryOptions({
  queryKey: ['stops', 'all'],
  queryFn: () => allPages((query) => answered(api.GET('/v1/stops', { params: { query } }))),
});
export const ENROLMENTS = queryOptions({
  queryKey: ['enrolments', 'all'],
  queryFn: () => allPages((query) => answered(api.GET('/v1/enrolments', { params: { query } }))),
});

export const nodeQuery = (node: string) =>
  queryOptions({
    queryKey: ['nodes', node],
    queryFn: () => answeredTagged(api.GET('/v1/nodes/{node}', { params: { path: { node } } })),
    refetchInterval: HEARTBEAT_MS,
  });
