/** A few numbers over time beside their sum, for eyes alone: how much, and how much of it was denied. */
import type { ReactNode } from 'react';

const HEIGHT = 20;

export function Spark({
  values,
  parts,
}: {
  readonly values: readonly number[];
  /** How much of each is denied. */
  readonly parts?: readonly number[];
}): ReactNode {
  const most = Math.max(1, ...values);
  const height = (value: number): number => (value === 0 ? 0 : Math.max(1.5, (value / most) * HEIGHT));
  return (
    <svg
      viewBox={`0 0 ${values.length} ${HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
      className="h-5 w-24 border-b border-line-strong"
    >
      {values.map((value, at) => {
        const part = height(parts?.[at] ?? 0);
        const whole = height(value);
        return [
          whole > 0 && (
            <rect
              key={`${at}-all`}
              x={at + 0.1}
              y={HEIGHT - Math.max(whole, part)}
              width={0.8}
              height={Math.max(whole, part)}
              className="fill-ink-3"
            />
          ),
          part > 0 && (
            <rect
              key={`${at}-part`}
              x={at + 0.1}
              y={HEIGHT - part}
              width={0.8}
              height={part}
              className="fill-deny"
            />
          ),
        ];
      })}
    </svg>
  );
}
