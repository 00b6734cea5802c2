/** Addresses of this folder's pages. */
import type { PageRow } from '../../router/index.ts';

export const APPROVALS_PAGES: readonly PageRow[] = [
  { path: '/approvals', title: 'Approvals', load: () => import('./approvals-page.tsx') },
  { path: '/approvals/$approval', title: 'Approval', load: () => import('./approval-page.tsx') },
];
