/** The steps of a session from above to below, with the ways of its labels beside them. Only those that are seen are drawn. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, type ReactNode, useEffect, useRef } from 'react';
import { reasonOf } from '../../receipts/index.ts';
import { AgentText, Verdict } from '../../ui/index.ts';
import type { FlowStep } from './flow.ts';
import { Clock } from './clock.tsx';
import { type Lane, LaneHeads, LanePicture, picturePx, STEP_PX } from './lane-picture.tsx';
import { LabelWords } from './label-words.tsx';

const OVERSCAN = 12;
const TOOL_SHOWN = 120;
const CELLS = {
  number: 'w-9 shrink-0 text-right text-ink-3 tabular',
  time: 'w-18 shrink-0 max-md:hidden',
  verdict: 'w-22 shrink-0 max-md:hidden',
  what: 'min-w-0 flex-1',
  why: 'w-36 min-w-0 shrink-0 max-lg:hidden',
} as const;

export function Timeline({
  steps,
  lanes,
  at,
  loud,
  onGo,
}: {
  readonly steps: readonly FlowStep[];
  readonly lanes: readonly Lane[];
  readonly at: number;
  readonly loud: readonly string[];
  readonly onGo: (at: number) => void;
}): ReactNode {
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: steps.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => STEP_PX,
    overscan: OVERSCAN,
    getItemKey: (place) => steps[place]?.step.id ?? place,
  });
  useEffect(() => {
    if (at >= 0) virtual.scrollToIndex(at);
  }, [virtual, at]);
  return (
    <div
      ref={scroller}
      role="table"
      aria-label="Steps of the session"
      aria-rowcount={steps.length + 1}
      tabIndex={0}
      className="min-h-64 min-w-0 flex-1 overflow-auto text-sm -outline-offset-2 print:overflow-visible"
    >
      <div role="rowgroup" className="sticky top-0 z-10 border-b border-line bg-page">
        <div
          role="row"
          aria-rowindex={1}
          className="flex h-8 items-center gap-3 pr-4 text-xs font-medium text-ink-3"
        >
          <div role="columnheader" className="shrink-0">
            <span className="sr-only">Ways of labels</span>
            <LaneHeads lanes={lanes} />
          </div>
          <div role="columnheader" className={CELLS.number}>
            Step
          </div>
          <div role="columnheader" className={CELLS.time}>
            Time (UTC)
          </div>
          <div role="columnheader" className={CELLS.verdict}>
            Verdict
          </div>
          <div role="columnheader" className={CELLS.what}>
            Tool, labels
          </div>
          <div role="columnheader" className={CELLS.why}>
            Because of, outcome
          </div>
        </div>
      </div>
      <div role="rowgroup" className="relative" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, key, start }) => {
          const step = steps[index];
          if (step === undefined) return null;
          return (
            <div
              key={key}
              role="row"
              data-step={index + 1}
              aria-rowindex={index + 2}
              aria-current={index === at ? 'step' : undefined}
              className="absolute inset-x-0 top-0 flex cursor-pointer items-center gap-3 pr-4 hover:bg-hover aria-[current]:bg-accent-ground"
              style={{ height: STEP_PX, transform: `translateY(${start}px)` }}
              onClick={() => onGo(index)}
            >
              <div role="cell" className="shrink-0" style={{ width: picturePx(lanes.length) }}>
                {index <= at && <LanePicture lanes={lanes} step={step} loud={loud} />}
                {index > at && <span className="sr-only">not yet</span>}
              </div>
              <Cells flow={step} isYet={index <= at} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

const Cells = memo(function Cells({
  flow,
  isYet,
}: {
  readonly flow: FlowStep;
  /** Whether the replay has come to it. */
  readonly isYet: boolean;
}): ReactNode {
  const { step } = flow;
  const { time, verdict = '', became } = step;
  return (
    <>
      <div role="cell" className={CELLS.number}>
        {flow.at + 1}
      </div>
      <div role="cell" className={CELLS.time}>
        <Clock at={time} />
      </div>
      <div role="cell" className={CELLS.verdict}>
        {isYet && <Verdict verdict={verdict} />}
      </div>
      <div role="cell" className={CELLS.what}>
        <div className={`flex min-w-0 items-baseline gap-2 ${isYet ? '' : 'text-ink-3'}`}>
          {isYet && (
            <span className="shrink-0 md:hidden">
              <Verdict verdict={verdict} />
            </span>
          )}
          <span className="truncate">
            <ToolShown step={step} />
          </span>
        </div>
        <div className="truncate text-xs text-ink-3">{isYet && <LabelWords flow={flow} />}</div>
      </div>
      <div role="cell" className={CELLS.why}>
        {isYet && (
          <>
            <div className={`truncate ${verdict === 'allow' ? 'text-ink-3' : ''}`}>
              <AgentText text={reasonOf(step)} limit={TOOL_SHOWN} />
            </div>
            <div className="truncate text-xs text-ink-3">
              {became?.outcome !== undefined && (
                <AgentText text={became.outcome.replaceAll('_', ' ')} limit={40} />
              )}
            </div>
          </>
        )}
      </div>
    </>
  );
});

/** What was asked for, as far as it was disclosed. */
export function ToolShown({ step }: { readonly step: FlowStep['step'] }): ReactNode {
  const { tool, method } = step;
  if (tool !== undefined) return <AgentText text={tool} limit={TOOL_SHOWN} />;
  if (method !== undefined) return <AgentText text={method} limit={TOOL_SHOWN} />;
  return <span className="text-ink-3">not disclosed</span>;
}
