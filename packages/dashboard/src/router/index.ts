/** Addresses of pages, and what stands in them. */
export { PageLink, useGoTo, useParam } from './link.tsx';
export type { PageRow } from './page-row.ts';
export {
  parseSearch,
  type Search,
  stringifySearch,
  useFilter,
  useSearchWords,
  useSetSearch,
} from './search.ts';
