/** The transit engine of Vault and OpenBao. */
export { openTransit, type TransitOptions } from './open-transit.ts';
