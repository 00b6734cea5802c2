/** Addresses of this folder's pages. */
import type { PageRow } from '../../router/index.ts';

export const SESSION_PAGES: readonly PageRow[] = [
  { path: '/sessions/$session', title: 'Session', load: () => import('./session-page.tsx') },
];
