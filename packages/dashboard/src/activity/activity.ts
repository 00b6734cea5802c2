/** What agents did over time, as the API counts it. */
import { queryOptions } from '@tanstack/react-query';
import { answered, api, type operations } from '../api/index.ts';
import { instantText } from '../receipts/index.ts';
import type { Search } from '../router/index.ts';
import { VERDICT_NAMES } from '../ui/index.ts';
import { boundsOf, type RangeName } from './ranges.ts';

export type Activity = operations['countActivity']['responses'][200]['content']['application/json'];
export type ActivityGroup = Activity['groups'][number];
export type ActivityCounts = Activity['whole'];

/** Whose: of all, beside those that did most; or of one agent or tool. */
export interface Whose {
  readonly by?: 'agent' | 'tool';
  readonly agent?: string | undefined;
  readonly tool?: string | undefined;
}

/** Entries come all the time, and no event tells of them; in milliseconds. */
const AGAIN_MS = 15_000;

export const activityQuery = (range: RangeName, { by = 'agent', agent, tool }: Whose) =>
  queryOptions({
    queryKey: ['receipts', 'activity', range, by, agent, tool],
    refetchInterval: AGAIN_MS,
    queryFn: () =>
      answered(
        api.GET('/v1/receipts/activity', {
          params: {
            query: {
              ...boundsOf(range, Date.now()),
              by,
              ...(agent === undefined ? {} : { agent }),
              ...(tool === undefined ? {} : { tool }),
            },
          },
        }),
      ),
  });

export function decisionsIn({ verdicts }: ActivityCounts): number {
  return VERDICT_NAMES.reduce((sum, verdict) => sum + verdicts[verdict], 0);
}

/** The address in the log of what was counted: decisions from `from` up to `to`. */
export function logSearch(
  { from, to }: { readonly from: number; readonly to: number },
  { agent, tool }: Whose,
  verdict?: string,
): Search {
  return {
    kind: 'decision',
    from: instantText(from),
    to: instantText(to),
    ...(agent === undefined ? {} : { agent }),
    ...(tool === undefined ? {} : { tool }),
    ...(verdict === undefined ? {} : { verdict }),
  };
}
