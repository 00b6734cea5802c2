/** A short word about a thing: a role, a status, a count. */
import type { ReactNode } from 'react';

/** What kind of word it is; colours only repeat what the word says. */
export type Tone = 'neutral' | 'accent' | 'good' | 'caution' | 'bad';

const TONES: Readonly<Record<Tone, string>> = {
  neutral: 'bg-sunken text-ink-2',
  accent: 'bg-accent-ground text-accent',
  good: 'bg-allow-ground text-allow',
  caution: 'bg-step-up-ground text-step-up',
  bad: 'bg-deny-ground text-deny',
};

export function Badge({
  tone = 'neutral',
  children,
}: {
  readonly tone?: Tone;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <span
      className={`tabular inline-flex max-w-full items-center rounded-sm px-1.5 text-xs font-medium whitespace-nowrap [&_.agent-text]:whitespace-normal ${TONES[tone]}`}
    >
      {children}
    </span>
  );
}
