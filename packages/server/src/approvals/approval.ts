/** Held actions as they wait for people: what the node showed of them, and who answered. */
import { createHash } from 'node:crypto';
import {
  ANSWER_REFUSALS,
  type AnswerRefusal,
  createUlid,
  type DigestedBeside,
  type HeldForbid,
  INITIATORS,
  type JsonObject,
  type JsonValue,
  PHASES,
} from '@writ/core';
import { z } from 'zod';
import { ULID } from '../people/index.ts';
import type { CollectionOf } from '../state/index.ts';

/** How an answer was given. `server`: known by a sign-in alone, and signed by the server. */
const ANSWER_METHODS = ['key', 'passkey', 'server'] as const;
const STATUSES = ['waiting', 'approved', 'denied', 'withdrawn', 'used', 'expired'] as const;
export type ApprovalStatus = (typeof STATUSES)[number];

const HASH = z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 in hexadecimal');
const WORD = z.string().min(1).max(256);
const WORDS = z.array(WORD).max(100);
const INSTANT = z.int().min(0);
/** What came as JSON is a value of it, whatever stands there. */
const ANY = z.unknown() as z.ZodType<JsonValue>;

/** One target of the action. */
export interface HeldTarget {
  readonly action: string;
  readonly type: string;
  readonly id: string;
  readonly server?: string | undefined;
}

/** What a node tells of a hold. */
export interface HoldShown {
  /** `origin#index`: the receipt of the held decision. */
  readonly hold: string;
  /** Id of the node within its log, which statements name. */
  readonly logNode: string;
  readonly agent: string;
  readonly chain: readonly string[];
  readonly person?: string | undefined;
  readonly method: string;
  readonly targets: readonly HeldTarget[];
  /** Exactly what would be performed, its secrets masked; absent where it is too large to be shown, and then nobody approves here. */
  readonly args?: JsonObject | undefined;
  /** Whether a policy changed the arguments that the agent asked for. */
  readonly isChanged: boolean;
  /** How many places of `args` are masked. */
  readonly masked: number;
  readonly labels: readonly string[];
  /** Policies that hold it, with who must agree. */
  readonly policies: readonly HeldForbid[];
  /** Sentences of these policies. */
  readonly reasons: readonly string[];
  readonly digest: string;
  readonly policyHash: string;
  /** What `digest` covers beside what is shown; absent from nodes that do not tell it. */
  readonly digested?: DigestedBeside | undefined;
  readonly requesters: readonly string[];
  readonly created: number;
  readonly expires: number;
}

/** One person's answer. */
export interface GivenAnswer {
  /** ULID. */
  readonly person: string;
  readonly answer: 'approve' | 'deny';
  readonly method: (typeof ANSWER_METHODS)[number];
  /** The key as verifiers are given it. */
  readonly key: string;
  readonly keyId: string;
  readonly statement: string;
  readonly signature: string;
  readonly at: number;
  /** Why the node did not take it, as it said itself: it counts for nothing then. */
  readonly refused?: AnswerRefusal | undefined;
}

/** A hold with its answers. */
export interface Approval extends HoldShown {
  /** ULID of the node that holds it. */
  readonly node: string;
  readonly status: ApprovalStatus;
  readonly answers: readonly GivenAnswer[];
  /** When it was taken to more people, because nobody answered or the one who would was tired. */
  readonly escalated?: number | undefined;
  readonly ended?: number | undefined;
}

/** Fields of {@link HoldShown}, as a node sends them. */
export const HOLD_FIELDS: { readonly [Name in keyof HoldShown]-?: z.ZodType<HoldShown[Name]> } = {
  hold: z
    .string()
    .max(300)
    .regex(/^[^#\s]+#\d{1,15}$/, '`origin#index`'),
  logNode: WORD,
  agent: WORD,
  chain: WORDS,
  person: WORD.optional(),
  method: WORD,
  targets: z
    .array(z.strictObject({ action: WORD, type: WORD, id: z.string().max(2_000), server: WORD.optional() }))
    .max(100),
  args: z.record(z.string(), ANY).optional(),
  isChanged: z.boolean(),
  masked: z.int().min(0),
  labels: WORDS,
  policies: z
    .array(z.strictObject({ id: WORD, contentHash: HASH, approvers: WORDS, quorum: z.int().min(1).max(100) }))
    .min(1)
    .max(256),
  reasons: z.array(z.string().max(2_000)).max(256),
  digest: HASH,
  policyHash: HASH,
  digested: z
    .strictObject({
      tenant: z.string().max(256),
      session: z.string().max(1_000),
      initiator: z.enum(INITIATORS),
      phase: z.enum(PHASES),
      definitionPin: z.string().max(256).optional(),
    })
    .optional(),
  requesters: WORDS,
  created: INSTANT,
  expires: INSTANT,
};

export const APPROVALS: CollectionOf<Approval> = {
  name: 'approvals',
  schema: z.strictObject({
    ...HOLD_FIELDS,
    node: ULID,
    status: z.enum(STATUSES),
    answers: z
      .array(
        z.strictObject({
          person: ULID,
          answer: z.enum(['approve', 'deny']),
          method: z.enum(ANSWER_METHODS),
          key: z.string().max(600),
          keyId: z.string().regex(/^[0-9a-f]{16}$/),
          statement: z.string().max(65_536),
          signature: z.string().max(16_384),
          at: INSTANT,
          refused: z.enum(ANSWER_REFUSALS).optional(),
        }),
      )
      .max(100),
    escalated: INSTANT.optional(),
    ended: INSTANT.optional(),
  }),
};

/** The id of a hold: the same however often its node tells of it, and another for every node. */
export function approvalId(node: string, { hold, created }: Pick<HoldShown, 'hold' | 'created'>): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([node, hold]))
    .digest();
  return createUlid(
    { now: () => created, monotonicNs: () => 0n },
    { bytes: (length) => new Uint8Array(hash.subarray(0, length)) },
  );
}

/** What it is at `now`: an expiry needs nobody who notices. */
export function statusAt(approval: Pick<Approval, 'status' | 'expires'>, now: number): ApprovalStatus {
  const isOpen = approval.status === 'waiting' || approval.status === 'approved';
  return isOpen && now > approval.expires ? 'expired' : approval.status;
}

/** Origin and index in a reference. */
export function placeOf(hold: string): { readonly origin: string; readonly index: number } {
  const at = hold.lastIndexOf('#');
  return { origin: hold.slice(0, at), index: Number(hold.slice(at + 1)) };
}
