/** Reads a key ring and opens all of it. */
import { join } from 'node:path';
import { AEAD_KEY_BYTES } from '../../kernel/crypto/index.ts';
import { type Clock, Fault, isFault, type Random } from '../../kernel/index.ts';
import { type NodeKey, nodeKey } from '../node-key.ts';
import { fileKeyEncryption } from './encryption-key-file.ts';
import { type KeyContext, type KeyEncryption, refusedKey } from './key-encryption.ts';
import { readRing, type RingFile } from './ring-files.ts';
import { requireSeal, type RingContent, type WrappedKey } from './ring-text.ts';

/** Times that a ring is opened again which another process replaced meanwhile, with the file of its key. */
const ATTEMPTS = 5;
const OWN_KEY = /^key:([0-9a-f]{16})$/;

/** Whose ring it is, and what opens it. */
export interface KeyRingOptions {
  /** The folder of the keys, `keys` in a data folder. */
  readonly keys: string;
  /** Id of the node, which stays the same when the log gets other keys or another origin. */
  readonly node: string;
  readonly tenant: string;
  /** What wraps the keys. Absent: a file beside the ring, `kek.ID.key`, which keeps from nobody what stands beside it. */
  readonly encryption?: KeyEncryption;
  /** What wrapped them before, for reading until all are wrapped anew. */
  readonly former?: readonly KeyEncryption[];
  readonly clock: Clock;
  readonly random: Random;
}

/** A ring that is open. */
export interface LoadedRing {
  readonly file: RingFile;
  readonly besideBytes: Uint8Array;
  /** In the order of the ring. */
  readonly bodies: readonly NodeKey[];
}

/**
 * The ring in the folder, every key unwrapped; `undefined` where there is none. Throws `key.unavailable`, `key.refused` (also for a ring that was edited, or is another
 * node's), `key.malformed`, `key.permissions`.
 */
export async function loadRing(options: KeyRingOptions): Promise<LoadedRing | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    const file = readRing(options.keys);
    if (file === undefined) return undefined;
    try {
      return await unwrapAll(file, options);
    } catch (fault) {
      const isReplaced = readRing(options.keys)?.generation !== file.generation;
      if (!isReplaced || attempt === ATTEMPTS) throw fault;
    }
  }
}

async function unwrapAll(file: RingFile, options: KeyRingOptions): Promise<LoadedRing> {
  const { content } = file;
  if (content.node !== options.node || content.tenant !== options.tenant)
    throw new Fault('key.refused', `the key ring in \`${options.keys}\` is that of another node or tenant`, {
      hint: 'put back the ring of this data folder',
    });
  const open = (key: WrappedKey, role: KeyContext['role']): Promise<Uint8Array> =>
    encryptionOf(key.kek, options).unwrap(key.wrapped, contextOf(content, key.id, role));
  const [besideBytes, ...bodies] = await Promise.all([
    open(content.beside, 'beside'),
    ...content.bodies.map((key) => open(key, 'body')),
  ]);
  requireSeal(file, besideBytes);
  return { file, besideBytes, bodies: content.bodies.map(({ id }, at) => keyOf(id, bodies[at])) };
}

/** What a key of the ring is bound to. */
export function contextOf(
  { node, tenant }: Pick<RingContent, 'node' | 'tenant'>,
  keyId: string,
  role: KeyContext['role'],
): KeyContext {
  return { node, tenant, keyId, role };
}

/** The key-encryption key of that id: one that was handed in, or a file beside the ring. Throws `key.unavailable`. */
export function encryptionOf(kek: string, options: KeyRingOptions): KeyEncryption {
  const { keys, encryption, former = [], random } = options;
  const found = [encryption, ...former].find((one) => one?.id === kek);
  if (found !== undefined) return found;
  const file = ownFileOf(keys, kek);
  if (file === undefined) throw unknownKek(kek, options);
  try {
    const own = fileKeyEncryption(file, random);
    if (own.id === kek) return own;
  } catch (fault) {
    if (!isFault(fault, 'key.unavailable')) throw fault;
    throw unknownKek(kek, options);
  }
  throw refusedKey(kek, contextOf(options, '*', 'body'));
}

/** Where the key-encryption key `kek` lies that Writ made by itself; `undefined` for one that has no such place. */
export function ownFileOf(keys: string, kek: string): string | undefined {
  const digits = OWN_KEY.exec(kek)?.[1];
  return digits === undefined ? undefined : join(keys, `kek.${digits}.key`);
}

/**
 * A key of bodies from what was unwrapped. INVARIANT: the id is that of these bytes, so that a key service which answers another key has nothing sealed with it. Throws
 * `key.refused`.
 */
export function keyOf(id: string, bytes: Uint8Array | undefined): NodeKey {
  const key = bytes?.length === AEAD_KEY_BYTES ? nodeKey(new Uint8Array(bytes)) : undefined;
  if (key?.id === id) return key;
  throw new Fault('key.refused', `what was unwrapped as the body key \`${id}\` is not that key`, {
    hint: 'look at what holds the key-encryption key: it answers with something else than it was given',
  });
}

function unknownKek(kek: string, { encryption }: KeyRingOptions): Fault {
  const configured = encryption === undefined ? 'none' : `\`${encryption.id}\``;
  return new Fault(
    'key.unavailable',
    `the keys are wrapped by the key-encryption key \`${kek}\`; ${configured} is configured`,
    { hint: 'name it under `keys:` in writ.yaml, as `encryption` or among `former`, and make it reachable' },
  );
}
