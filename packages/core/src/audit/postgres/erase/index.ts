/** Erasure of bodies in PostgreSQL. */
export { presentBodies, storeErasure } from './store-erasure.ts';
export {
  MAX_REWRITTEN_BYTES,
  type LeftTable,
  type RewriteOptions,
  type RewriteReport,
  rewritePostgresTables,
} from './rewrite-tables.ts';
