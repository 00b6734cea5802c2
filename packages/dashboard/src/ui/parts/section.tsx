/** A part of a page under a heading of its own. */
import { type ReactNode, useId } from 'react';

export function Section({
  title,
  children,
  note,
  actions,
}: {
  readonly title: ReactNode;
  readonly children: ReactNode;
  /** One sentence under the heading. */
  readonly note?: ReactNode;
  readonly actions?: ReactNode;
}): ReactNode {
  const id = useId();
  return (
    <section aria-labelledby={id} className="min-w-0 rounded-lg border border-line bg-panel">
      <header className="flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-4 py-1.5">
        <h2 id={id} className="text-base">
          {title}
        </h2>
        {note !== undefined && <p className="text-sm text-ink-3">{note}</p>}
        {actions !== undefined && (
          <div data-print="none" className="ml-auto flex flex-wrap gap-2">
            {actions}
          </div>
        )}
      </header>
      {children}
    </section>
  );
}

/** What a section says where it has nothing to show. */
export function Nothing({ children }: { readonly children: ReactNode }): ReactNode {
  return <p className="px-4 py-4 text-sm text-ink-3">{children}</p>;
}
