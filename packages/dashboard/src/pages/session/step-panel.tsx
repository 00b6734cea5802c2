/** Where the replay is: what was asked and answered, to what a refusal is owed, and what the session carries by now. */
import type { ReactNode } from 'react';
import { tookSaid } from '../../durations.ts';
import { reasonOf } from '../../receipts/index.ts';
import { PageLink } from '../../router/index.ts';
import { AgentText, exactUtc, Time, Verdict, VERDICT_NAMES } from '../../ui/index.ts';
import { type Flow, type FlowStep, letterOf, type SessionFlow, stateAt } from './flow.ts';
import { Labels, refusedSaid } from './label-words.tsx';
import type { Lane } from './lane-picture.tsx';
import { ToolShown } from './timeline.tsx';

interface PanelProps {
  readonly flow: SessionFlow;
  readonly at: number;
  readonly lanes: readonly Lane[];
  readonly onGo: (at: number) => void;
}

export function StepPanel({ flow, at, lanes, onGo }: PanelProps): ReactNode {
  const current = flow.steps[at];
  if (current === undefined) return null;
  const { labels, counts, undisclosed } = stateAt(flow, at);
  return (
    <section
      aria-label="At this step"
      tabIndex={0}
      className="max-h-[55%] space-y-5 overflow-y-auto border-line bg-panel p-4 -outline-offset-2 max-lg:border-t lg:max-h-none lg:w-88 lg:shrink-0 lg:border-l print:max-h-none"
    >
      <div className="space-y-3">
        <h2 className="text-sm text-ink-3">
          Step {(at + 1).toLocaleString('en')} of {flow.steps.length.toLocaleString('en')}
        </h2>
        <p className="text-base font-medium">
          <ToolShown step={current.step} />
        </p>
        <p className="flex flex-wrap items-center gap-2">
          <Verdict verdict={current.step.verdict ?? ''} isLoud />
          <span>
            because of <AgentText text={reasonOf(current.step)} limit={200} />
          </span>
        </p>
        {(current.step.reasons ?? []).map((words) => (
          <p key={words} className="text-ink-2">
            <AgentText text={words} limit={400} />
          </p>
        ))}
        {current.owed.length > 0 && <Owed current={current} steps={flow.steps} onGo={onGo} />}
        <What current={current} />
      </div>
      <Part title="Labels so far">
        {labels.length === 0 ? (
          <p className="text-sm text-ink-3">{undisclosed === 0 ? 'None.' : 'None that is known.'}</p>
        ) : (
          <ul className="space-y-1.5 text-sm">
            {labels.map((label) => (
              <LabelRow key={label.label} label={label} lanes={lanes} steps={flow.steps} onGo={onGo} />
            ))}
          </ul>
        )}
        {undisclosed > 0 && (
          <p className="mt-2 text-xs text-ink-3">
            Of {undisclosed.toLocaleString('en')} {undisclosed === 1 ? 'step' : 'steps'} their node does not
            disclose the labels.
          </p>
        )}
      </Part>
      <Part title="Decisions so far">
        <ul className="flex flex-wrap gap-x-4 gap-y-1 text-sm">
          {VERDICT_NAMES.flatMap((verdict) => {
            const count = counts[verdict] ?? 0;
            return count === 0 ? [] : [[verdict, count] as const];
          }).map(([verdict, count]) => (
            <li key={verdict} className="inline-flex items-center gap-1.5">
              <Verdict verdict={verdict} />
              <span className="tabular text-ink-2">{count.toLocaleString('en')}</span>
            </li>
          ))}
        </ul>
      </Part>
    </section>
  );
}

