/** A list that is there, on its way, or could not be loaded. */
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ErrorState, Skeleton } from '../../../ui/index.ts';

export function Loaded<Data>({
  query: { data, error, refetch },
  what,
  children,
}: {
  readonly query: UseQueryResult<Data>;
  readonly what: string;
  readonly children: (data: Data) => ReactNode;
}): ReactNode {
  if (data !== undefined) return children(data);
  return error === null ? (
    <Skeleton rows={4} label={`Loading ${what}`} />
  ) : (
    <ErrorState
      what={what}
      problem={error}
      works="The other parts of the settings may still work."
      onRetry={() => void refetch()}
    />
  );
}
