/** The columns of labels beside one step: where each comes from, passes, is judged under, and ends in a refusal. */
import { memo, type ReactNode } from 'react';
import { type Flow, type FlowStep, letterOf, markOf } from './flow.ts';

/** Height of a step. */
export const STEP_PX = 52;
const LANE_PX = 16;
const EDGE_PX = 10;
const MIDDLE = STEP_PX / 2;
const DOT = 4;
const SINK = 9;

/** Width of the picture with `count` columns. */
export function picturePx(count: number): number {
  return count === 0 ? 0 : 2 * EDGE_PX + count * LANE_PX;
}

/** A column: its label's flow so far, absent where the label has not come. */
export type Lane = Flow | undefined;

export const LanePicture = memo(function LanePicture({
  lanes,
  step,
  loud,
}: {
  readonly lanes: readonly Lane[];
  readonly step: FlowStep;
  /** Labels whose way leads to the refusal that is looked at. */
  readonly loud: readonly string[];
}): ReactNode {
  const width = picturePx(lanes.length);
  return (
    <svg width={width} height={STEP_PX} aria-hidden="true" className="block">
      {lanes.map((flow, place) =>
        flow === undefined ? null : (
          <Column
            key={flow.label}
            flow={flow}
            step={step}
            x={EDGE_PX + LANE_PX / 2 + place * LANE_PX}
            width={width}
            isLoud={loud.includes(flow.label)}
          />
        ),
      )}
    </svg>
  );
});

function Column({
  flow,
  step,
  x,
  width,
  isLoud,
}: {
  readonly flow: Flow;
  readonly step: FlowStep;
  readonly x: number;
  readonly width: number;
  readonly isLoud: boolean;
}): ReactNode {
  const mark = markOf(flow, step);
  if (mark === undefined) return null;
  const { at } = step;
  const line = isLoud ? 'stroke-deny stroke-[2.5]' : 'stroke-accent stroke-[1.5]';
  // What nothing here brought comes from above.
  const isFromAbove = at > flow.first || flow.source === undefined;
  return (
    <g>
      {isFromAbove && (
        <line
          x1={x}
          y1={0}
          x2={x}
          y2={MIDDLE}
          className={line}
          strokeDasharray={at === flow.first ? '2 3' : undefined}
        />
      )}
      {at < flow.last && <line x1={x} y1={MIDDLE} x2={x} y2={STEP_PX} className={line} />}
      {(mark === 'source' || mark === 'sink') && (
        <line
          x1={x}
          y1={MIDDLE}
          x2={width}
          y2={MIDDLE}
          className={mark === 'sink' ? 'stroke-deny stroke-[2.5]' : line}
        />
      )}
      {mark === 'source' && (
        <circle cx={x} cy={MIDDLE} r={DOT} className={isLoud ? 'fill-deny' : 'fill-accent'} />
      )}
      {mark === 'judged' && <circle cx={x} cy={MIDDLE} r={DOT - 1} className={`fill-page ${line}`} />}
      {mark === 'sink' && (
        <rect x={x - SINK / 2} y={MIDDLE - SINK / 2} width={SINK} height={SINK} className="fill-deny" />
      )}
    </g>
  );
}

/** Names of the columns, above them. */
export function LaneHeads({ lanes }: { readonly lanes: readonly Lane[] }): ReactNode {
  return (
    <svg width={picturePx(lanes.length)} height={32} aria-hidden="true" className="block">
      {lanes.map((flow, place) =>
        flow === undefined ? null : (
          <text
            key={flow.label}
            x={EDGE_PX + LANE_PX / 2 + place * LANE_PX}
            y={20}
            textAnchor="middle"
            className="fill-ink-2 font-mono text-xs font-medium"
          >
            {letterOf(place)}
          </text>
        ),
      )}
    </svg>
  );
}
