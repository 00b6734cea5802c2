/** Names and values of one thing, in two columns; one below the other where there is no room. */
import type { ReactNode } from 'react';

/** A name, and what it is of the thing; a row whose value is absent is left out. */
export type Fact = readonly [name: string, value: ReactNode];

export function Facts({ rows }: { readonly rows: readonly Fact[] }): ReactNode {
  return (
    <dl className="grid gap-x-4 gap-y-0.5 px-4 py-3 text-sm sm:grid-cols-[minmax(7rem,auto)_1fr] sm:gap-y-2">
      {rows.map(([name, value]) =>
        value === undefined ? null : (
          <div key={name} className="contents">
            <dt className="text-ink-3">{name}</dt>
            <dd className="mb-2 min-w-0 sm:mb-0">{value}</dd>
          </div>
        ),
      )}
    </dl>
  );
}

/** A count under a word: the head of a page that is about many. */
export function Figure({
  label,
  value,
  tone = 'plain',
  note,
}: {
  readonly label: string;
  readonly value: ReactNode;
  readonly tone?: 'plain' | 'good' | 'caution' | 'bad';
  readonly note?: ReactNode;
}): ReactNode {
  return (
    <div className="min-w-28 flex-1 px-4 py-3">
      <dt className="text-xs text-ink-3">{label}</dt>
      <dd className={`tabular text-xl font-semibold ${TONES[tone]}`}>{value}</dd>
      {note !== undefined && <dd className="text-xs text-ink-3">{note}</dd>}
    </div>
  );
}

const TONES = { plain: 'text-ink', good: 'text-allow', caution: 'text-step-up', bad: 'text-deny' } as const;

/** Figures side by side. */
export function Figures({
  label,
  children,
}: {
  readonly label: string;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <dl aria-label={label} className="flex flex-wrap divide-x divide-line border-b border-line bg-panel">
      {children}
    </dl>
  );
}
