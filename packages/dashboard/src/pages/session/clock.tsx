/** The time of day of a step: within a session it says more than how long ago it was. */
import type { ReactNode } from 'react';
import { exactUtc } from '../../ui/index.ts';

/** Where the time of day stands in an instant as ISO 8601 writes it. */
const [FROM, TO] = [11, 19];

export function Clock({ at }: { readonly at: number }): ReactNode {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return <span className="text-ink-3">no instant</span>;
  const text = date.toISOString();
  return (
    <time dateTime={text} title={exactUtc(at)} className="text-ink-2">
      {text.slice(FROM, TO)}
    </time>
  );
}
