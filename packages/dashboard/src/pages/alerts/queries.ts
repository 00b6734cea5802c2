/** What the pages ask the API for. */
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { answered, api, type operations } from '../../api/index.ts';

export type Alert =
  operations['listAlerts']['responses'][200]['content']['application/json']['items'][number];
export type Severity = Alert['severity'];
export type AlertStatus = Alert['status'];

/** From most to least urgent. */
export const SEVERITIES = [
  'critical',
  'high',
  'medium',
  'low',
  'info',
] as const satisfies readonly Severity[];
export const STATUSES = ['open', 'acknowledged', 'closed'] as const satisfies readonly AlertStatus[];

const PAGE = 200;
/** As many as are listed. */
export const MOST_LISTED = 1_000;

/** What is asked for. */
export interface Asked {
  readonly status: AlertStatus | undefined;
  readonly severity: Severity | undefined;
}

/** The alerts of `asked`, the most urgent first; the newest first among those. */
export function useAlerts(asked: Asked): UseQueryResult<readonly Alert[]> {
  return useQuery({
    queryKey: ['alerts', 'list', asked.status ?? '', asked.severity ?? ''],
    queryFn: async () => (await all(asked)).toSorted(byUrgency),
  });
}

async function all({ status, severity }: Asked): Promise<readonly Alert[]> {
  const found: Alert[] = [];
  let cursor: string | undefined;
  do {
    const query = {
      limit: PAGE,
      ...(cursor === undefined ? {} : { cursor }),
      ...(status === undefined ? {} : { status }),
      ...(severity === undefined ? {} : { severity }),
    };
    const { items, next } = await answered(api.GET('/v1/alerts', { params: { query } }));
    found.push(...items);
    cursor = next;
  } while (cursor !== undefined && found.length < MOST_LISTED);
  return found;
}

/** The most urgent first, the newest first among those. */
export function byUrgency(one: Alert, other: Alert): number {
  return (
    SEVERITIES.indexOf(one.severity) - SEVERITIES.indexOf(other.severity) ||
    other.raised - one.raised ||
    (one.id < other.id ? 1 : -1)
  );
}

export function useAlert(id: string): UseQueryResult<Alert> {
  return useQuery({
    queryKey: ['alerts', 'one', id],
    queryFn: () => answered(api.GET('/v1/alerts/{alert}', { params: { path: { alert: id } } })),
  });
}

/** Names by id: people, teams, nodes; empty where they may not be seen. */
export function useNames(of: 'people' | 'teams' | 'nodes'): ReadonlyMap<string, string> {
  const { data } = useQuery({
    queryKey: [of, 'names'],
    queryFn: async () => {
      const params = { params: { query: { limit: PAGE } } };
      const { items } = await answered<{ readonly items: readonly { id: string; name: string }[] }>(
        of === 'people'
          ? api.GET('/v1/people', params)
          : of === 'teams'
            ? api.GET('/v1/teams', params)
            : api.GET('/v1/nodes', params),
      );
      return items;
    },
  });
  return new Map((data ?? []).map(({ id, name }) => [id, name]));
}
