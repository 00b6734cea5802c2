/** What are my agents doing right now? */
import { type ReactNode, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { PageLink, useSearchWords, useSetSearch } from '../../router/index.ts';
import { reachStep } from '../../tour/index.ts';
import {
  Button,
  buttonClass,
  EmptyState,
  ErrorState,
  FilterBar,
  FilterChoice,
  FilterText,
  Icon,
  PageHead,
  Skeleton,
  Time,
  VERDICT_NAMES,
} from '../../ui/index.ts';
import { groupsOf, linesOf } from './arrange.ts';
import { Bars } from './bars.tsx';
import { DecisionPanel } from './decision-panel.tsx';
import { type LiveFeed, type LiveState, openLiveFeed } from './live-feed.ts';
import { Lines } from './lines.tsx';
import { usePressed } from './press.ts';
import { MOST_KEPT, type RingView } from './ring.ts';

/** What is shown in words of the filter. */
const VERDICT_OPTIONS = VERDICT_NAMES.map((verdict) => [verdict, verdict.replace('_', ' ')] as const);

export function Page(): ReactNode {
  const state = useLiveState();
  if (state === undefined || (!state.isLoaded && state.view.taken === 0)) return <Loading />;
  return <Live state={state} />;
}

function Loading(): ReactNode {
  return (
    <>
      <PageHead title="Live" />
      <Skeleton label="Loading decisions" rows={8} />
    </>
  );
}

function useLiveState(): LiveState | undefined {
  const [feed, setFeed] = useState<LiveFeed>();
  useEffect(() => {
    const opened = openLiveFeed();
    setFeed(opened);
    return () => opened.end();
  }, []);
  return useSyncExternalStore(feed?.subscribe ?? never, feed?.state ?? nothing);
}

const never = (): (() => void) => () => undefined;
const nothing = (): undefined => undefined;

function Live({ state }: { readonly state: LiveState }): ReactNode {
  const search = useSearchWords();
  const set = useSetSearch();
  const { view, problem, stream } = state;
  const [held, setHeld] = useState<{
    readonly view: RingView;
    readonly since: number;
    readonly isByHand: boolean;
  }>();
  const [pressed, press] = usePressed(view);
  const shown = held?.view ?? pressed ?? view;
  const hasSome = view.decisions.length > 0;
  useEffect(() => {
    if (hasSome) reachStep('watched');
  }, [hasSome]);
  const { verdict, agent, tool, session, open } = search;
  const groups = useMemo(
    () => groupsOf(shown.decisions, { verdict, agent, tool, session }),
    [shown, verdict, agent, tool, session],
  );
  const lines = useMemo(() => linesOf(groups, session !== undefined), [groups, session]);
  const waiting = view.taken - shown.taken;
  const toggle = (): void =>
    setHeld(held === undefined ? { view, since: Date.now(), isByHand: true } : undefined);
  useSpace(toggle);
  const opened = open === undefined ? undefined : shown.decisions.find(({ id }) => id === open);
  const isNarrowed = [verdict, agent, tool, session].some((word) => word !== undefined);
  return (
    <>
      <PageHead
        title="Live"
        actions={
          <>
            <PageLink to="/activity" className={buttonClass()}>
              Activity
            </PageLink>
            <Button onClick={toggle} aria-pressed={held !== undefined} title="Space">
              <Icon name={held === undefined ? 'pause' : 'play'} />
              {held === undefined ? 'Pause' : 'Go on'}
            </Button>
          </>
        }
      >
        {session === undefined ? 'Decisions as they are made, by session.' : 'One session, followed.'}
        {stream.freshness === 'disconnected' && problem === undefined && (
          <span className="text-step-up"> Not live: asked again every 3 s.</span>
        )}
      </PageHead>
      <FilterBar label="Narrow the decisions">
        <FilterChoice name="verdict" label="Verdict" options={VERDICT_OPTIONS} />
        <FilterText name="agent" label="Agent" placeholder="any" />
        <FilterText name="tool" label="Tool" placeholder="any" />
        {session !== undefined && <FilterText name="session" label="Session" />}
      </FilterBar>
      {(problem === undefined || view.taken > 0) && <Bars bars={view.bars} />}
      <p
        role="status"
        className={held === undefined ? 'sr-only' : 'bg-step-up-ground px-4 py-1.5 text-sm text-step-up'}
      >
        {held === undefined ? (
          ''
        ) : (
          <>
            Paused <Time at={held.since} />
            {held.isByHand ? '' : ', because you scrolled'}:{' '}
            <span className="tabular font-medium">{waiting.toLocaleString('en')}</span>{' '}
            {waiting === 1 ? 'decision waits' : 'decisions wait'}.{' '}
          </>
        )}
      </p>
      {problem !== undefined && stream.freshness !== 'live' && (
        <ErrorState
          what="decisions"
          problem={problem}
          works={view.taken > 0 ? 'What is below came before.' : 'The other pages work.'}
        />
      )}
      <div className="flex min-h-0 flex-1">
        {lines.length > 0 ? (
          <Lines
            lines={lines}
            openId={open}
            onPress={press}
            onOpen={({ id }) => set({ open: id })}
            onFollow={(group) => set({ session: group.session, open: undefined })}
            onScrolledAway={(isAway) => {
              if (isAway && held === undefined) setHeld({ view, since: Date.now(), isByHand: false });
              if (!isAway && held?.isByHand === false) setHeld(undefined);
            }}
          />
        ) : (
          <div className="flex-1">
            {(problem === undefined || stream.freshness === 'live') && (
              <Nothing isNarrowed={isNarrowed} taken={view.taken} />
            )}
          </div>
        )}
        {open !== undefined && (
          <DecisionPanel decision={opened} id={open} onClose={() => set({ open: undefined })} />
        )}
      </div>
      {shown.decisions.length >= MOST_KEPT && (
        <p className="border-t border-line px-4 py-1.5 text-xs text-ink-3">
          The newest {MOST_KEPT.toLocaleString('en')} decisions are kept here; all of them are in the log.
        </p>
      )}
    </>
  );
}

function Nothing({ isNarrowed, taken }: { readonly isNarrowed: boolean; readonly taken: number }): ReactNode {
  if (isNarrowed && taken > 0)
    return (
      <EmptyState title="No decision like that yet">
        Of {taken.toLocaleString('en')} that came none is what you look for. Those that come are looked at
        too.
      </EmptyState>
    );
  return (
    <EmptyState title="No decision yet" command="writ up">
      Each call that an agent asks for appears here the moment it is decided, with its verdict and why. This
      starts a gateway beside the control plane:
    </EmptyState>
  );
}

/** The space bar, wherever nothing else takes it. */
function useSpace(run: () => void): void {
  const latest = useRef(run);
  latest.current = run;
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const isTaken =
        event.target instanceof HTMLElement &&
        event.target.closest(
          'input, textarea, select, button, a, [role=row], [role=dialog], [role=alertdialog], [role=menu]',
        ) !== null;
      if (event.key !== ' ' || isTaken) return;
      event.preventDefault();
      latest.current();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
}
