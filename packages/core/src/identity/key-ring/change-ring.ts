/** Changes of a key ring: each is one file written, so that a process killed at any moment leaves the ring before or the ring after. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../../kernel/index.ts';
import { syncFolder } from '../key-file.ts';
import { createNodeKey, type NodeKey } from '../node-key.ts';
import type { KeyContext, KeyEncryption } from './key-encryption.ts';
import {
  contextOf,
  encryptionOf,
  type KeyRingOptions,
  loadRing,
  type LoadedRing,
  ownFileOf,
} from './load-ring.ts';
import { dropUnusedKek, wrapSurely, writeOwnKek } from './make-ring.ts';
import { listed, readRing, writeRing } from './ring-files.ts';
import { MAX_BODY_KEYS, printRing, type RingContent, type WrappedKey } from './ring-text.ts';

/** Files of key-encryption keys beside the ring, and what a process that was killed while it wrote one has left. */
const KEK_NAMES = /^kek\.[0-9a-f]{16}\.key(?:\.\d+\.new)?$/;

/** What a ring holds, without any key: what `writ key status` shows. */
export interface KeyRingStatus {
  readonly generation: number;
  readonly beside: KeyStatus;
  /** The first is the present one. */
  readonly bodies: readonly KeyStatus[];
  /** Files of key-encryption keys beside the ring that wrap nothing in it: a change that was broken off has left them. */
  readonly unused: readonly string[];
}

/** One key of a ring. */
export interface KeyStatus {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly created: number;
  /** Id of the key-encryption key. */
  readonly kek: string;
}

/** The ring in the folder `keys`, as it says itself: nothing is unwrapped. `undefined` where there is none. Throws `key.malformed`, `key.permissions`. */
export function keyRingStatus(keys: string): KeyRingStatus | undefined {
  const ring = readRing(keys);
  if (ring === undefined) return undefined;
  const { beside, bodies } = ring.content;
  const status = ({ id, created, kek }: WrappedKey): KeyStatus => ({ id, created, kek });
  const used = [beside, ...bodies].map(({ kek }) => ownFileOf(keys, kek));
  const unused = kekFiles(keys).filter((name) => !used.includes(join(keys, name)));
  return { generation: ring.generation, beside: status(beside), bodies: bodies.map(status), unused };
}

/**
 * Wraps every key of the ring with `options.encryption`, or with a new key in a file beside the ring where that is absent; keys, bodies and entries stay as they are. Answers
 * its id. Key-encryption keys in files beside the ring that wrap nothing any more are destroyed, those too that a change which was broken off has left; one elsewhere is its
 * owner's to destroy.
 */
export async function rewrapKeyRing(options: KeyRingOptions): Promise<string> {
  // INVARIANT: listed before the ring is read: whoever wrote a key since then, for a change at the same time, keeps it.
  const former = kekFiles(options.keys);
  const ring = await mustLoad(options);
  const encryption = options.encryption ?? writeOwnKek(options);
  try {
    write(options, ring, await wrapAll(encryption, ring));
  } catch (fault) {
    if (options.encryption === undefined) dropUnusedKek(options.keys, encryption.id);
    throw fault;
  }
  const present = ownFileOf(options.keys, encryption.id);
  for (const file of former.map((name) => join(options.keys, name)))
    if (file !== present) rmSync(file, { force: true });
  syncFolder(options.keys);
  return encryption.id;
}

function kekFiles(keys: string): readonly string[] {
  return listed(keys).filter((name) => KEK_NAMES.test(name));
}

/** Puts a new key at the head of the ring: bodies are sealed with it from each process' next start on. The one before it stays for reading. Answers both ids. */
export async function addTenantKey(
  options: KeyRingOptions,
): Promise<{ readonly id: string; readonly previous: string; readonly kek: string }> {
  const ring = await mustLoad(options);
  const { bodies, beside } = ring.file.content;
  if (bodies.length >= MAX_BODY_KEYS)
    throw new Fault('bound.exceeded', `the key ring holds ${bodies.length} keys, at most ${MAX_BODY_KEYS}`, {
      hint: 'run `writ key rewrap`, then `writ key retire --tenant-key`',
    });
  const encryption = options.encryption ?? encryptionOf(beside.kek, options);
  const { key } = createNodeKey(options.random);
  const context = contextOf(options, key.id, 'body');
  const wrapped = await wrapSurely(encryption, key.bytes, context);
  const added = { id: key.id, created: options.clock.now(), kek: encryption.id, wrapped };
  write(options, ring, { beside, bodies: [added, ...bodies] });
  return { id: key.id, previous: (bodies[0] as WrappedKey).id, kek: encryption.id };
}

/** Destroys former keys: what is still sealed with them, in backups too, never opens again. Throws `log.conflict` for the present one. */
export async function destroyTenantKeys(options: KeyRingOptions, ids: readonly string[]): Promise<void> {
  const ring = await mustLoad(options);
  const { bodies, beside } = ring.file.content;
  if (bodies[0] === undefined || ids.includes(bodies[0].id))
    throw new Fault('log.conflict', 'the present key cannot be retired', {
      hint: 'make the next one with `writ key rotate --tenant-key` first',
    });
  write(options, ring, { beside, bodies: bodies.filter(({ id }) => !ids.includes(id)) });
}

async function mustLoad(options: KeyRingOptions): Promise<LoadedRing> {
  const ring = await loadRing(options);
  if (ring !== undefined) return ring;
  throw new Fault('key.missing', `no key ring stands in \`${options.keys}\``, { file: options.keys });
}

async function wrapAll(
  encryption: KeyEncryption,
  { file, besideBytes, bodies }: LoadedRing,
): Promise<Pick<RingContent, 'beside' | 'bodies'>> {
  const { content } = file;
  const wrap = async (key: WrappedKey, bytes: Uint8Array, role: KeyContext['role']): Promise<WrappedKey> => ({
    ...key,
    kek: encryption.id,
    wrapped: await wrapSurely(encryption, bytes, contextOf(content, key.id, role)),
  });
  const [beside, ...wrapped] = await Promise.all([
    wrap(content.beside, besideBytes, 'beside'),
    ...content.bodies.map((key, at) => wrap(key, (bodies[at] as NodeKey).bytes, 'body')),
  ]);
  return { beside, bodies: wrapped };
}

function write(
  { keys }: KeyRingOptions,
  { file, besideBytes }: LoadedRing,
  { beside, bodies }: Pick<RingContent, 'beside' | 'bodies'>,
): void {
  const { node, tenant } = file.content;
  writeRing(keys, file.generation, printRing({ node, tenant, beside, bodies }, besideBytes));
}
