/** What stands above or beside a page for a while. */
export { ConfirmDialog, type ConfirmDialogProps } from './confirm-dialog.tsx';
export { Menu } from './menu.tsx';
export type { MenuItem } from './menu-item.ts';
export { SidePanel } from './side-panel.tsx';
export { Tip } from './tip.tsx';
export { ToastProvider, useToast } from './toast.tsx';
