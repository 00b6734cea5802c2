/** Decisions of the last five minutes, by verdict: bars for eyes, numbers for everybody. */
import { memo, type ReactNode } from 'react';
import { Verdict, VERDICT_NAMES, type VerdictName } from '../../ui/index.ts';
import { type Bar, BARS } from './ring.ts';

const HEIGHT = 24;
const FILLS: Readonly<Record<VerdictName, string>> = {
  allow: 'fill-allow',
  modify: 'fill-modify',
  step_up: 'fill-step-up',
  defer: 'fill-defer',
  deny: 'fill-deny',
};

export const Bars = memo(function Bars({ bars }: { readonly bars: readonly Bar[] }): ReactNode {
  const most = Math.max(1, ...bars.map(sumOf));
  return (
    <figure className="flex flex-wrap items-end gap-x-6 gap-y-2 border-b border-line px-4 py-3">
      <svg
        viewBox={`0 0 ${BARS} ${HEIGHT}`}
        preserveAspectRatio="none"
        aria-hidden="true"
        className="h-10 w-full max-w-md min-w-0 flex-1 border-b border-line-strong"
      >
        {bars.map((bar, at) =>
          stacked(bar, most).map(({ verdict, y, height }) => (
            <rect
              key={`${at}-${verdict}`}
              x={at + 0.1}
              y={y}
              width={0.8}
              height={height}
              className={FILLS[verdict]}
            />
          )),
        )}
      </svg>
      <figcaption className="flex flex-wrap items-baseline gap-x-4 gap-y-1 text-sm">
        {VERDICT_NAMES.map((verdict) => (
          <span key={verdict} className="inline-flex items-baseline gap-1.5">
            <Verdict verdict={verdict} />
            <span className="tabular">
              {bars.reduce((sum, bar) => sum + (bar[verdict] ?? 0), 0).toLocaleString('en')}
            </span>
          </span>
        ))}
        <span className="text-xs text-ink-3">in 5 min</span>
      </figcaption>
    </figure>
  );
});

function sumOf(bar: Bar): number {
  return Object.values(bar).reduce((sum, count) => sum + count, 0);
}

/** Denials stand at the foot, where they are seen however few they are; nothing that is there is thinner than can be seen. */
function stacked(bar: Bar, most: number): readonly { verdict: VerdictName; y: number; height: number }[] {
  let y = HEIGHT;
  return VERDICT_NAMES.toReversed().flatMap((verdict) => {
    const count = bar[verdict] ?? 0;
    if (count === 0) return [];
    const height = Math.max(1, (count / most) * (HEIGHT - 3));
    y -= height;
    return [{ verdict, y, height }];
  });
}
