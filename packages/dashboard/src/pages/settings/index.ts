/** Addresses of this folder's pages. */
import type { PageRow } from '../../router/index.ts';

export const SETTINGS_PAGES: readonly PageRow[] = [
  { path: '/settings', title: 'Settings', load: () => import('./settings-page.tsx') },
];
