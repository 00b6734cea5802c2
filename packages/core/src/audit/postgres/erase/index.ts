/** Erasure of bodies in PostgreSQL. */
export { presentBodies, storeErasure } from './store-erasure.ts';
