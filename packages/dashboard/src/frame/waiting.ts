/** How many held calls wait for whoever looks. */
import { queryOptions, useQuery } from '@tanstack/react-query';
import { answered, api } from '../api/index.ts';

/** As many as are counted; more are `100+`. */
const MOST_COUNTED = 100;

const WAITING = queryOptions({
  queryKey: ['approvals', 'waiting'],
  async queryFn() {
    const { items } = await answered(
      api.GET('/v1/approvals', { params: { query: { view: 'mine', limit: MOST_COUNTED } } }),
    );
    return items.filter(({ status }) => status === 'waiting').length;
  },
});

/** As it is written beside the place; `undefined` where nothing waits, or it is not known. */
export function useWaiting(): string | undefined {
  const { data = 0 } = useQuery(WAITING);
  if (data === 0) return undefined;
  return data >= MOST_COUNTED ? `${MOST_COUNTED}+` : String(data);
}
