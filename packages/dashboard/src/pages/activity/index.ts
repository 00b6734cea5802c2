/** Addresses of this folder's pages. */
import type { PageRow } from '../../router/index.ts';

export const ACTIVITY_PAGES: readonly PageRow[] = [
  { path: '/activity', title: 'Activity', load: () => import('./activity-page.tsx') },
];
