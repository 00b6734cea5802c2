/** An identity provider that people of an organisation sign in with, as the operator configures it (OpenID Connect Core). */
import { z } from 'zod';
import { ROLES } from '../authority/index.ts';

/** Signatures of ID tokens that may be allowed: none with a secret that both sides hold, and never `none`. */
export const ID_TOKEN_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
] as const;

/** What members of a group of the provider are here. */
export interface GroupMapping {
  /** As the provider names it, letter by letter. */
  readonly group: string;
  readonly roles: readonly (typeof ROLES)[number][];
  /** ULIDs. */
  readonly teams: readonly string[];
  /** Names that quorums ask for. */
  readonly groups: readonly string[];
}

/** The settings of one provider. */
export interface IdentityProviderSettings {
  /** Stands in the redirect URI: `/v1/sign-in/providers/{id}/callback`. */
  readonly id: string;
  /** For people. */
  readonly name: string;
  /** ULID; absent where there is one organisation only. */
  readonly organisation?: string | undefined;
  readonly issuer: string;
  readonly clientId: string;
  /** Name of the environment variable that holds the client's secret, or path of a file that does; neither for a public client. */
  readonly clientSecretEnv?: string | undefined;
  readonly clientSecretFile?: string | undefined;
  /** One or more of {@link ID_TOKEN_ALGORITHMS}. */
  readonly algorithms: readonly (typeof ID_TOKEN_ALGORITHMS)[number][];
  readonly scopes: readonly string[];
  /** The claim that holds the groups. */
  readonly groupsClaim: string;
  readonly groups: readonly GroupMapping[];
  /** Whether somebody whom nobody invited becomes a person by signing in, if a group gives them a role. */
  readonly createPeople: boolean;
  /** Whether an invited person is known by an address that the provider says it verified. Leave it off for providers at which addresses can be chosen. */
  readonly linkByVerifiedEmail: boolean;
}

const ULID = z.string().regex(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/, 'a ULID');
const WORD = z.string().min(1).max(120);

/** Reads settings; unknown fields are refused. */
export const IDENTITY_PROVIDER: z.ZodType<IdentityProviderSettings> = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'small letters, digits and hyphens'),
    name: WORD,
    organisation: ULID.optional(),
    issuer: z.url().max(500).refine(isHttpsOrLoopback, 'https, or http on the loopback interface'),
    clientId: z.string().min(1).max(255),
    clientSecretEnv: z
      .string()
      .regex(/^[A-Za-z_][A-Za-z0-9_]*$/)
      .optional(),
    clientSecretFile: z.string().min(1).max(4_096).optional(),
    algorithms: z.array(z.enum(ID_TOKEN_ALGORITHMS)).min(1).default(['RS256']),
    scopes: z
      .array(z.string().regex(/^[\x21\x23-\x5B\x5D-\x7E]{1,100}$/))
      .default(['openid', 'profile', 'email']),
    groupsClaim: WORD.default('groups'),
    groups: z
      .array(
        z.strictObject({
          group: WORD,
          roles: z.array(z.enum(ROLES)).default([]),
          teams: z.array(ULID).max(100).default([]),
          groups: z.array(WORD).max(100).default([]),
        }),
      )
      .max(1_000)
      .default([]),
    createPeople: z.boolean().default(false),
    linkByVerifiedEmail: z.boolean().default(false),
  })
  .refine(
    ({ clientSecretEnv, clientSecretFile }) =>
      clientSecretEnv === undefined || clientSecretFile === undefined,
    'one of `clientSecretEnv` and `clientSecretFile`, not both',
  )
  .refine(({ scopes }) => scopes.includes('openid'), '`scopes` must have `openid`');

function isHttpsOrLoopback(text: string): boolean {
  const { protocol, hostname } = new URL(text);
  return (
    protocol === 'https:' || (protocol === 'http:' && /^(?:127\.0\.0\.1|\[::1\]|localhost)$/.test(hostname))
  );
}
