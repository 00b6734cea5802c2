/** The rail: where one can go. Narrow, it is a menu behind a button. */
import { Dialog } from '@base-ui/react/dialog';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { Icon } from '../ui/index.ts';
import { PLACES } from './places.ts';
import { useWaiting } from './waiting.ts';

/** Beside the page, from 768 px on. */
export function Rail(): ReactNode {
  return (
    <nav
      aria-label="Pages"
      className="hidden w-44 shrink-0 flex-col border-r border-line bg-sunken p-2 md:flex"
    >
      <Places />
    </nav>
  );
}

/** In the top bar, below 768 px, as at 400 % zoom. */
export function RailMenu(): ReactNode {
  const [isOpen, setOpen] = useState(false);
  return (
    <Dialog.Root open={isOpen} onOpenChange={setOpen}>
      <Dialog.Trigger aria-label="Pages" className="rounded-md p-2 text-ink-2 hover:bg-hover md:hidden">
        <Icon name="menu" />
      </Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-[#0008]" />
        <Dialog.Popup className="fixed inset-y-0 left-0 z-50 w-60 max-w-[85vw] overflow-y-auto border-r border-line-strong bg-panel p-3 shadow-float outline-none">
          <Dialog.Title className="px-2 pb-2 text-sm text-ink-3">Pages</Dialog.Title>
          <nav aria-label="Pages" className="flex flex-col">
            <Places onGo={() => setOpen(false)} />
          </nav>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Places({ onGo }: { readonly onGo?: () => void }): ReactNode {
  const waiting = useWaiting();
  return PLACES.map(({ path, name, icon }) => (
    <Link
      key={path}
      to={path}
      {...(onGo === undefined ? {} : { onClick: onGo })}
      className="flex h-8 items-center gap-3 rounded-md px-2 text-sm text-ink-2 hover:bg-hover hover:text-ink aria-[current]:bg-accent-ground aria-[current]:font-medium aria-[current]:text-accent"
    >
      <Icon name={icon} />
      {name}
      {path === '/approvals' && waiting !== undefined && (
        <span className="tabular ml-auto rounded-full bg-step-up-ground px-1.5 text-xs font-semibold text-step-up">
          {waiting}
          <span className="sr-only"> waiting</span>
        </span>
      )}
    </Link>
  ));
}
