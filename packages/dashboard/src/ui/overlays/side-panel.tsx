/** Details beside a list; they can become a page of their own. */
import { type ReactNode, useEffect, useId, useRef } from 'react';
import { PageLink } from '../../router/index.ts';
import { Icon } from '../icon.tsx';

/** Takes the focus when it opens, gives it back when it closes, and closes by Escape. `page`: the address of the same as a page. */
export function SidePanel({
  title,
  page,
  onClose,
  children,
}: {
  readonly title: ReactNode;
  readonly page?: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}): ReactNode {
  const id = useId();
  const panel = useRef<HTMLElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    panel.current?.focus();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <aside
      ref={panel}
      tabIndex={-1}
      aria-labelledby={id}
      className="fixed inset-0 z-20 flex flex-col overflow-y-auto border-line bg-panel outline-none md:static md:z-auto md:w-[min(30rem,45vw)] md:shrink-0 md:border-l"
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented) return;
        event.stopPropagation();
        onClose();
      }}
    >
      <header className="sticky top-0 z-10 flex items-center gap-2 border-b border-line bg-panel px-4 py-2">
        <h2 id={id} className="min-w-0 flex-1 truncate text-base">
          {title}
        </h2>
        {page !== undefined && (
          <PageLink to={page} className="rounded-md px-2 py-1 text-sm text-ink-2 hover:bg-hover">
            Open as page
          </PageLink>
        )}
        <button
          type="button"
          aria-label="Close"
          className="rounded-md p-1.5 text-ink-2 hover:bg-hover"
          onClick={onClose}
        >
          <Icon name="close" />
        </button>
      </header>
      <div className="p-4">{children}</div>
    </aside>
  );
}
