/** Stops, as every page that shows one reads them. */
import { queryOptions } from '@tanstack/react-query';
import { allPages, answered, answeredTagged, api, type operations } from '../api/index.ts';

export type Stop = operations['listStops']['responses'][200]['content']['application/json']['items'][number];
export type StopWithReach = operations['getStop']['responses'][200]['content']['application/json'];

/** While nodes still confirm a stop it is asked again so often, and later so often; in milliseconds. */
const CONFIRMING_MS = 1_000;
const AGAIN_MS = 15_000;
/** A stop that was placed longer ago than this is not waited for so eagerly. */
const EAGER_MS = 120_000;

/** Every stop that is in force. */
export const STOPS_IN_FORCE = queryOptions({
  queryKey: ['stops', 'in-force'],
  queryFn: () =>
    allPages((query) =>
      answered(api.GET('/v1/stops', { params: { query: { ...query, status: 'in_force' } } })),
    ),
});

/** A stop, and which nodes said that it is in force: asked again until all of them did, because no event tells of it. */
export const stopQuery = (stop: string) =>
  queryOptions({
    queryKey: ['stops', stop],
    queryFn: () => answeredTagged(api.GET('/v1/stops/{stop}', { params: { path: { stop } } })),
    refetchInterval: ({ state: { data } }) => {
      if (data === undefined || data.data.status === 'lifted') return false;
      const { reach, placed } = data.data;
      if (reach.reached >= reach.nodes) return false;
      return Date.now() - placed < EAGER_MS ? CONFIRMING_MS : AGAIN_MS;
    },
  });

/** One line out of what was written: words of a stop stand in answers of nodes and in logs. */
export function oneLine(text: string): string {
  return text
    .replace(/\s+/gu, ' ')
    .replace(/\p{Cc}/gu, '')
    .trim();
}
