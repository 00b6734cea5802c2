/** The connection of the page: changes of the organisation make old what was read of it, and everybody can see how fresh it is. */
import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, use, useEffect, useState } from 'react';
import { keysOf } from './kinds.ts';
import { openStream, type StreamState } from './stream.ts';

const CONNECTION = createContext<StreamState>({ freshness: 'connecting', since: 0 });
/** Changes that come together are read again together, after this many milliseconds. */
const GATHER_MS = 100;

/** State of the page's stream of changes. */
export function useConnection(): StreamState {
  return use(CONNECTION);
}

/** Keeps the stream open for what stands in it. */
export function ConnectionProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const queries = useQueryClient();
  const [state, setState] = useState<StreamState>({ freshness: 'connecting', since: Date.now() });
  useEffect(() => {
    const old = new Set<string>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const refresh = (): void => {
      timer = undefined;
      for (const key of old) void queries.invalidateQueries({ queryKey: [key] });
      old.clear();
    };
    const end = openStream({
      url: '/v1/events',
      names: ['change'],
      onEvent(_name, data) {
        const { action } = data as { readonly action?: unknown };
        if (typeof action !== 'string') return;
        for (const key of keysOf(action)) old.add(key);
        timer ??= setTimeout(refresh, GATHER_MS);
      },
      onGap: () => void queries.invalidateQueries(),
      onState: setState,
    });
    return () => {
      clearTimeout(timer);
      end();
    };
  }, [queries]);
  return <CONNECTION value={state}>{children}</CONNECTION>;
}
