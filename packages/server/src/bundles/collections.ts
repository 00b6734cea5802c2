/** Signed bundles and the keys that they are believed under. The server holds none of the private halves. */
import { createHash } from 'node:crypto';
import { OFFLINE_MODES, type OfflineMode } from '@writ/core';
import { z } from 'zod';
import { NAME, ULID } from '../people/index.ts';
import type { CollectionOf } from '../state/index.ts';

const HASH = z.string().regex(/^[0-9a-f]{64}$/);
export const ENVIRONMENT: z.ZodString = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,31}$/, 'small letters, digits and `-`');

/** A key that signs bundles of the organisation. Nodes do not take it from here: they were told theirs. */
export interface BundleAnchor {
  readonly name: string;
  /** `name+keyid+base64`. */
  readonly key: string;
  readonly created: number;
}
export const BUNDLE_ANCHORS: CollectionOf<BundleAnchor> = {
  name: 'bundle_anchors',
  schema: z.strictObject({ name: NAME, key: z.string().min(1).max(200), created: z.int() }),
};

/** A bundle that came signed; never changed. Its envelope is kept by `envelope`. */
export interface BundleRecord {
  readonly environment: string;
  /** ULID. */
  readonly team?: string | undefined;
  readonly version: number;
  /** SHA-256 of the document, and of the envelope around it. */
  readonly hash: string;
  readonly envelope: string;
  /** ULID of the policy version that it holds. */
  readonly policyVersion: string;
  /** Hash of the set, as decisions of nodes name it. */
  readonly policyHash: string;
  readonly created: number;
  readonly maxAge: number;
  readonly offline: OfflineMode;
  /** Ids of the keys that signed. */
  readonly signers: readonly string[];
  /** ULID of the person. */
  readonly uploadedBy: string;
  readonly uploaded: number;
}
export const BUNDLES: CollectionOf<BundleRecord> = {
  name: 'bundles',
  schema: z.strictObject({
    environment: ENVIRONMENT,
    team: ULID.optional(),
    version: z.int().min(1),
    hash: HASH,
    envelope: HASH,
    policyVersion: ULID,
    policyHash: HASH,
    created: z.int(),
    maxAge: z.int(),
    offline: z.enum(OFFLINE_MODES),
    signers: z.array(z.string()),
    uploadedBy: ULID,
    uploaded: z.int(),
  }),
};

/** For whom bundles are. */
export interface Track {
  readonly environment: string;
  readonly team?: string | undefined;
}

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** The id of the roll-out of a track: the same whoever asks first, so that two cannot begin it twice. In the form of a ULID, without its time. */
export function rolloutId(organisation: string, { environment, team }: Track): string {
  const digest = createHash('sha256').update(
    JSON.stringify(['writ/rollout', organisation, environment, team ?? null]),
  );
  let value = BigInt(`0x${digest.digest('hex').slice(0, 32)}`);
  let id = '';
  for (let digit = 0; digit < 26; digit += 1) {
    id = `${CROCKFORD[Number(value & 31n)] ?? ''}${id}`;
    value >>= 5n;
  }
  return id;
}
