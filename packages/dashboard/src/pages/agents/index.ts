/** Addresses of this folder's pages. */
import type { PageRow } from '../../router/index.ts';

export const AGENTS_PAGES: readonly PageRow[] = [
  { path: '/agents', title: 'Agents', load: () => import('./agents-page.tsx') },
  { path: '/agents/$agent', title: 'Agent', load: () => import('./agent-page.tsx') },
];
