/** The menu itself; loaded when somebody opens one. */
import { Menu as Base } from '@base-ui/react/menu';
import type { ReactElement, ReactNode } from 'react';
import type { MenuItem } from './menu-item.ts';

/** It is open at first: whoever asked for it pressed `trigger`. */
export function OpenedMenu({
  trigger,
  items,
  children,
}: {
  readonly trigger: ReactElement;
  readonly items: readonly MenuItem[];
  /** Stands above the rows. */
  readonly children?: ReactNode;
}): ReactNode {
  return (
    <Base.Root defaultOpen>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner sideOffset={4} align="end" className="z-50">
          <Base.Popup className="min-w-48 rounded-lg border border-line-strong bg-raised p-1 text-sm shadow-float outline-none">
            {children}
            {items.map(({ label, onChoose, isDangerous, isChosen }) => (
              <Base.Item
                key={label}
                onClick={onChoose}
                className={`flex cursor-pointer items-center justify-between gap-4 rounded-md px-3 py-1.5 outline-none data-highlighted:bg-hover ${isDangerous === true ? 'text-deny' : ''}`}
              >
                {label}
                {isChosen === true && <span className="text-accent">✓</span>}
              </Base.Item>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
