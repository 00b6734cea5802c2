/** Addresses of this folder's pages. */
import type { PageRow } from '../../router/index.ts';

export const LOG_PAGES: readonly PageRow[] = [
  { path: '/log', title: 'Log', load: () => import('./log-page.tsx') },
  { path: '/log/$receipt', title: 'Receipt', load: () => import('./receipt-page.tsx') },
];
