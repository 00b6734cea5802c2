/** How far a bundle has gone in one environment and team: one object, so that two who change it cannot both be right. */
import { z } from 'zod';
import { ENVIRONMENT } from './collections.ts';
import { ULID } from '../people/index.ts';
import type { CollectionOf } from '../state/index.ts';

/** `shadow`: answers beside and decides nothing. `canary`: decides for a share of nodes. */
export const STAGES = ['shadow', 'canary'] as const;
export type Stage = (typeof STAGES)[number];

/** A bundle on its way. */
export interface Candidate {
  /** ULID. */
  readonly bundle: string;
  readonly stage: Stage;
  /** Percent of nodes that it decides for; 0 in `shadow`. */
  readonly share: number;
  /** ULID of the bundle to which a stop leads: newer than the candidate, with the policies of what was in force. Absent where nothing was. */
  readonly fallback?: string | undefined;
  readonly since: number;
  /** ULID. */
  readonly startedBy: string;
}

/** How it stands. */
export interface Rollout {
  readonly environment: string;
  /** ULID. */
  readonly team?: string | undefined;
  /** Number and hash of the latest bundle that was kept, activated or not. */
  readonly latest: { readonly bundle: string; readonly version: number; readonly hash: string };
  /** ULID of what is in force everywhere else; absent before the first. */
  readonly stable?: string | undefined;
  readonly candidate?: Candidate | undefined;
  /** The last candidate that was stopped. */
  readonly stopped?:
    | { readonly bundle: string; readonly reason: string; readonly by: string; readonly at: number }
    | undefined;
}

const STAGE = z.enum(STAGES);
const ROLLOUT: z.ZodType<Rollout> = z.strictObject({
  environment: ENVIRONMENT,
  team: ULID.optional(),
  latest: z.strictObject({ bundle: ULID, version: z.int().min(1), hash: z.string() }),
  stable: ULID.optional(),
  candidate: z
    .strictObject({
      bundle: ULID,
      stage: STAGE,
      share: z.int().min(0).max(100),
      fallback: ULID.optional(),
      since: z.int(),
      startedBy: ULID,
    })
    .optional(),
  stopped: z
    .strictObject({ bundle: ULID, reason: z.string().max(2_000), by: z.string().max(64), at: z.int() })
    .optional(),
});

export const ROLLOUTS: CollectionOf<Rollout> = {
  name: 'rollouts',
  schema: ROLLOUT,
};
