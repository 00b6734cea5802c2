/** Steps of one session: all that are listed at first, and those that come while somebody looks. */
import { useEffect, useRef, useState } from 'react';
import { answered, api, ApiProblem } from '../../api/index.ts';
import { openStream } from '../../events/index.ts';
import type { SessionStep } from './flow.ts';

/** Most steps that are read: the newest. */
export const MOST_STEPS = 2_000;
const PAGE = 200;
/** What comes at once is read at once, this long after the first of it, in milliseconds. */
const GATHER_MS = 250;

/** What is known. */
export interface SessionState {
  /** The oldest first; absent before anything was read. */
  readonly steps?: readonly SessionStep[];
  /** Whether there are older ones. */
  readonly hasOlder: boolean;
  /** Why nothing could be read, the last time. */
  readonly problem?: ApiProblem;
}

/** What {@link useSession} gives. */
export interface SessionFeed extends SessionState {
  readonly retry: () => void;
}

const NOTHING: SessionState = { hasOlder: false };

export function useSession(session: string): SessionFeed {
  const [state, setState] = useState<SessionState>(NOTHING);
  const [tries, setTries] = useState(0);
  const known = useRef<ReadonlySet<string>>(new Set());
  useEffect(() => {
    let isEnded = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const read = async (most: number): Promise<void> => {
      try {
        const { steps, hasOlder } = await readSteps(session, most);
        if (isEnded) return;
        setState((before) => {
          const merged = mergeSteps(before.steps ?? [], steps);
          known.current = new Set(merged.map(({ receipt }) => receipt));
          return { steps: merged, hasOlder: before.hasOlder || (most === MOST_STEPS && hasOlder) };
        });
      } catch (thrown) {
        if (!(thrown instanceof ApiProblem)) throw thrown;
        if (!isEnded) setState((before) => ({ ...before, problem: thrown }));
      }
    };
    const soon = (): void => {
      timer ??= setTimeout(() => {
        timer = undefined;
        void read(PAGE);
      }, GATHER_MS);
    };
    setState(NOTHING);
    void read(MOST_STEPS);
    const end = openStream({
      url: '/v1/receipts/live',
      names: ['receipts', 'facts'],
      onEvent: (_name, data) => {
        if (concerns(data, session, known.current)) soon();
      },
      onGap: () => void read(MOST_STEPS),
      // What came before the stream was there is in none of its events.
      onState: ({ freshness }) => {
        if (freshness === 'live') soon();
      },
    });
    return () => {
      isEnded = true;
      clearTimeout(timer);
      end();
    };
  }, [session, tries]);
  return { ...state, retry: () => setTries((before) => before + 1) };
}

/** Steps of both, each once as `newer` has it, the oldest first. */
export function mergeSteps(
  before: readonly SessionStep[],
  newer: readonly SessionStep[],
): readonly SessionStep[] {
  const steps = new Map([...before, ...newer].map((step) => [step.id, step]));
  return [...steps.values()].sort((one, other) => (one.id < other.id ? -1 : 1)).slice(-MOST_STEPS);
}

async function readSteps(
  session: string,
  most: number,
): Promise<{ readonly steps: readonly SessionStep[]; readonly hasOlder: boolean }> {
  const steps: SessionStep[] = [];
  let cursor: string | undefined;
  do {
    // oxlint-disable-next-line no-await-in-loop -- each page is named by the one before
    const page = await answered(
      api.GET('/v1/receipts/session', {
        params: { query: { session, limit: PAGE, ...(cursor === undefined ? {} : { cursor }) } },
      }),
    );
    steps.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined && steps.length < most);
  return { steps, hasOlder: cursor !== undefined };
}

/** Whether an event tells of `session`: of a decision in it, or of the outcome of one. */
function concerns(data: unknown, session: string, known: ReadonlySet<string>): boolean {
  const list: unknown = Array.isArray(data) ? data : (data as { readonly items?: unknown }).items;
  return (
    Array.isArray(list) &&
    (list as readonly Partial<SessionStep>[]).some(
      (one) => one.session === session || (one.decisionOf !== undefined && known.has(one.decisionOf)),
    )
  );
}
