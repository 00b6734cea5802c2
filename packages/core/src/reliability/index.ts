/** L2: limits — what a call counts for, what stands to it, and shares of it on many nodes. */
export { compileLimits } from './compiled-limit.ts';
export { createFleetShares, type FleetShares } from './fleet-shares.ts';
export { createLeasedShare, type LeasedShare, type TakenUnits } from './leased-share.ts';
export { createMemoryLeases, MAX_LEASE_MS } from './memory-leases.ts';
export {
  fleetNeeds,
  type FleetShare,
  judgeLimits,
  limitCheck,
  type LimitJudgement,
  type LimitQuestion,
  requireLimitFacts,
} from './judge-limits.ts';
