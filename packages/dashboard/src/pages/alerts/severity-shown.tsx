import type { ReactNode } from 'react';
import type { AlertStatus, Severity } from './queries.ts';
import { Badge, type Tone } from '../../ui/index.ts';

const LOOKS: Readonly<Record<Severity, readonly [shape: string, colour: string]>> = {
  critical: ['■', 'text-deny'],
  high: ['◆', 'text-deny'],
  medium: ['◆', 'text-step-up'],
  low: ['◐', 'text-modify'],
  info: ['○', 'text-ink-2'],
};

/** How urgent, by shape, word and colour. */
export function SeverityShown({ severity }: { readonly severity: Severity }): ReactNode {
  const [shape, colour] = LOOKS[severity];
  return (
    <span className={`inline-flex items-center gap-1.5 font-medium whitespace-nowrap ${colour}`}>
      <span aria-hidden="true" className="w-3 text-center text-[0.85em] leading-none">
        {shape}
      </span>
      {severity}
    </span>
  );
}

const TONES: Readonly<Record<AlertStatus, Tone>> = {
  open: 'caution',
  acknowledged: 'accent',
  closed: 'neutral',
};

/** Whether somebody looks after it, or it is over. */
export function StatusShown({ status }: { readonly status: AlertStatus }): ReactNode {
  return <Badge tone={TONES[status]}>{status}</Badge>;
}
