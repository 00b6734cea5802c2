/** Stops: what nobody may do any more, on every node, until it is lifted. They only tighten. */
import { KILL_REASONS, KILL_SCOPES, type KillReason, type KillScope } from '@writ/core';
import { z } from 'zod';
import { ULID } from '../people/index.ts';
import type { CollectionOf } from '../state/index.ts';

/** Longest words of a stop; whoever is refused reads them. */
export const WORDS: z.ZodString = z
  .string()
  .min(1)
  .max(500)
  .regex(/^[^\p{Cc}]+$/u, 'one line without control characters');

/** A stop as it is kept. */
export interface StopRecord {
  readonly scope: KillScope;
  /** Id of the agent as nodes know it, ULID of the team, name of the server, `server/tool`, or `*`. */
  readonly target: string;
  readonly reason: KillReason;
  readonly words: string;
  /** ULID of the person, or the name of the rule. */
  readonly placedBy: string;
  /** Milliseconds since 1970. */
  readonly placed: number;
  readonly status: 'in_force' | 'lifted';
  readonly lifted?: { readonly by: string; readonly at: number; readonly words: string } | undefined;
  /** Of a drill: it stops nothing that exists, and ends by itself at this instant. */
  readonly drillUntil?: number | undefined;
}
export const STOPS: CollectionOf<StopRecord> = {
  name: 'stops',
  schema: z.strictObject({
    scope: z.enum(KILL_SCOPES),
    target: z.string().min(1).max(512),
    reason: z.enum(KILL_REASONS),
    words: WORDS,
    placedBy: z.string().min(1).max(120),
    placed: z.int(),
    status: z.enum(['in_force', 'lifted']),
    lifted: z.strictObject({ by: ULID, at: z.int(), words: WORDS }).optional(),
    drillUntil: z.int().optional(),
  }),
};

/** Whether it holds at `now`. */
export function isInForce({ status, drillUntil }: StopRecord, now: number): boolean {
  return status === 'in_force' && (drillUntil === undefined || now < drillUntil);
}
