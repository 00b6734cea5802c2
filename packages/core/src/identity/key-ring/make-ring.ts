/** Makes the first key ring of a data folder; one from before there were rings is taken over without losing a body. */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { sha256Hex } from '../../kernel/crypto/index.ts';
import { equalBytes, Fault, isFault } from '../../kernel/index.ts';
import { BESIDE_KEY_BYTES, besideKeyBytes, deriveBesideKey } from '../../model/index.ts';
import { readKeyFile, syncFolder, writeKeyFile } from '../key-file.ts';
import { createNodeKey, type NodeKey, parseNodeKey } from '../node-key.ts';
import { createEncryptionKey } from './encryption-key-file.ts';
import type { KeyContext, KeyEncryption } from './key-encryption.ts';
import { contextOf, type KeyRingOptions, ownFileOf } from './load-ring.ts';
import { readRing, writeRing } from './ring-files.ts';
import { printRing, type WrappedKey } from './ring-text.ts';

/** File of the one key that there was before there were rings; it wrapped bodies and keyed all that stands beside them. */
export const NODE_KEY_FILE = 'node.key';
/** It, and what a process that was killed while it wrote it has left. */
const NODE_KEY_NAMES = /^node\.key(?:\.\d+\.new)?$/;

/** Writes the first ring: of the former node key where one stands there, else of new keys. Throws `log.conflict` where another process was first. */
export async function makeRing(options: KeyRingOptions): Promise<void> {
  const { keys, node, tenant, clock, random } = options;
  const former = readNodeKey(keys);
  const key = former ?? createNodeKey(random).key;
  const beside =
    former === undefined
      ? random.bytes(BESIDE_KEY_BYTES)
      : besideKeyBytes(deriveBesideKey({ keyId: former.id, key: former.bytes }, tenant));
  const besideId = former?.id ?? sha256Hex(beside).slice(0, key.id.length);
  const encryption = options.encryption ?? writeOwnKek(options);
  const wrap = async (id: string, bytes: Uint8Array, role: KeyContext['role']): Promise<WrappedKey> => ({
    id,
    created: clock.now(),
    kek: encryption.id,
    wrapped: await wrapSurely(encryption, bytes, contextOf({ node, tenant }, id, role)),
  });
  const content = {
    node,
    tenant,
    beside: await wrap(besideId, beside, 'beside'),
    bodies: [await wrap(key.id, key.bytes, 'body')],
  };
  try {
    writeRing(keys, 0, printRing(content, beside));
  } catch (fault) {
    if (options.encryption === undefined) dropUnusedKek(keys, encryption.id);
    throw fault;
  }
}

/** A new key-encryption key in a file beside the ring. */
export function writeOwnKek({ keys, random }: Pick<KeyRingOptions, 'keys' | 'random'>): KeyEncryption {
  const { encryption, text } = createEncryptionKey(random);
  writeKeyFile(ownFileOf(keys, encryption.id) as string, text);
  return encryption;
}

/** Destroys the file of a key-encryption key of a change that failed. INVARIANT: not where the ring is wrapped by it, because the change failed behind that. */
export function dropUnusedKek(keys: string, kek: string): void {
  const file = ownFileOf(keys, kek);
  if (file === undefined || isWrappedBy(keys, kek)) return;
  rmSync(file, { force: true });
  syncFolder(keys);
}

function isWrappedBy(keys: string, kek: string): boolean {
  try {
    const content = readRing(keys)?.content;
    return content !== undefined && [content.beside, ...content.bodies].some((key) => key.kek === kek);
  } catch {
    // What does not say that it is not wrapped by it may be.
    return true;
  }
}

/** INVARIANT: nothing is trusted to a key-encryption key that does not give it back. Throws `key.refused`. */
export async function wrapSurely(
  encryption: KeyEncryption,
  bytes: Uint8Array,
  context: KeyContext,
): Promise<Uint8Array> {
  const wrapped = await encryption.wrap(bytes, context);
  if (equalBytes(await encryption.unwrap(wrapped, context), bytes)) return wrapped;
  throw new Fault(
    'key.refused',
    `the key-encryption key \`${encryption.id}\` gives back another key than it was given`,
  );
}

/**
 * Removes the former node key once the ring, as it was read from the disk, holds it. Throws `key.refused` where a node key stands there that the ring does not hold: bodies
 * may be sealed with it.
 */
export function dropNodeKey(keys: string, bodies: readonly NodeKey[]): void {
  const former = readNodeKey(keys);
  if (former === undefined) return;
  if (!bodies.some(({ id, bytes }) => id === former.id && equalBytes(bytes, former.bytes)))
    throw new Fault('key.refused', `the key in \`${join(keys, NODE_KEY_FILE)}\` is not in the key ring`, {
      hint: 'an older Writ may have made it: move it away, and keep it until every sealed body opens',
    });
  for (const name of readdirSync(keys))
    if (NODE_KEY_NAMES.test(name)) rmSync(join(keys, name), { force: true });
  syncFolder(keys);
}

/** Whether the folder is one from before there were rings. */
export function hasNodeKey(keys: string): boolean {
  return readNodeKey(keys) !== undefined;
}

function readNodeKey(keys: string): NodeKey | undefined {
  try {
    return parseNodeKey(readKeyFile(join(keys, NODE_KEY_FILE)));
  } catch (fault) {
    if (isFault(fault, 'key.missing')) return undefined;
    throw fault;
  }
}
