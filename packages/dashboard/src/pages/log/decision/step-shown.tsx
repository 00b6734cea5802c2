/** One step of the line: where it stands, what happened, what it produced, and how long it took. */
import type { ReactNode } from 'react';
import { tookSaid } from '../../../durations.ts';
import { AgentText, Id, isVerdict, Verdict } from '../../../ui/index.ts';
import { type Fact, type Step, STEPS, type StepState } from './line/index.ts';
import { SaidShown } from './said-shown.tsx';

const LONGEST = 200;

/** How a step that ended it is drawn, by the verdict; after the decision it is that of what went wrong. */
const ENDS: Readonly<Record<string, string>> = {
  deny: 'border-deny bg-deny-ground text-deny',
  step_up: 'border-step-up bg-step-up-ground text-step-up',
  defer: 'border-defer bg-defer-ground text-defer',
};
const AFTER = 'border-deny bg-deny-ground text-deny';
const MARKS: Readonly<Record<StepState, string>> = {
  passed: 'border-edge bg-panel text-ink',
  ended: AFTER,
  not_reached: 'border-dashed border-line-strong bg-transparent text-ink-3',
  unknown: 'border-dotted border-edge bg-transparent text-ink-3',
};
const WORDS: Readonly<Record<StepState, string>> = {
  passed: 'passed',
  ended: 'ended here',
  not_reached: 'not reached',
  unknown: 'not known',
};

export function StepShown({
  step: { number, title, state, said, facts, sealed, tookUs },
  verdict,
  isLast,
  mostUs,
  children,
}: {
  readonly step: Step;
  /** Of the decision. */
  readonly verdict: string;
  readonly isLast: boolean;
  /** The longest that any step took. */
  readonly mostUs: number;
  readonly children?: ReactNode;
}): ReactNode {
  const isFaint = state === 'not_reached';
  const mark = state === 'ended' ? (ENDS[verdict] ?? AFTER) : MARKS[state];
  return (
    <li
      data-step={number}
      data-state={state}
      aria-label={`Step ${number} of ${STEPS}, ${title}: ${WORDS[state]}`}
      className="relative grid grid-cols-[24px_minmax(0,1fr)] gap-x-3 pb-4 last:pb-0"
    >
      {!isLast && (
        <span
          aria-hidden="true"
          className={`absolute top-7 bottom-1 left-3 border-l ${state === 'passed' ? 'border-edge' : 'border-dashed border-line-strong'}`}
        />
      )}
      <span
        aria-hidden="true"
        className={`tabular mt-0.5 flex size-6 items-center justify-center rounded-full border text-xs font-medium ${mark}`}
      >
        {number}
      </span>
      <div className="min-w-0">
        <div className="flex flex-wrap items-baseline gap-x-3">
          <h4 className={`text-sm ${isFaint ? 'text-ink-3' : 'font-semibold'}`}>{title}</h4>
          {state !== 'passed' && (
            <span className={`text-xs ${state === 'ended' ? 'font-semibold text-ink' : 'text-ink-3'}`}>
              {WORDS[state]}
            </span>
          )}
          {state === 'ended' && number <= 6 && isVerdict(verdict) && <Verdict verdict={verdict} />}
          {tookUs !== undefined && <Took us={tookUs} mostUs={mostUs} />}
        </div>
        {!isFaint && (
          <p className="text-sm text-ink-2">
            <SaidShown said={said} />
          </p>
        )}
        {facts.length > 0 && <Produced facts={facts} />}
        {sealed.length > 0 && !isFaint && (
          <p className="mt-0.5 text-xs text-ink-3">Sealed at the node: {sealed.join(', ')}.</p>
        )}
        {children !== undefined && children !== null && <div className="mt-2 space-y-2">{children}</div>}
      </div>
    </li>
  );
}

function Produced({ facts }: { readonly facts: readonly Fact[] }): ReactNode {
  return (
    <dl className="mt-1 grid gap-x-3 gap-y-0.5 text-sm sm:grid-cols-[6rem_minmax(0,1fr)]">
      {facts.map(({ name: what, values, isId }) => (
        <div key={what} className="contents">
          <dt className="text-ink-3">{what}</dt>
          <dd className="min-w-0">
            {values.map((value, at) => (
              // oxlint-disable-next-line react/no-array-index-key -- values may be alike
              <span key={at} className="block">
                {isId === true ? (
                  <Id id={value} label={what.toLowerCase()} />
                ) : (
                  <AgentText text={value} limit={LONGEST} />
                )}
              </span>
            ))}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** As a number, and as a bar beside the longest. */
function Took({ us, mostUs }: { readonly us: number; readonly mostUs: number }): ReactNode {
  const share = mostUs === 0 ? 0 : Math.max(2, Math.round((us / mostUs) * 100));
  return (
    <span className="tabular ml-auto flex items-center gap-2 text-xs whitespace-nowrap text-ink-2">
      <span aria-hidden="true" className="hidden h-1 w-16 rounded-sm bg-sunken sm:block">
        <span className="block h-1 rounded-sm bg-edge" style={{ width: `${share}%` }} />
      </span>
      <span className="min-w-14 text-right">{tookSaid(us)}</span>
    </span>
  );
}