/** From the refusal back to the calls that brought what it is owed to. */
function Owed({
  current,
  steps,
  onGo,
}: {
  readonly current: FlowStep;
  readonly steps: readonly FlowStep[];
  readonly onGo: (at: number) => void;
}): ReactNode {
  const { policies = [] } = current.step;
  return (
    <div className="rounded-md border-l-4 border-l-deny bg-deny-ground px-3 py-2">
      <p>
        It was {refusedSaid(current)} because its session carried{' '}
        <strong className="font-semibold">
          <Labels of={current.owed.map(({ label }) => label)} />
        </strong>
        : without {current.owed.length === 1 ? 'it' : 'them'} the answer would have been milder.
      </p>
      <ul className="mt-1 space-y-0.5">
        {current.owed.map(({ label, source }) => (
          <li key={label}>
            <AgentText text={label} limit={60} />{' '}
            {source === undefined ? (
              'was carried before; no step here brought it.'
            ) : (
              <>
                came by <GoTo at={source} steps={steps} onGo={onGo} />
              </>
            )}
          </li>
        ))}
      </ul>
      {policies.length > 0 && (
        <p className="mt-1">
          {policies.length === 1 ? 'Policy' : 'Policies'}{' '}
          {policies.slice(0, 4).map((policy) => (
            <PageLink key={policy} to="/log" search={{ policy }} className="link mr-2 font-mono text-sm">
              <AgentText text={policy} limit={80} />
            </PageLink>
          ))}
        </p>
      )}
    </div>
  );
}

function What({ current }: { readonly current: FlowStep }): ReactNode {
  const { step, carried, brought, again } = current;
  const { became } = step;
  const isEnd = step.verdict === 'deny' || step.verdict === 'defer';
  return (
    <>
      <dl className="grid grid-cols-[5rem_minmax(0,1fr)] gap-x-4 gap-y-1.5 text-sm">
        <Row name="When">
          <Time at={step.time} /> <span className="text-ink-3 print:hidden">({exactUtc(step.time)})</span>
        </Row>
        <Row name="Carried">
          {carried === undefined ? (
            <span className="text-ink-3">not disclosed</span>
          ) : carried.length === 0 ? (
            <span className="text-ink-3">no label</span>
          ) : (
            <Labels of={carried} />
          )}
        </Row>
        <Row name="Brought">
          {brought.length + again.length === 0 ? (
            <span className="text-ink-3">no label</span>
          ) : (
            <Labels of={[...brought, ...again]} />
          )}
        </Row>
        <Row name="Outcome">
          {became?.outcome === undefined ? (
            <span className="text-ink-3">{isEnd ? 'never ran' : 'none yet'}</span>
          ) : (
            <AgentText text={became.outcome.replaceAll('_', ' ')} limit={40} />
          )}
          {became?.tookUs !== undefined && (
            <span className="tabular text-ink-3"> after {tookSaid(became.tookUs)}</span>
          )}
        </Row>
      </dl>
      <p>
        <PageLink to={`/log/${step.id}`}>The whole decision, and its proof</PageLink>
      </p>
    </>
  );
}

function LabelRow({
  label: { label, source },
  lanes,
  steps,
  onGo,
}: {
  readonly label: Flow;
  readonly lanes: readonly Lane[];
  readonly steps: readonly FlowStep[];
  readonly onGo: (at: number) => void;
}): ReactNode {
  const lane = lanes.findIndex((one) => one?.label === label);
  return (
    <li className="flex min-w-0 items-baseline gap-2">
      <span aria-hidden="true" className="w-5 shrink-0 font-mono text-xs font-medium text-ink-2">
        {lane === -1 ? '' : letterOf(lane)}
      </span>
      <span className="min-w-0">
        <span className="font-medium">
          <AgentText text={label} limit={60} />
        </span>{' '}
        <span className="text-ink-2">
          {source === undefined ? (
            'carried before, from where is not told'
          ) : (
            <>
              from <GoTo at={source} steps={steps} onGo={onGo} />
            </>
          )}
        </span>
      </span>
    </li>
  );
}

function GoTo({
  at,
  steps,
  onGo,
}: {
  readonly at: number;
  readonly steps: readonly FlowStep[];
  readonly onGo: (at: number) => void;
}): ReactNode {
  const step = steps[at]?.step;
  return (
    <>
      <button type="button" className="link" onClick={() => onGo(at)}>
        step {at + 1}
      </button>
      {step !== undefined && (
        <>
          , <ToolShown step={step} />
        </>
      )}
    </>
  );
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactNode {
  return (
    <div className="border-t border-line pt-3">
      <h3 className="mb-2 text-sm">{title}</h3>
      {children}
    </div>
  );
}

function Row({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactNode {
  return (
    <>
      <dt className="text-ink-3">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  );
}
