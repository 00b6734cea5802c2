/** Short words about what was done; nothing that one must have read. */
import { Toast } from '@base-ui/react/toast';
import type { ReactNode } from 'react';
import { Icon } from '../icon.tsx';

const SHOWN_MS = 6_000;

/** Shows toasts of what stands in it. */
export function ToastProvider({ children }: { readonly children: ReactNode }): ReactNode {
  return (
    <Toast.Provider timeout={SHOWN_MS}>
      {children}
      <Toast.Portal>
        <Toast.Viewport className="fixed right-4 bottom-4 z-60 flex w-[min(22rem,calc(100vw-2rem))] flex-col gap-2">
          <Toasts />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}

function Toasts(): ReactNode {
  const { toasts } = Toast.useToastManager();
  return toasts.map((toast) => (
    <Toast.Root
      key={toast.id}
      toast={toast}
      className="flex items-start gap-3 rounded-lg border border-line-strong bg-raised px-4 py-3 shadow-float"
    >
      <Toast.Content className="min-w-0 flex-1">
        <Toast.Title className="text-sm font-medium" />
        <Toast.Description className="text-sm text-ink-2" />
      </Toast.Content>
      <Toast.Close aria-label="Close" className="rounded-md p-1 text-ink-2 hover:bg-hover">
        <Icon name="close" />
      </Toast.Close>
    </Toast.Root>
  ));
}

/** Says that something was done: `Approved`, and a sentence. */
export function useToast(): (title: string, description?: string) => void {
  const { add } = Toast.useToastManager();
  return (title, description) => void add({ title, ...(description === undefined ? {} : { description }) });
}
