/** Parts of a page, one at a time; which one is in its address. */
import { Tabs as Base } from '@base-ui/react/tabs';
import type { ReactNode } from 'react';
import { useSearchWords, useSetSearch } from '../router/index.ts';

/** One part. */
export interface Tab {
  /** In the address. */
  readonly id: string;
  readonly label: ReactNode;
  readonly content: ReactNode;
}

/** The first is shown where the address names none. */
export function Tabs({ tabs, label }: { readonly tabs: readonly Tab[]; readonly label: string }): ReactNode {
  const search = useSearchWords();
  const set = useSetSearch();
  const asked = search['tab'];
  const first = tabs[0]?.id ?? '';
  const value = tabs.some(({ id }) => id === asked) ? (asked ?? first) : first;
  return (
    <Base.Root
      value={value}
      onValueChange={(next: unknown) => set({ tab: next === first ? undefined : String(next) })}
      className="flex min-h-0 flex-1 flex-col"
    >
      <Base.List
        aria-label={label}
        data-print="none"
        className="flex gap-1 overflow-x-auto border-b border-line px-3"
      >
        {tabs.map(({ id, label: name }) => (
          <Base.Tab
            key={id}
            value={id}
            className="-mb-px border-b-2 border-transparent px-2 py-2 text-sm whitespace-nowrap text-ink-2 hover:text-ink focus-visible:-outline-offset-2 aria-selected:border-accent aria-selected:font-medium aria-selected:text-ink"
          >
            {name}
          </Base.Tab>
        ))}
      </Base.List>
      {tabs.map(({ id, content }) => (
        <Base.Panel
          key={id}
          value={id}
          className="flex min-h-0 flex-1 flex-col focus-visible:-outline-offset-2"
        >
          {content}
        </Base.Panel>
      ))}
    </Base.Root>
  );
}
