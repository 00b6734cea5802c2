/** Versions of policies: what they are never changes, what people said of them is added. */
import { z } from 'zod';
import { REVIEW_RULE, type ReviewRule, ULID } from '../people/index.ts';
import type { CollectionOf } from '../state/index.ts';

const HASH = z.string().regex(/^[0-9a-f]{64}$/);

/** One word of a reviewer. */
export interface Review {
  /** ULID. */
  readonly person: string;
  readonly verdict: 'approve' | 'reject';
  readonly reason?: string | undefined;
  readonly at: number;
}

/** What a replay over recorded traffic came to, as whoever ran it at a node reported it. */
export interface ReplaySummary {
  /** Hash of the whole report, which is kept. */
  readonly report: string;
  readonly same: number;
  readonly differs: number;
  /** Could not be asked again: erased, sealed, or refused before any policy. */
  readonly others: number;
  /** ULID of the person. */
  readonly by: string;
  readonly at: number;
}

/** A version. Its files are kept by `hash` and stay what they are; so do all fields up to `created`. */
export interface PolicyVersion {
  /** Of the policy set, as its manifest says. */
  readonly name: string;
  /** SHA-256 of the canonical list of its files. */
  readonly hash: string;
  /** SHA-256 of the set, as decisions name it. */
  readonly policyHash: string;
  /** ULIDs of people who wrote it: none of them reviews or activates it. */
  readonly authors: readonly string[];
  readonly source: { readonly kind: 'draft' | 'git'; readonly ref?: string | undefined };
  readonly note?: string | undefined;
  /** Its own cases, run when it came. */
  readonly cases: { readonly passed: number; readonly failed: number };
  readonly created: number;
  readonly status: 'in_review' | 'approved' | 'rejected';
  readonly replay?: ReplaySummary | undefined;
  /** What the organisation asked for when it was made; what it asks for by now is needed besides. */
  readonly rule: ReviewRule;
  readonly reviews: readonly Review[];
}

export const POLICY_VERSION: z.ZodType<PolicyVersion> = z.strictObject({
  name: z.string().max(64),
  hash: HASH,
  policyHash: HASH,
  authors: z.array(ULID).min(1).max(20),
  source: z.strictObject({ kind: z.enum(['draft', 'git']), ref: z.string().max(200).optional() }),
  note: z.string().max(2_000).optional(),
  cases: z.strictObject({ passed: z.int().min(0), failed: z.int().min(0) }),
  created: z.int(),
  status: z.enum(['in_review', 'approved', 'rejected']),
  replay: z
    .strictObject({
      report: HASH,
      same: z.int().min(0),
      differs: z.int().min(0),
      others: z.int().min(0),
      by: ULID,
      at: z.int(),
    })
    .optional(),
  rule: REVIEW_RULE,
  reviews: z
    .array(
      z.strictObject({
        person: ULID,
        verdict: z.enum(['approve', 'reject']),
        reason: z.string().max(2_000).optional(),
        at: z.int(),
      }),
    )
    .max(100),
});

export const POLICY_VERSIONS: CollectionOf<PolicyVersion> = {
  name: 'policy_versions',
  schema: POLICY_VERSION,
};
