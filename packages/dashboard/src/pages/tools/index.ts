/** Addresses of this folder's pages. */
import type { PageRow } from '../../router/index.ts';

export const TOOLS_PAGES: readonly PageRow[] = [
  { path: '/tools', title: 'Tools', load: () => import('./tools-page.tsx') },
];
