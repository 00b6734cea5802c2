/** A key ring as text: strict, and sealed with a key of its own, so that nobody changes which key is the present one. */
import { hmacSha256 } from '../../kernel/crypto/index.ts';
import {
  asJson,
  canonicalJson,
  equalBytes,
  Fault,
  fromBase64,
  fromHex,
  parseStrictJson,
  toBase64,
  toHex,
} from '../../kernel/index.ts';
import { z } from 'zod';
import { parseNoun } from '../../model/index.ts';

const VERSION = 1;
/** Most keys of bodies in a ring: the present one, and those whose bodies are not wrapped anew yet. */
export const MAX_BODY_KEYS = 16;
const SEAL_TAG = 'writ/key-ring/v1';

/** One wrapped key. */
export interface WrappedKey {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly created: number;
  /** Id of the key-encryption key. */
  readonly kek: string;
  readonly wrapped: Uint8Array;
}

/** What stands in the file. */
export interface RingContent {
  readonly node: string;
  readonly tenant: string;
  /** Keys of index and state. */
  readonly beside: WrappedKey;
  /** Keys of bodies: the first seals new ones, the others only read. */
  readonly bodies: readonly WrappedKey[];
}

/** What entries take for a name. */
const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,127}$/);
const wrappedSchema = z.strictObject({
  id: name,
  created: z.int().min(0),
  status: z.enum(['present', 'former']),
  kek: name,
  wrapped: z.base64().max(8_192),
});
const ringSchema = z.strictObject({
  version: z.literal(VERSION),
  node: z.string().min(1).max(256),
  tenant: z.string().min(1).max(256),
  beside: wrappedSchema,
  bodies: z.array(wrappedSchema).min(1).max(MAX_BODY_KEYS),
  seal: z.string().regex(/^[0-9a-f]{64}$/),
});

/** A ring that was read; nothing of it is believed before {@link requireSeal}. */
export interface ParsedRing {
  readonly content: RingContent;
  readonly seal: Uint8Array;
}

/** `content` with its seal under the secret of the keys of index and state. */
export function printRing(content: RingContent, besideBytes: Uint8Array): string {
  const seal = toHex(sealOf(content, besideBytes));
  return `${JSON.stringify({ ...plain(content), seal }, null, 2)}\n`;
}

/** Throws `key.malformed`. */
export function parseRing(text: string): ParsedRing {
  const ring = parseNoun(ringSchema, parseStrictJson(text), 'key.malformed', 'the key ring');
  const [first, ...others] = ring.bodies;
  const ids = new Set(ring.bodies.map(({ id }) => id));
  if (
    first?.status !== 'present' ||
    ring.beside.status !== 'present' ||
    others.some(({ status }) => status !== 'former') ||
    ids.size !== ring.bodies.length
  )
    throw new Fault('key.malformed', 'the key ring does not say which key is the present one');
  const { node, tenant, beside, bodies } = ring;
  const content = { node, tenant, beside: wrappedOf(beside), bodies: bodies.map(wrappedOf) };
  return { content, seal: fromHex(ring.seal) };
}

/** Throws `key.refused` where the ring is not the one that was sealed: somebody edited it. */
export function requireSeal({ content, seal }: ParsedRing, besideBytes: Uint8Array): void {
  if (equalBytes(seal, sealOf(content, besideBytes))) return;
  throw new Fault('key.refused', 'the key ring was edited: its seal is not that of what stands in it', {
    hint: 'put back the file as Writ wrote it',
  });
}

function sealOf(content: RingContent, besideBytes: Uint8Array): Uint8Array {
  const key = hmacSha256(besideBytes, SEAL_TAG);
  return hmacSha256(key, canonicalJson(asJson<ReturnType<typeof plain>>(plain(content))));
}

function plain({ node, tenant, beside, bodies }: RingContent) {
  const wrapped = ({ id, created, kek, wrapped: bytes }: WrappedKey, status: 'present' | 'former') => ({
    id,
    created,
    status,
    kek,
    wrapped: toBase64(bytes),
  });
  return {
    version: VERSION,
    node,
    tenant,
    beside: wrapped(beside, 'present'),
    bodies: bodies.map((key, at) => wrapped(key, at === 0 ? 'present' : 'former')),
  };
}

function wrappedOf({ id, created, kek, wrapped }: z.infer<typeof wrappedSchema>): WrappedKey {
  return { id, created, kek, wrapped: fromBase64(wrapped) };
}
