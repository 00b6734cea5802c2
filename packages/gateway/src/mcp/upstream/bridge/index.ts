/** Clients of one era with servers of the other. */
export { LegacyOverModern } from './legacy-over-modern.ts';
export { ModernOverLegacy } from './modern-over-legacy.ts';
