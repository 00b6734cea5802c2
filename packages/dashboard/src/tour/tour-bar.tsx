/** The first steps, above the page until they are done or hidden: what to do next, where, and why it is worth it. */
import { type ReactNode, useSyncExternalStore } from 'react';
import { PageLink, type Search } from '../router/index.ts';
import { Button, buttonClass } from '../ui/index.ts';
import { nextStep, STEPS, type Step, TourStore } from './steps.ts';

const STORE = new TourStore(localStorage);

interface StepWords {
  readonly title: string;
  readonly hint: string;
  readonly to: string;
  readonly search?: Search;
  readonly link: string;
}

const WORDS: Readonly<Record<Step, StepWords>> = {
  watched: {
    title: 'Watch',
    hint: 'Each line is something that an agent asked for, judged before it ran.',
    to: '/live',
    link: 'Watch decisions',
  },
  denied: {
    title: 'See why one was denied',
    hint: 'Open a denied decision: the policy that decided stands first.',
    to: '/live',
    search: { verdict: 'deny' },
    link: 'Show denied ones',
  },
  approved: {
    title: 'Approve one',
    hint: 'A call waits for a person. Read exactly what would run, then sign it with your passkey.',
    to: '/approvals',
    link: 'Go to approvals',
  },
  verified: {
    title: 'Verify a receipt',
    hint: 'Open any entry and verify it here: your browser checks the proof by itself.',
    to: '/log',
    link: 'Go to the log',
  },
};

/** Somebody did `step`; pages say so. */
export function reachStep(step: Step): void {
  STORE.reach(step);
}

export function TourBar(): ReactNode {
  const { done, isOver } = useSyncExternalStore(STORE.subscribe, STORE.now);
  if (isOver) return null;
  const next = nextStep({ done });
  return (
    <section
      aria-label="First steps"
      data-print="none"
      className="flex shrink-0 flex-wrap items-center gap-x-4 gap-y-2 border-b border-line bg-accent-ground px-4 py-2 text-sm"
    >
      <ol className="flex flex-wrap gap-x-4 gap-y-1">
        {STEPS.map((step, at) => (
          <Place key={step} number={at + 1} title={WORDS[step].title} state={stateOf(step, done, next)} />
        ))}
      </ol>
      <p role="status" className="min-w-40 flex-1 text-ink-2">
        {next === undefined
          ? 'That was all of it: watched, explained, approved, and proven by your own browser.'
          : WORDS[next].hint}
      </p>
      <div className="flex gap-2">
        {next !== undefined && (
          <PageLink
            to={WORDS[next].to}
            {...(WORDS[next].search === undefined ? {} : { search: WORDS[next].search })}
            className={buttonClass('plain')}
          >
            {WORDS[next].link}
          </PageLink>
        )}
        <Button kind="quiet" onClick={() => STORE.end()}>
          {next === undefined ? 'Close' : 'Hide'}
        </Button>
      </div>
    </section>
  );
}

type PlaceState = 'done' | 'next' | 'later';

function stateOf(step: Step, done: readonly Step[], next: Step | undefined): PlaceState {
  if (done.includes(step)) return 'done';
  return step === next ? 'next' : 'later';
}

function Place({
  number,
  title,
  state,
}: {
  readonly number: number;
  readonly title: string;
  readonly state: PlaceState;
}): ReactNode {
  return (
    <li
      aria-current={state === 'next' ? 'step' : undefined}
      className={`flex items-center gap-1.5 ${state === 'next' ? 'font-medium text-ink' : 'text-ink-3'}`}
    >
      <span
        aria-hidden="true"
        className={`tabular inline-flex size-5 items-center justify-center rounded-full text-xs ${
          state === 'next' ? 'bg-accent text-on-accent' : 'border border-edge'
        }`}
      >
        {state === 'done' ? '✓' : number}
      </span>
      {title}
      {state === 'done' && <span className="sr-only"> (done)</span>}
    </li>
  );
}
