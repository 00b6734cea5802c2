/** People, teams and agents of the organisation, by id: what lists and forms name them by. */
import { queryOptions, useQuery } from '@tanstack/react-query';
import { allPages, answered, api, type operations } from '../api/index.ts';

/** As the API answers with them. */
export type Person =
  operations['listPeople']['responses'][200]['content']['application/json']['items'][number];
export type Team = operations['listTeams']['responses'][200]['content']['application/json']['items'][number];
export type Agent =
  operations['listAgents']['responses'][200]['content']['application/json']['items'][number];

export const PEOPLE = queryOptions({
  queryKey: ['people', 'all'],
  queryFn: () => allPages((query) => answered(api.GET('/v1/people', { params: { query } }))),
});
export const TEAMS = queryOptions({
  queryKey: ['teams', 'all'],
  queryFn: () => allPages((query) => answered(api.GET('/v1/teams', { params: { query } }))),
});
export const AGENTS = queryOptions({
  queryKey: ['agents', 'all'],
  queryFn: () => allPages((query) => answered(api.GET('/v1/agents', { params: { query } }))),
});

export function usePeople(): readonly Person[] {
  return useQuery(PEOPLE).data ?? [];
}

export function useTeams(): readonly Team[] {
  return useQuery(TEAMS).data ?? [];
}

export function useAgents(): readonly Agent[] {
  return useQuery(AGENTS).data ?? [];
}
