/** Addresses of this folder's pages. */
import type { PageRow } from '../../router/index.ts';

export const ALERTS_PAGES: readonly PageRow[] = [
  { path: '/alerts', title: 'Alerts', load: () => import('./alerts-page.tsx') },
  { path: '/alerts/$alert', title: 'Alert', load: () => import('./alert-page.tsx') },
];
