/** What the pages ask the API for. */
import { queryOptions, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { answered, api, type operations } from '../../api/index.ts';

/** One of the queue. */
export type Waiting =
  operations['listApprovals']['responses'][200]['content']['application/json']['items'][number];
/** The whole of one. */
export type Held = operations['getApproval']['responses'][200]['content']['application/json'];
/** A key of whoever looks. */
export type OwnKey =
  operations['listApproverKeys']['responses'][200]['content']['application/json']['items'][number];

export const VIEWS = ['mine', 'all', 'history'] as const;
export type View = (typeof VIEWS)[number];

/** As many as are listed; who has more to do needs other people, not a longer list. */
export const MOST_LISTED = 200;

/** A queue, the most urgent first; what is over, the newest first. */
export function useQueue(view: View): UseQueryResult<readonly Waiting[]> {
  return useQuery({
    queryKey: ['approvals', 'queue', view],
    async queryFn() {
      const { items } = await answered(
        api.GET('/v1/approvals', { params: { query: { view, limit: MOST_LISTED } } }),
      );
      return inOrder(items, view);
    },
  });
}

/** In the order in which they are worked through. */
export function inOrder(items: readonly Waiting[], view: View): readonly Waiting[] {
  return view === 'history'
    ? items.toSorted((one, other) => other.created - one.created)
    : items.toSorted((one, other) => one.expires - other.expires || one.created - other.created);
}

export function useHeld(id: string): UseQueryResult<Held> {
  return useQuery({
    queryKey: ['approvals', 'one', id],
    queryFn: () => answered(api.GET('/v1/approvals/{approval}', { params: { path: { approval: id } } })),
    enabled: id !== '',
  });
}

const OWN_KEYS = queryOptions({
  queryKey: ['approver_keys'],
  queryFn: async () => (await answered(api.GET('/v1/approver-keys'))).items,
});
export function useOwnKeys(): UseQueryResult<readonly OwnKey[]> {
  return useQuery(OWN_KEYS);
}

/** Names of people by their ids; empty while they are not known, or where they may not be seen. */
export function useNames(): ReadonlyMap<string, string> {
  const { data } = useQuery({
    queryKey: ['people', 'names'],
    queryFn: async () => (await answered(api.GET('/v1/people', { params: { query: { limit: 200 } } }))).items,
  });
  return new Map((data ?? []).map(({ id, name }) => [id, name]));
}

/** What a node is called. */
export function useNodeName(id: string): string | undefined {
  const { data } = useQuery({
    queryKey: ['nodes', 'one', id],
    queryFn: () => answered(api.GET('/v1/nodes/{node}', { params: { path: { node: id } } })),
  });
  return data?.name;
}
