/** What people prove with who they are: passkeys, links that are good once, and commands that they agreed to. All are objects of their organisation. */
import { z } from 'zod';
import { type Role, ROLES } from '../../authority/index.ts';
import { NAME, ULID } from '../../people/index.ts';
import type { Plane } from '../../plane.ts';
import type { CollectionOf, Stored } from '../../state/index.ts';

const BASE64URL = /^[A-Za-z0-9_-]+$/;

/** A passkey of a person (WebAuthn). */
export interface Passkey {
  readonly type: 'passkey';
  /** ULID. */
  readonly person: string;
  /** As its owner calls it. */
  readonly name: string;
  /** The credential's id, base64url. */
  readonly credential: string;
  /** COSE public key (RFC 9052), base64url. */
  readonly key: string;
  readonly transports: readonly string[];
  /** How often it said that it was used, when it was made; 0 where it counts nothing. */
  readonly counter: number;
  /** Whether it is copied to other devices of its owner. */
  readonly isSynced: boolean;
  /** Milliseconds since 1970. */
  readonly created: number;
}

/** A link that a person who has never signed in makes a passkey with. */
export interface SignInLink {
  readonly type: 'link';
  /** `first`: of the first administrator, good while nobody has signed in; `recovery`: given by the operator of the server to whoever lost their passkeys. */
  readonly purpose: 'first' | 'invitation' | 'recovery';
  readonly person: string;
  /** SHA-256 of its 256 random bits, in hexadecimal. */
  readonly hash: string;
  readonly created: number;
  readonly expires: number;
}

/** A code with which a person comes in for an emergency, once. */
export interface EmergencyCode {
  readonly type: 'emergency';
  readonly person: string;
  /** SHA-256 of its 256 random bits, in hexadecimal. */
  readonly hash: string;
  readonly created: number;
  readonly expires: number;
}

/** A command that a person agreed to have sign in for them, until it came for its API token. Its key is the id of the row that it asks by. */
export interface DeviceLogin {
  readonly type: 'device';
  readonly person: string;
  /** SHA-256 over what the command asks by, and the machine that the person was shown. */
  readonly hash: string;
  /** At most those of the person when they agreed, and when it comes. */
  readonly roles: readonly Role[];
  /** Life of the token. */
  readonly days: number;
  readonly created: number;
  readonly expires: number;
}

/** Any of these. */
export type Credential = Passkey | SignInLink | EmergencyCode | DeviceLogin;

const PASSKEY = z.strictObject({
  type: z.literal('passkey'),
  person: ULID,
  name: NAME,
  credential: z.string().max(1_400).regex(BASE64URL),
  key: z.string().max(1_400).regex(BASE64URL),
  transports: z.array(z.string().max(20)).max(10),
  counter: z.int().min(0),
  isSynced: z.boolean(),
  created: z.int(),
});
const LINK = z.strictObject({
  type: z.literal('link'),
  purpose: z.enum(['first', 'invitation', 'recovery']),
  person: ULID,
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  created: z.int(),
  expires: z.int(),
});
const DEVICE = z.strictObject({
  type: z.literal('device'),
  person: ULID,
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  roles: z.array(z.enum(ROLES)).min(1),
  days: z.int().min(1),
  created: z.int(),
  expires: z.int(),
});

const EMERGENCY = z.strictObject({
  type: z.literal('emergency'),
  person: ULID,
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  created: z.int(),
  expires: z.int(),
});

export const CREDENTIALS: CollectionOf<Credential> = {
  name: 'credentials',
  schema: z.discriminatedUnion('type', [PASSKEY, LINK, EMERGENCY, DEVICE]),
};

/** The passkeys of a person, oldest first. */
export function passkeysOf(
  plane: Pick<Plane, 'objects'>,
  organisation: string,
  person: string,
): readonly Stored<Passkey>[] {
  return credentialsOf(plane, organisation, person).filter(
    (credential): credential is Stored<Passkey> => credential.type === 'passkey',
  );
}

/** Everything that a person proves with who they are. */
export function credentialsOf(
  { objects }: Pick<Plane, 'objects'>,
  organisation: string,
  person: string,
): readonly Stored<Credential>[] {
  return objects(organisation, CREDENTIALS)
    .list()
    .filter((credential) => credential.person === person);
}
