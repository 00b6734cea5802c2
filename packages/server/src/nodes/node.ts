/** Nodes: what was enrolled, by which key each is known, and which log is its own. */
import { createHash } from 'node:crypto';
import { parsePublicKey, publicKeyId } from '@writ/core';
import { z } from 'zod';
import { NAME, ULID } from '../people/index.ts';
import type { Plane } from '../plane.ts';
import { type Collection, type CollectionOf, HISTORY, type Stored } from '../state/index.ts';

/** Most keys of a node at once: the newest, and one that a rotation is from. */
const MAX_KEYS = 2;
/** Most keys of a node's log. */
export const MAX_LOG_KEYS = 8;
/** How long the key before is good beside the newest, in milliseconds: answers that were lost are asked for again with it. */
export const KEY_OVERLAP_MS: number = 60 * 60 * 1000;

/** `production`. */
export const ENVIRONMENT_NAME: z.ZodString = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,31}$/, 'small letters, digits and `-`');
const KEY_TEXT = z.string().min(1).max(400);

/** A key that requests of a node are proven with. */
export interface NodeKeyRecord {
  /** First 16 hexadecimal digits of the key's SHA-256. */
  readonly id: string;
  /** `name+keyid+base64`. */
  readonly key: string;
  readonly since: number;
  /** When it is good no more; absent for the newest. */
  readonly until?: number | undefined;
}

/** A node. What it is of is fixed at its enrolment; its keys change, and it does not. */
export interface NodeRecord {
  readonly name: string;
  readonly environment: string;
  /** ULID. */
  readonly team?: string | undefined;
  /** ULID of the agent that it is bound to. */
  readonly agent?: string | undefined;
  /** The newest last. */
  readonly keys: readonly NodeKeyRecord[];
  /** Of its log. */
  readonly origin: string;
  /** Verifier keys of its log. */
  readonly logKeys: readonly string[];
  readonly status: 'active' | 'suspended' | 'removed';
  /** Why it is not active: for people. */
  readonly reason?: string | undefined;
  readonly created: number;
  /** ULID. */
  readonly enrolment: string;
  readonly history: readonly number[];
}
export const NODES: CollectionOf<NodeRecord> = {
  name: 'nodes',
  schema: z.strictObject({
    name: NAME,
    environment: ENVIRONMENT_NAME,
    team: ULID.optional(),
    agent: ULID.optional(),
    keys: z
      .array(
        z.strictObject({
          id: z.string().regex(/^[0-9a-f]{16}$/),
          key: KEY_TEXT,
          since: z.int(),
          until: z.int().optional(),
        }),
      )
      .min(1)
      .max(MAX_KEYS),
    origin: z.string().min(1).max(255),
    logKeys: z.array(KEY_TEXT).min(1).max(MAX_LOG_KEYS),
    status: z.enum(['active', 'suspended', 'removed']),
    reason: z.string().max(500).optional(),
    created: z.int(),
    enrolment: ULID,
    history: HISTORY,
  }),
};

/** Whose log an origin is, over all organisations: a log has one node, and never changes its organisation. */
export interface OriginRecord {
  /** ULIDs. */
  readonly organisation: string;
  readonly node: string;
  readonly origin: string;
}
const ORIGINS: CollectionOf<OriginRecord> = {
  name: 'nodes',
  schema: z.strictObject({ organisation: ULID, node: ULID, origin: z.string().max(255) }),
};
/** In the place of an organisation's id, which this cannot be. */
const EVERY_ORGANISATION = 'origins';

/** Origins of logs, by the hash of their names. */
export function originsOf({ objects }: Pick<Plane, 'objects'>): Collection<OriginRecord> {
  return objects(EVERY_ORGANISATION, ORIGINS);
}

/** The key of an origin among them. */
export function originKey(origin: string): string {
  return createHash('sha256').update(origin).digest('hex');
}

/** `text` as a key of a node from `since` on. Throws `key.malformed`, `key.weak`. */
export function nodeKeyOf(text: string, since: number): NodeKeyRecord {
  return { id: publicKeyId(parsePublicKey(text).publicKey), key: text.trim(), since };
}

/** The key of `node` with that id, where it is good at `now`. */
export function goodKey(
  node: Pick<NodeRecord, 'keys' | 'status'>,
  id: string,
  now: number,
): NodeKeyRecord | undefined {
  if (node.status !== 'active') return undefined;
  return node.keys.find((key) => key.id === id && (key.until === undefined || now < key.until));
}

/** The node whose log `origin` is, with its organisation; `undefined` for nobody's, and for one that takes no part any more. */
export function nodeOfOrigin(
  plane: Pick<Plane, 'objects'>,
  origin: string,
): (Stored<NodeRecord> & { readonly organisation: string }) | undefined {
  const owner = originsOf(plane).get(originKey(origin));
  if (owner === undefined || owner.origin !== origin) return undefined;
  const node = plane.objects(owner.organisation, NODES).get(owner.node);
  return node === undefined || node.status !== 'active' || node.origin !== origin
    ? undefined
    : { ...node, organisation: owner.organisation };
}
