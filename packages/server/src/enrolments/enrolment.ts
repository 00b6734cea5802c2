/** One-time codes with which nodes are enrolled: shown once, kept as a hash, good for a short time and one node. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { Problem } from '../http/index.ts';
import { ENVIRONMENT_NAME } from '../nodes/index.ts';
import { NAME, ULID } from '../people/index.ts';
import type { Plane } from '../plane.ts';
import type { CollectionOf, Stored } from '../state/index.ts';

const FORM = /^writ_enrol_([0-7][0-9A-HJKMNP-TV-Z]{25})_([0-7][0-9A-HJKMNP-TV-Z]{25})_([A-Za-z0-9_-]{43})$/;

/** What a code is for, and what became of it. */
export interface Enrolment {
  /** Of the node. */
  readonly name: string;
  readonly environment: string;
  /** ULIDs. */
  readonly team?: string | undefined;
  readonly agent?: string | undefined;
  /** SHA-256 of the secret in hexadecimal. */
  readonly hash: string;
  readonly created: number;
  readonly expires: number;
  /** ULID of the person; absent for the server, whose own gateway runs beside it. */
  readonly createdBy?: string | undefined;
  readonly status: 'open' | 'used' | 'revoked';
  /** ULID; of `used`. */
  readonly node?: string | undefined;
  /** Id of the key that used it. */
  readonly keyId?: string | undefined;
  /** When somebody came with it and another key after it was used: it got about. */
  readonly seenAgain?: number | undefined;
}
export const ENROLMENTS: CollectionOf<Enrolment> = {
  name: 'enrolments',
  schema: z.strictObject({
    name: NAME,
    environment: ENVIRONMENT_NAME,
    team: ULID.optional(),
    agent: ULID.optional(),
    hash: z.string().regex(/^[0-9a-f]{64}$/),
    created: z.int(),
    expires: z.int(),
    createdBy: ULID.optional(),
    status: z.enum(['open', 'used', 'revoked']),
    node: ULID.optional(),
    keyId: z.string().optional(),
    seenAgain: z.int().optional(),
  }),
};

/** The code as it is shown, once. */
export function codeText(organisation: string, id: string, secret: string): string {
  return `writ_enrol_${organisation}_${id}_${secret}`;
}

/** The enrolment that `code` is of, with its organisation. Throws `request.unauthenticated` for a code that was never given out. */
export function enrolmentOf(
  plane: Plane,
  code: string,
): Stored<Enrolment> & { readonly organisation: string } {
  const [, organisation = '', id = '', secret = ''] = FORM.exec(code) ?? [];
  const found = plane.objects(organisation, ENROLMENTS).get(id);
  const given = createHash('sha256').update(secret).digest();
  if (found === undefined || !timingSafeEqual(given, Buffer.from(found.hash, 'hex')))
    throw new Problem(
      'request.unauthenticated',
      'this enrolment code was not given out here; ask an administrator for one',
    );
  return { ...found, organisation };
}
