/** Approvals as the API shows them. */
import { ANSWER_REFUSALS } from '@writ/core';
import { z } from 'zod';
import { ULID } from '../people/index.ts';
import type { Stored } from '../state/index.ts';
import { type Approval, type GivenAnswer, HOLD_FIELDS, statusAt } from './approval.ts';
import { OWN_STANDING, type OwnStanding } from './own-standing.ts';

const STATUS = z.enum(['waiting', 'approved', 'denied', 'withdrawn', 'used', 'expired']);

/** One of a list: without arguments. */
export interface Listed
  extends Pick<
    Approval,
    | 'hold'
    | 'node'
    | 'agent'
    | 'method'
    | 'targets'
    | 'policies'
    | 'status'
    | 'created'
    | 'expires'
    | 'escalated'
  > {
  readonly id: string;
  /** How many answered. */
  readonly answers: number;
  /** ULIDs of people who are away, and for whom you stand in. */
  readonly standsInFor?: readonly string[] | undefined;
}
export const LISTED: z.ZodType<Listed> = z.object({
  id: ULID,
  hold: z.string(),
  node: ULID,
  agent: z.string(),
  method: z.string(),
  targets: HOLD_FIELDS.targets,
  policies: HOLD_FIELDS.policies,
  status: STATUS,
  created: z.int(),
  expires: z.int(),
  escalated: z.int().optional(),
  answers: z.int(),
  standsInFor: z.array(ULID).optional(),
});

/** The whole of it. */
export interface Detailed extends Omit<Approval, 'answers'> {
  readonly id: string;
  readonly answers: readonly (Pick<
    GivenAnswer,
    'person' | 'answer' | 'method' | 'keyId' | 'at' | 'refused'
  > & {
    readonly reason?: string | undefined;
  })[];
  /** The last that this agent asked for, newest first. */
  readonly recent: readonly (Pick<Approval, 'targets' | 'status' | 'created'> & { readonly id: string })[];
}
export const DETAILED: z.ZodType<Detailed & { readonly you: OwnStanding }> = z.object({
  id: ULID,
  node: ULID,
  ...HOLD_FIELDS,
  status: STATUS,
  answers: z.array(
    z.object({
      person: ULID,
      answer: z.enum(['approve', 'deny']),
      method: z.enum(['key', 'passkey', 'server']),
      keyId: z.string(),
      at: z.int(),
      reason: z.string().optional(),
      refused: z.enum(ANSWER_REFUSALS).optional(),
    }),
  ),
  escalated: z.int().optional(),
  ended: z.int().optional(),
  recent: z.array(z.object({ id: ULID, targets: HOLD_FIELDS.targets, status: STATUS, created: z.int() })),
  you: OWN_STANDING,
});

/** Most of an agent's history that is shown with an approval. */
const MAX_RECENT = 10;

export function listed(approval: Stored<Approval>, now: number, standsInFor: readonly string[] = []): Listed {
  const { id, hold, node, agent, method, targets, policies, created, expires, escalated } = approval;
  return {
    id,
    hold,
    node,
    agent,
    method,
    targets,
    policies,
    created,
    expires,
    status: statusAt(approval, now),
    answers: approval.answers.length,
    ...(escalated === undefined ? {} : { escalated }),
    ...(standsInFor.length === 0 ? {} : { standsInFor }),
  };
}

/** `approval` with what its agent asked for lately, found among `all`. */
export function detailed(
  approval: Stored<Approval>,
  all: readonly Stored<Approval>[],
  now: number,
): Detailed {
  const { index: _index, ...fields } = approval;
  return {
    ...fields,
    status: statusAt(approval, now),
    answers: approval.answers.map(({ person, answer, method, keyId, at, statement, refused }) => {
      const reason = reasonIn(statement);
      return {
        person,
        answer,
        method,
        keyId,
        at,
        ...(reason === undefined ? {} : { reason }),
        ...(refused === undefined ? {} : { refused }),
      };
    }),
    recent: all
      .filter(({ id, agent }) => agent === approval.agent && id !== approval.id)
      .slice(-MAX_RECENT)
      .toReversed()
      .map((one) => ({
        id: one.id,
        targets: one.targets,
        status: statusAt(one, now),
        created: one.created,
      })),
  };
}

/** The reason in a statement that was verified when it was given. */
function reasonIn(statement: string): string | undefined {
  const { reason } = JSON.parse(statement) as { readonly reason?: unknown };
  return typeof reason === 'string' ? reason : undefined;
}
