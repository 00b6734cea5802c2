/** The transit engine of Vault and OpenBao. */
export type { TransitOptions } from './ask.ts';
export { openTransit } from './open-transit.ts';
export { openTransitSigner } from './open-transit-signer.ts';
