/** What stands above or beside a page for a while. */
export { ConfirmDialog, type ConfirmDialogProps } from './confirm-dialog.tsx';
export { Menu, type MenuItem } from './menu.tsx';
export { SidePanel } from './side-panel.tsx';
export { Tip } from './tip.tsx';
export { ToastProvider, useToast } from './toast.tsx';
