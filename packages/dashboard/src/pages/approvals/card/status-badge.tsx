import type { ReactNode } from 'react';
import { Badge, type Tone } from '../../../ui/index.ts';
import type { Held } from '../queries.ts';

const TONES: Readonly<Record<Held['status'], Tone>> = {
  waiting: 'caution',
  approved: 'good',
  used: 'good',
  denied: 'bad',
  withdrawn: 'neutral',
  expired: 'neutral',
};
const WORDS: Readonly<Record<Held['status'], string>> = {
  waiting: 'waiting',
  approved: 'approved',
  used: 'approved, ran',
  denied: 'refused',
  withdrawn: 'withdrawn',
  expired: 'expired',
};

/** What became of an approval. */
export function StatusBadge({ status }: { readonly status: Held['status'] }): ReactNode {
  return <Badge tone={TONES[status]}>{WORDS[status]}</Badge>;
}
