/** Addresses of this folder's pages. */
import type { PageRow } from '../../router/index.ts';

export const POLICIES_PAGES: readonly PageRow[] = [
  { path: '/policies', title: 'Policies', load: () => import('./policies-page.tsx') },
  { path: '/policies/edit', title: 'Edit policies', load: () => import('./edit-page.tsx') },
  { path: '/policies/$version', title: 'Policy version', load: () => import('./version-page.tsx') },
];
