/** Approvals: may I? What waits beside one card at a time. */
import { type ReactNode, useEffect, useState } from 'react';
import { useSearchWords, useSetSearch } from '../../router/index.ts';
import { Button, EmptyState, ErrorState, PageHead, Skeleton } from '../../ui/index.ts';
import { ApprovalCard } from './card/index.ts';
import { usePageKeys } from './keys.ts';
import { OwnKeysPanel } from './own-keys.tsx';
import { type View, VIEWS, useQueue } from './queries.ts';
import { Queue, VIEW_NAMES } from './queue.tsx';

export function Page(): ReactNode {
  const words = useSearchWords();
  const set = useSetSearch();
  const [isAtKeys, setAtKeys] = useState(false);
  const view: View = VIEWS.find((one) => one === words['view']) ?? 'mine';
  const { data: items, error, refetch } = useQueue(view);
  const { open } = words;
  const first = items?.[0]?.id;
  useEffect(() => {
    // What one looks at stays, whatever happens to the queue: its place in it is not what is answered.
    if (open === undefined && first !== undefined) set({ open: first }, true);
  }, [open, first, set]);
  const move = (step: 1 | -1): void => {
    if (items === undefined || items.length === 0) return;
    const at = items.findIndex(({ id }) => id === open);
    const next = items[at < 0 ? 0 : Math.max(0, Math.min(items.length - 1, at + step))];
    if (next !== undefined) set({ open: next.id }, true);
  };
  usePageKeys({
    j: () => move(1),
    k: () => move(-1),
  });
  return (
    <>
      <PageHead title="Approvals" actions={<Button onClick={() => setAtKeys(true)}>Your keys</Button>}>
        Calls that policies hold until people agree
      </PageHead>
      <div className="flex min-h-0 min-w-0 flex-1 flex-col md:flex-row">
        <div className="flex flex-col border-line max-md:border-b md:min-h-0 md:w-72 md:shrink-0 md:border-r">
          <Views
            view={view}
            onChoose={(next) => set({ view: next === 'mine' ? undefined : next, open: undefined })}
          />
          {error !== null && (
            <ErrorState
              what={items === undefined ? 'the queue' : 'the queue anew'}
              problem={error}
              works={
                items === undefined
                  ? 'A single approval opens by its address.'
                  : 'What is below was loaded before.'
              }
              onRetry={() => void refetch()}
            />
          )}
          {items === undefined
            ? error === null && <Skeleton label="Loading the queue" rows={5} />
            : items.length > 0 && (
                <Queue items={items} view={view} open={open} onOpen={(id) => set({ open: id }, true)} />
              )}
        </div>
        {open === undefined ? (
          items?.length === 0 && <div className="min-w-0 flex-1">{EMPTY[view]}</div>
        ) : (
          <ApprovalCard key={open} id={open} />
        )}
        {isAtKeys && <OwnKeysPanel onClose={() => setAtKeys(false)} />}
      </div>
    </>
  );
}

function Views({
  view,
  onChoose,
}: {
  readonly view: View;
  readonly onChoose: (view: View) => void;
}): ReactNode {
  return (
    <div
      role="group"
      aria-label="Which approvals"
      data-print="none"
      className="flex gap-1 border-b border-line px-3 py-2"
    >
      {VIEWS.map((one) => (
        <button
          key={one}
          type="button"
          aria-pressed={view === one}
          className="h-7 rounded-md px-2 text-sm text-ink-2 hover:bg-hover aria-pressed:bg-accent-ground aria-pressed:font-medium aria-pressed:text-accent"
          onClick={() => onChoose(one)}
        >
          {VIEW_NAMES[one]}
        </button>
      ))}
    </div>
  );
}

const EMPTY: Readonly<Record<View, ReactNode>> = {
  mine: (
    <EmptyState title="Nobody waits for you">
      <p>
        Calls that a policy holds for a person appear here as they come. Approving one lets exactly that call
        run, once.
      </p>
      <p className="mt-2">A policy holds what it forbids where it says so:</p>
      <pre
        className="mt-3 overflow-x-auto rounded-md border border-line bg-sunken px-3 py-2 text-left text-sm"
        tabIndex={0}
        aria-label="A policy that holds calls"
      >{`@id("ask-before-paying")
@verdict("step_up")
@approvers("finance")
forbid (principal,
  action == Action::"bank/pay",
  resource);`}</pre>
    </EmptyState>
  ),
  all: (
    <EmptyState title="Nothing waits for anybody" command="writ approvals list --plane">
      What nodes hold for people appears here, also what other people answer.
    </EmptyState>
  ),
  history: (
    <EmptyState title="Nothing was answered yet" command="writ approvals list --plane --all">
      What was approved, refused, withdrawn or too late stays here for thirty days, and in the log for longer.
    </EmptyState>
  ),
};
