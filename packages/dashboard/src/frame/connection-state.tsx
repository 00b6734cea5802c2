/** Whether what is on the page is fresh, and since when it is not. */
import type { ReactNode } from 'react';
import { type Freshness, useConnection } from '../events/index.ts';
import { exactUtc, Time } from '../ui/index.ts';

const LOOKS: Readonly<
  Record<Freshness, { readonly shape: string; readonly word: string; readonly tone: string }>
> = {
  connecting: { shape: '○', word: 'connecting', tone: 'text-ink-3' },
  live: { shape: '●', word: 'live', tone: 'text-allow' },
  delayed: { shape: '◐', word: 'delayed', tone: 'text-step-up' },
  disconnected: { shape: '■', word: 'disconnected', tone: 'text-deny' },
};

export function ConnectionState(): ReactNode {
  const { freshness, since } = useConnection();
  const { shape, word, tone } = LOOKS[freshness];
  const isOld = freshness === 'delayed' || freshness === 'disconnected';
  return (
    <p
      role="status"
      title={`${word} since ${exactUtc(since)}`}
      className={`inline-flex items-center gap-1.5 text-xs font-medium whitespace-nowrap ${tone}`}
    >
      <span aria-hidden="true" className="text-[10px]">
        {shape}
      </span>
      <span className={isOld ? '' : 'max-sm:sr-only'}>{word}</span>
      {isOld && (
        <span className="max-sm:sr-only">
          {' '}
          since <Time at={since} />
        </span>
      )}
    </p>
  );
}
