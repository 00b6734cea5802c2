/** A part of a receipt, under its own heading. */
import type { ReactNode } from 'react';

export function Part({
  title,
  children,
}: {
  readonly title: string;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <section aria-label={title}>
      <h3 className="mb-2 text-sm">{title}</h3>
      {children}
    </section>
  );
}
