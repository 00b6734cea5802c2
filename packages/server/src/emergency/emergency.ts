/** Emergency access: one use of it, kept until another administrator looked at it. */
import { z } from 'zod';
import { ULID } from '../people/index.ts';
import type { CollectionOf } from '../state/index.ts';

/** Why somebody came in, in one line. */
export const EMERGENCY_WORDS: z.ZodString = z
  .string()
  .min(1)
  .max(500)
  .regex(/^[^\p{Cc}]+$/u, 'one line without control characters');

/** One use. */
export interface Emergency {
  /** ULID of who came in. */
  readonly person: string;
  /** Of who agreed with a code of their own, where this server saw no outage. */
  readonly second?: string | undefined;
  /** `outage`: this server saw that the person's identity provider was out. `two_people`: two codes of two people. */
  readonly cause: 'outage' | 'two_people';
  /** Id of the provider that was out. */
  readonly provider?: string | undefined;
  readonly words: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** When the session ends at the latest. */
  readonly until: number;
  readonly status: 'open' | 'reviewed';
  readonly reviewed?: { readonly by: string; readonly at: number; readonly words: string } | undefined;
}

export const EMERGENCIES: CollectionOf<Emergency> = {
  name: 'emergencies',
  schema: z.strictObject({
    person: ULID,
    second: ULID.optional(),
    cause: z.enum(['outage', 'two_people']),
    provider: z.string().max(40).optional(),
    words: EMERGENCY_WORDS,
    at: z.int(),
    until: z.int(),
    status: z.enum(['open', 'reviewed']),
    reviewed: z.strictObject({ by: ULID, at: z.int(), words: EMERGENCY_WORDS }).optional(),
  }),
};
