/** The register of agents: whose each is, what it is for, and what it was given. */
import { z } from 'zod';
import { NAME, ULID } from '../people/index.ts';
import { type CollectionOf, HISTORY } from '../state/index.ts';

/** As policies name it, in `Agent::"…"`. */
export const AGENT_NAME: z.ZodString = z
  .string()
  .min(1)
  .max(120)
  .regex(/^[^\p{Cc}\\"]+$/u, 'no control character, quote or backslash');
const TOOL = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}]+$/u);
/** A class of data, as policies read it. */
const DATA_CLASS = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'small letters, digits and `-`');
/** Where a credential is kept, never the credential: a scheme that says so, and a place. */
const REFERENCE = z
  .string()
  .max(300)
  .regex(
    /^(?:env|file|vault|kms|keychain|secret|oidc):[^\s\p{Cc}]{1,280}$/u,
    'a reference such as `vault:team/key`',
  );

/** A credential by reference. */
export interface CredentialReference {
  readonly name: string;
  readonly reference: string;
}

/** What people say of an agent. */
export interface AgentRegistration {
  readonly name: string;
  /** ULID of the person who answers for it. */
  readonly owner: string;
  /** ULID. */
  readonly team?: string | undefined;
  readonly purpose: string;
  /** `server/tool`. */
  readonly tools: readonly string[];
  readonly dataClasses: readonly string[];
  readonly credentials: readonly CredentialReference[];
  readonly model?: string | undefined;
  /** When somebody is to look again whether all of this still holds, milliseconds since 1970. */
  readonly reviewDue: number;
}

/** An agent as it is kept. One that was removed stays, so that nobody takes its name. */
export interface AgentRecord extends AgentRegistration {
  readonly status: 'active' | 'suspended' | 'removed';
  /** Why it is not active: for people. */
  readonly reason?: string | undefined;
  readonly created: number;
  /** When somebody looked last, and who. */
  readonly reviewed?: { readonly at: number; readonly by: string } | undefined;
  readonly history: readonly number[];
}

/** Fields of a registration, checked. */
export const REGISTRATION_FIELDS: {
  readonly [Name in keyof Required<AgentRegistration>]: z.ZodType<AgentRegistration[Name]>;
} = {
  name: AGENT_NAME,
  owner: ULID,
  team: ULID.optional(),
  purpose: z.string().min(1).max(2_000),
  tools: z.array(TOOL).max(500),
  dataClasses: z.array(DATA_CLASS).max(100),
  credentials: z.array(z.strictObject({ name: NAME, reference: REFERENCE })).max(50),
  model: NAME.optional(),
  reviewDue: z.int().min(0),
};

export const AGENTS: CollectionOf<AgentRecord> = {
  name: 'agents',
  schema: z.strictObject({
    ...REGISTRATION_FIELDS,
    status: z.enum(['active', 'suspended', 'removed']),
    reason: z.string().max(500).optional(),
    created: z.int(),
    reviewed: z.strictObject({ at: z.int(), by: ULID }).optional(),
    history: HISTORY,
  }),
};
