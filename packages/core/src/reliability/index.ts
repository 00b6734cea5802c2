/** L2: limits — what a call counts for, what stands to it, and shares of it on many nodes. */
export { compileLimits } from './compiled-limit.ts';
export { createFleetShares, type FleetShares } from './fleet-shares.ts';
export { createLeasedShare, type LeasedShare, type TakenUnits } from './leased-share.ts';
export {
  createLeases,
  type LeaseTransaction,
  type Lent,
  MAX_LEASE_MS,
  type StoredUse,
  type Transact,
} from './leases.ts';
export { createMemoryLeases } from './memory-leases.ts';
export {
  fleetNeeds,
  type FleetShare,
  judgeLimits,
  limitCheck,
  type LimitJudgement,
  type LimitQuestion,
  requireLimitFacts,
} from './judge-limits.ts';
