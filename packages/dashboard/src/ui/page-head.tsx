/** The head of a page: its name, what it answers, and what can be done. */
import { type ReactNode, useEffect } from 'react';

export function PageHead({
  title,
  children,
  actions,
}: {
  readonly title: ReactNode;
  /** One sentence beside the title. */
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
}): ReactNode {
  return (
    <header className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-line px-4 py-3">
      <h1 className="text-lg">{title}</h1>
      {children !== undefined && <p className="min-w-0 text-sm text-ink-3">{children}</p>}
      {actions !== undefined && (
        <div data-print="none" className="ml-auto flex flex-wrap gap-2">
          {actions}
        </div>
      )}
    </header>
  );
}

/** Names the window after what is shown, where the page's row says too little. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Writ`;
  }, [title]);
}
