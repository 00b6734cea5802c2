/** Organisations, teams and people, as they are kept. */
import { z } from 'zod';
import { ROLES } from '../authority/index.ts';
import type { CollectionOf } from '../state/index.ts';
import { KEPT_REVIEW_RULE, type KeptReviewRule } from './review-rule.ts';

export const ULID: z.ZodString = z.string().regex(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/, 'a ULID');
/** A name that people read: one line. */
export const NAME: z.ZodString = z
  .string()
  .min(1)
  .max(120)
  .regex(/^[^\p{Cc}]+$/u, 'one line without control characters');

/** An organisation: whose everything else is. Its key is its own id. */
export interface Organisation {
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly created: number;
  /** Who reviews policies; absent for one person, whoever may decide. */
  readonly reviewRule?: KeptReviewRule | undefined;
}
export const ORGANISATIONS: CollectionOf<Organisation> = {
  name: 'organisations',
  schema: z.strictObject({ name: NAME, created: z.int(), reviewRule: KEPT_REVIEW_RULE.optional() }),
};

/** A team of an organisation. */
export interface Team {
  readonly name: string;
  readonly created: number;
  /** Somebody is removing it: nothing names it any more. Stays where that was broken off, until it is removed or changed. */
  readonly isLeaving?: true | undefined;
}
export const TEAMS: CollectionOf<Team> = {
  name: 'teams',
  schema: z.strictObject({ name: NAME, created: z.int(), isLeaving: z.literal(true).optional() }),
};

/** A person who uses the control plane. */
export interface PersonRecord {
  readonly name: string;
  readonly email?: string | undefined;
  /** At an identity provider: issuer and subject together are the person (OpenID Connect Core §5.7). */
  readonly identity?: { readonly issuer: string; readonly subject: string } | undefined;
  readonly roles: readonly (typeof ROLES)[number][];
  /** ULIDs. */
  readonly teams: readonly string[];
  /** Names of groups that quorums ask for. */
  readonly groups: readonly string[];
  /** `invited`: has never signed in. */
  readonly status: 'invited' | 'active' | 'suspended';
  readonly created: number;
  /** Until when they may come in while an identity provider is out, milliseconds since 1970; absent for never. */
  readonly emergencyUntil?: number | undefined;
}
export const PEOPLE: CollectionOf<PersonRecord> = {
  name: 'people',
  schema: z.strictObject({
    name: NAME,
    email: z.email().max(254).optional(),
    identity: z.strictObject({ issuer: z.url().max(500), subject: z.string().min(1).max(255) }).optional(),
    roles: z.array(z.enum(ROLES)).max(ROLES.length),
    teams: z.array(ULID).max(100),
    groups: z.array(z.string().min(1).max(120)).max(100),
    status: z.enum(['invited', 'active', 'suspended']),
    created: z.int(),
    emergencyUntil: z.int().optional(),
  }),
};

/** Names under which a person is found when they ask what is kept of them. */
export function concernsOf(person: Pick<PersonRecord, 'email' | 'identity'>, id: string): readonly string[] {
  return [
    id,
    ...(person.email === undefined ? [] : [person.email]),
    ...(person.identity === undefined ? [] : [person.identity.subject]),
  ];
}
