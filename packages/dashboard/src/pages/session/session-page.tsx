/** How did it come to this? One session, step by step, with the ways of its labels. */
import { type ReactNode, useMemo } from 'react';
import { SessionLink } from '../../receipts/index.ts';
import { PageLink, useParam, useSearchWords } from '../../router/index.ts';
import {
  AgentText,
  Button,
  EmptyState,
  ErrorState,
  Icon,
  PageHead,
  shortened,
  Skeleton,
  Time,
  Verdict,
} from '../../ui/index.ts';
import { MOST_STEPS, type SessionFeed, useSession } from './feed.ts';
import { flowOf, type FlowStep, type SessionStep } from './flow.ts';
import { LabelWords } from './label-words.tsx';
import { lanesOf } from './lanes.ts';
import { type Replay, useReplay } from './replay.ts';
import { StepPanel } from './step-panel.tsx';
import { Timeline, ToolShown } from './timeline.tsx';

export function Page(): ReactNode {
  const session = useParam('session');
  const feed = useSession(session);
  const named = useSearchWords()['node'];
  const { steps, problem, retry } = feed;
  // Labels are of a session at a node: another node that calls a session the same has labels of its own.
  const node = named ?? steps?.at(-1)?.node;
  const own = useMemo(() => steps?.filter((step) => step.node === node), [steps, node]);
  if (steps !== undefined && own !== undefined && own.length > 0) {
    const others = [...new Set(steps.map((step) => step.node))].filter((one) => one !== node);
    return <Session key={`${session} ${node}`} session={session} feed={feed} steps={own} others={others} />;
  }
  return (
    <>
      <PageHead title="Session">
        <AgentText text={session} limit={80} />
      </PageHead>
      {problem !== undefined ? (
        <ErrorState what="the session" problem={problem} works="The other pages work." onRetry={retry} />
      ) : steps === undefined ? (
        <Skeleton label="Loading the session" rows={8} />
      ) : (
        <Unknown />
      )}
    </>
  );
}

/** No decision is known to be of it. */
function Unknown(): ReactNode {
  return (
    <EmptyState title="No decision of this session is known" command="writ up">
      Calls of a session appear here with their labels, as far as nodes disclose <code>session</code>,{' '}
      <code>target</code> and <code>input</code> (<code>plane.discloses</code> in <code>writ.yaml</code>), and
      until that ends. A gateway beside the control plane discloses them:
    </EmptyState>
  );
}

function Session({
  session,
  feed: { hasOlder, problem },
  steps,
  others,
}: {
  readonly session: string;
  readonly feed: SessionFeed;
  readonly steps: readonly SessionStep[];
  /** Other nodes that have a session of that name. */
  readonly others: readonly string[];
}): ReactNode {
  const replay = useReplay(steps);
  const { at, goTo } = replay;
  // Columns keep their places while it is replayed; what is drawn in them ends where the replay is.
  const names = useMemo(() => lanesOf(flowOf(steps)), [steps]);
  const flow = useMemo(() => flowOf(steps), [steps]);
  const until = useMemo(() => flowOf(steps.slice(0, at + 1)), [steps, at]);
  const lanes = useMemo(
    () => names.map((label) => until.flows.find((one) => one.label === label)),
    [names, until],
  );
  const current = flow.steps[at];
  const loud = useMemo(() => current?.owed.map(({ label }) => label) ?? [], [current]);
  const drawn = useMemo(() => [...until.steps, ...flow.steps.slice(until.steps.length)], [until, flow]);
  return (
    <>
      <Head session={session} steps={steps} others={others} replay={replay} />
      {problem !== undefined && (
        <p role="alert" className="bg-step-up-ground px-4 py-1.5 text-sm text-step-up">
          It could not be read anew; what is below may be old.
        </p>
      )}
      {hasOlder && (
        <p className="border-b border-line px-4 py-1.5 text-xs text-ink-2">
          The newest {MOST_STEPS.toLocaleString('en')} steps are shown; what came before is{' '}
          <PageLink to="/log" search={{ session }}>
            in the log
          </PageLink>
          .
        </p>
      )}
      <p role="status" className="sr-only">
        {current !== undefined && <Said step={current} count={steps.length} />}
      </p>
      <div className="flex min-h-0 flex-1 flex-col lg:flex-row">
        <Timeline steps={drawn} lanes={lanes} at={at} loud={loud} onGo={goTo} />
        <StepPanel flow={{ ...until, steps: drawn }} at={at} lanes={lanes} onGo={goTo} />
      </div>
    </>
  );
}

/** A step in one sentence, for who listens. */
function Said({ step, count }: { readonly step: FlowStep; readonly count: number }): ReactNode {
  return (
    <>
      Step {step.at + 1} of {count}: <Verdict verdict={step.step.verdict ?? ''} />{' '}
      <ToolShown step={step.step} />. <LabelWords flow={step} />
    </>
  );
}

function Head({
  session,
  steps,
  others,
  replay: { at, isFollowing, isPlaying, goTo, toggle, follow },
}: {
  readonly session: string;
  readonly steps: readonly SessionStep[];
  readonly others: readonly string[];
  readonly replay: Replay;
}): ReactNode {
  const [first] = steps;
  const who = steps.find(({ agent }) => agent !== undefined)?.agent;
  const parent = steps.find((step) => step.parent !== undefined)?.parent;
  return (
    <PageHead
      title="Session"
      actions={
        <>
          <Button onClick={() => goTo(at - 1)} disabled={at <= 0} title="← or k">
            Back
          </Button>
          <Button onClick={toggle} aria-pressed={isPlaying} title="Space">
            <Icon name={isPlaying ? 'pause' : 'play'} />
            {isPlaying ? 'Pause' : 'Replay'}
          </Button>
          <Button onClick={() => goTo(at + 1)} disabled={at >= steps.length - 1} title="→ or j">
            Next
          </Button>
          {!isFollowing && (
            <Button kind="quiet" onClick={follow}>
              Follow
            </Button>
          )}
        </>
      }
    >
      {who !== undefined && (
        <>
          <AgentText text={who} limit={80} /> ·{' '}
        </>
      )}
      <AgentText text={session} limit={80} /> · {steps.length.toLocaleString('en')}{' '}
      {steps.length === 1 ? 'decision' : 'decisions'}
      {first !== undefined && (
        <>
          {' '}
          · began <Time at={first.time} />
        </>
      )}
      {others.length > 0 && (
        <>
          {' '}
          · of the same name{' '}
          {others.map((node) => (
            <PageLink
              key={node}
              to="/sessions/$session"
              params={{ session }}
              search={{ node }}
              className="link mr-1"
            >
              at node {shortened(node)}
            </PageLink>
          ))}
        </>
      )}
      {parent !== undefined && (
        <>
          {' '}
          · part of <SessionLink session={parent} />
        </>
      )}
    </PageHead>
  );
}
