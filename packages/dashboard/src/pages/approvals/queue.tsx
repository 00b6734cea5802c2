/** What waits, a line or two each. */
import { type ReactNode, useEffect, useRef } from 'react';
import { AgentText, Badge, Time, TooMuch } from '../../ui/index.ts';
import { MOST_LISTED, type View, type Waiting } from './queries.ts';
import { StatusBadge } from './card/index.ts';

export const VIEW_NAMES: Readonly<Record<View, string>> = {
  mine: 'For you',
  all: 'All that waits',
  history: 'Over',
};

export function Queue({
  items,
  view,
  open,
  onOpen,
}: {
  readonly items: readonly Waiting[];
  readonly view: View;
  readonly open: string | undefined;
  readonly onOpen: (id: string) => void;
}): ReactNode {
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    list.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest' });
  }, [open]);
  return (
    <>
      <ul
        ref={list}
        aria-label={VIEW_NAMES[view]}
        className="overflow-y-auto max-md:max-h-44 md:min-h-0 md:flex-1"
      >
        {items.map((item) => (
          <li key={item.id}>
            <button
              type="button"
              aria-current={item.id === open ? 'true' : undefined}
              className="block w-full border-b border-line px-4 py-2 text-left text-sm hover:bg-hover focus-visible:-outline-offset-2 aria-[current]:bg-accent-ground"
              onClick={() => onOpen(item.id)}
            >
              <span className="flex items-center gap-2">
                <span className="min-w-0 flex-1 truncate font-mono">
                  <AgentText text={item.targets.map(({ id }) => id.slice(0, 80)).join(', ')} limit={80} />
                </span>
                {view === 'history' ? (
                  <StatusBadge status={item.status} />
                ) : (
                  <span className="shrink-0 text-xs text-ink-3">
                    ends <Time at={item.expires} />
                  </span>
                )}
              </span>
              <span className="mt-0.5 flex items-center gap-2 text-xs text-ink-3">
                <span className="min-w-0 flex-1 truncate">
                  <AgentText text={item.agent.slice(0, 80)} limit={80} />
                </span>
                {item.answers > 0 && view !== 'history' && (
                  <span>{item.answers === 1 ? 'one answer' : `${item.answers} answers`}</span>
                )}
                {item.standsInFor !== undefined && <Badge tone="accent">you stand in</Badge>}
                {item.escalated !== undefined && view !== 'history' && <Badge tone="caution">late</Badge>}
                {view === 'history' && <Time at={item.created} />}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {items.length >= MOST_LISTED && (
        <TooMuch shown={items.length} hint="Answer those that end first, or ask for help." />
      )}
    </>
  );
}
