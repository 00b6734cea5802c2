/** What the settings read. */
import { queryOptions } from '@tanstack/react-query';
import { allPages, answered, answeredTagged, api, type operations } from '../../api/index.ts';

type Item<Name extends keyof operations> = operations[Name] extends {
  responses: { 200: { content: { 'application/json': { items: readonly (infer One)[] } } } };
}
  ? One
  : never;
export type Channel = Item<'listChannels'>;
export type Token = Item<'listApiTokens'>;
export type Passkey = Item<'listPasskeys'>;
export type Session = Item<'listSessions'>;
export type Emergency = Item<'listEmergencies'>;

export const GROUPS = queryOptions({
  queryKey: ['people', 'groups'],
  queryFn: () => answered(api.GET('/v1/groups')).then(({ items }) => items),
});
export const PASSKEYS = queryOptions({
  queryKey: ['passkeys', 'own'],
  queryFn: () => allPages((query) => answered(api.GET('/v1/passkeys', { params: { query } }))),
});
export const SESSIONS = queryOptions({
  queryKey: ['sessions', 'own'],
  queryFn: () => allPages((query) => answered(api.GET('/v1/sessions', { params: { query } }))),
});
export const TOKENS = queryOptions({
  queryKey: ['api_tokens', 'own'],
  queryFn: () => allPages((query) => answered(api.GET('/v1/api-tokens', { params: { query } }))),
});
export const CHANNELS = queryOptions({
  queryKey: ['channels', 'all'],
  queryFn: () => allPages((query) => answered(api.GET('/v1/channels', { params: { query } }))),
});
export const REVIEW_RULE = queryOptions({
  queryKey: ['review_rule'],
  queryFn: () => answeredTagged(api.GET('/v1/review-rule')),
});
export const PROVIDERS = queryOptions({
  queryKey: ['identity-providers'],
  queryFn: () => answered(api.GET('/v1/identity-providers')).then(({ items }) => items),
});
export const EMERGENCY_ACCESS = queryOptions({
  queryKey: ['emergency_access'],
  queryFn: () => answered(api.GET('/v1/emergency-access')),
});
export const EMERGENCIES = queryOptions({
  queryKey: ['emergencies', 'all'],
  queryFn: () => allPages((query) => answered(api.GET('/v1/emergencies', { params: { query } }))),
});

export const personQuery = (person: string) =>
  queryOptions({
    queryKey: ['people', person],
    queryFn: () => answeredTagged(api.GET('/v1/people/{person}', { params: { path: { person } } })),
  });
export const deliveriesQuery = (channel: string) =>
  queryOptions({
    queryKey: ['channels', channel, 'deliveries'],
    queryFn: () =>
      answered(api.GET('/v1/channels/{channel}/deliveries', { params: { path: { channel } } })).then(
        ({ items }) => items,
      ),
    // Deliveries are no changes of the organisation: no event tells of them.
    refetchInterval: 5_000,
  });
