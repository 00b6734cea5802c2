/** Addresses of this folder's pages. */
import type { PageRow } from '../../router/index.ts';

export const LIVE_PAGES: readonly PageRow[] = [
  { path: '/live', title: 'Live', load: () => import('./live-page.tsx') },
];
