/** What the pages of agents read. */
import { queryOptions } from '@tanstack/react-query';
import { answered, answeredTagged, api, type operations } from '../../api/index.ts';

export type AgentPage = operations['getAgentPage']['responses'][200]['content']['application/json'];
export type Receipt = NonNullable<AgentPage['did']>[number];

/** What an agent did comes from its nodes' logs, of which no event tells; in milliseconds. */
const AGAIN_MS = 15_000;
const MOST_REFUSALS = 50;

/** One agent, with the tag that changes of it name. */
export const agentQuery = (agent: string) =>
  queryOptions({
    queryKey: ['agents', agent],
    queryFn: () => answeredTagged(api.GET('/v1/agents/{agent}', { params: { path: { agent } } })),
  });

export const agentPageQuery = (agent: string) =>
  queryOptions({
    queryKey: ['agents', agent, 'page'],
    queryFn: () => answered(api.GET('/v1/agents/{agent}/page', { params: { path: { agent } } })),
    refetchInterval: AGAIN_MS,
  });

/** The latest calls of the agent that were refused; for those alone who may read the record. */
export const refusalsQuery = (name: string | undefined) =>
  queryOptions({
    queryKey: ['receipts', 'refusals', name],
    enabled: name !== undefined,
    refetchInterval: AGAIN_MS,
    queryFn: () =>
      answered(
        api.GET('/v1/receipts', {
          params: { query: { agent: name ?? '', verdict: 'deny', limit: MOST_REFUSALS } },
        }),
      ).then(({ items }) => items),
  });
