/** How answers are kept: fresh by events, not by asking again and again. */
import { QueryClient } from '@tanstack/react-query';
import { ApiProblem } from './problem.ts';

/** Events say what changed; this is for what no event tells, in milliseconds. */
const STALE_MS = 30_000;
/** Answers nobody looks at are forgotten, in milliseconds. */
const KEPT_MS = 5 * 60_000;
const MOST_RETRIES = 2;

/** One for the page. A refusal is not asked again: it would be refused again. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: STALE_MS,
        gcTime: KEPT_MS,
        retry: (count, problem) =>
          count < MOST_RETRIES &&
          (!(problem instanceof ApiProblem) || problem.status === 0 || problem.status === 503),
      },
      mutations: { retry: false },
    },
  });
}
