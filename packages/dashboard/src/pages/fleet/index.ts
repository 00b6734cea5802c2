/** Addresses of this folder's pages. */
import type { PageRow } from '../../router/index.ts';

export const FLEET_PAGES: readonly PageRow[] = [
  { path: '/fleet', title: 'Fleet', load: () => import('./fleet-page.tsx') },
];
