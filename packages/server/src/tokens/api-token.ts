/** API tokens: shown once, kept as a hash, found by the ids in them. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Random } from '@writ/core';
import { z } from 'zod';
import { type Role, ROLES } from '../authority/index.ts';
import type { Authenticator } from '../callers/index.ts';
import { Problem } from '../http/index.ts';
import { concernsOf, NAME, PEOPLE, ULID } from '../people/index.ts';
import type { Plane } from '../plane.ts';
import type { CollectionOf, Stored } from '../state/index.ts';

/** Bytes of a token's secret. */
const SECRET_BYTES = 32;
const FORM = /^writ_([0-7][0-9A-HJKMNP-TV-Z]{25})_([0-7][0-9A-HJKMNP-TV-Z]{25})_([A-Za-z0-9_-]{43})$/;

/** A token as it is kept. It can do what its person can, or less. */
export interface ApiToken {
  readonly name: string;
  /** ULID. */
  readonly person: string;
  /** At most those of the person when it is used. */
  readonly roles: readonly Role[];
  /** SHA-256 of the secret, in hexadecimal: 256 random bits need no slower hash. */
  readonly hash: string;
  readonly created: number;
  /** Milliseconds since 1970. */
  readonly expires: number;
  /** ULID of the token that it was made with, without which it is not good; absent where its person made it in a session. */
  readonly madeWith?: string | undefined;
}
export const API_TOKENS: CollectionOf<ApiToken> = {
  name: 'api_tokens',
  schema: z.strictObject({
    name: NAME,
    person: ULID,
    roles: z.array(z.enum(ROLES)).min(1),
    hash: z.string().regex(/^[0-9a-f]{64}$/),
    created: z.int(),
    expires: z.int(),
    madeWith: ULID.optional(),
  }),
};

/** A new secret, and its hash. */
export function createSecret(random: Random): { readonly secret: string; readonly hash: string } {
  const secret = Buffer.from(random.bytes(SECRET_BYTES)).toString('base64url');
  return { secret, hash: hashOf(secret) };
}

/** The token as its owner is shown it, once. */
export function tokenText(organisation: string, id: string, secret: string): string {
  return `writ_${organisation}_${id}_${secret}`;
}

/** Takes `Authorization: Bearer writ_…`. */
export function tokenAuthenticator(plane: Plane): Authenticator {
  return (request) => {
    const header = request.headers.get('authorization');
    if (header === null || !/^bearer /i.test(header)) return Promise.resolve(undefined);
    const shown = presented(plane, header.slice('bearer '.length).trim());
    const { organisation, id, token, isGood } = shown;
    const tokens = plane.objects(organisation, API_TOKENS);
    // INVARIANT: whoever stole a token and made others with it has none once it is revoked.
    const isOrphan = token?.madeWith !== undefined && tokens.get(token.madeWith) === undefined;
    const person = token === undefined ? undefined : plane.objects(organisation, PEOPLE).get(token.person);
    if (
      token === undefined ||
      person === undefined ||
      isOrphan ||
      !isGood ||
      plane.clock.now() >= token.expires ||
      person.status !== 'active'
    )
      throw new Problem(
        'request.unauthenticated',
        'the API token is not good here: unknown, expired or revoked',
      );
    return Promise.resolve({
      kind: 'token',
      id: token.person,
      organisation,
      // INVARIANT: a role that the person lost is lost to their tokens.
      roles: token.roles.filter((role) => person.roles.includes(role)),
      teams: person.teams,
      credential: id,
      concerns: concernsOf(person, token.person),
      isCookie: false,
    });
  };
}

/** A token that somebody showed. */
interface Presented {
  readonly organisation: string;
  readonly id: string;
  /** The one of that id; absent where there is none. */
  readonly token: Stored<ApiToken> | undefined;
  /** Whether its secret was shown; whether it may be used yet is another question. */
  readonly isGood: boolean;
}

/** What `text` is here; in the same time whether it is anything or not. */
export function presented(plane: Pick<Plane, 'objects'>, text: string): Presented {
  const [, organisation = '', id = '', secret = ''] = FORM.exec(text) ?? [];
  const token = plane.objects(organisation, API_TOKENS).get(id);
  return { organisation, id, token, isGood: equal(hashOf(secret), token?.hash ?? hashOf('')) };
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

function equal(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(one), Buffer.from(other));
}
