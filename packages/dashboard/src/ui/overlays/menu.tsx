/** A menu of what can be done. */
import { cloneElement, lazy, type ReactElement, type ReactNode, Suspense, useState } from 'react';
import type { MenuItem } from './menu-item.ts';

/** It is large, and the first page is there without it. */
const OpenedMenu = lazy(async () => ({ default: (await import('./opened-menu.tsx')).OpenedMenu }));

/** `trigger`: the button that opens it. */
export function Menu({
  trigger,
  items,
  children,
}: {
  readonly trigger: ReactElement<Readonly<Record<string, unknown>>>;
  readonly items: readonly MenuItem[];
  /** Stands above the rows. */
  readonly children?: ReactNode;
}): ReactNode {
  const [isWanted, setWanted] = useState(false);
  const closed = cloneElement(trigger, {
    'aria-haspopup': 'menu',
    'aria-expanded': false,
    onClick: () => setWanted(true),
  });
  if (!isWanted) return closed;
  return (
    <Suspense fallback={closed}>
      <OpenedMenu trigger={trigger} items={items}>
        {children}
      </OpenedMenu>
    </Suspense>
  );
}
