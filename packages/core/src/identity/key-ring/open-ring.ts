/** The keys of a tenant's bodies, state and index, as processes hold them. */
import { Fault, isFault } from '../../kernel/index.ts';
import { type BesideKey, besideKeyFrom } from '../../model/index.ts';
import { requireOwnFolder } from '../key-file.ts';
import type { NodeKey } from '../node-key.ts';
import {
  contextOf,
  encryptionOf,
  keyOf,
  type KeyRingOptions,
  loadRing,
  type LoadedRing,
} from './load-ring.ts';
import { dropNodeKey, hasNodeKey, makeRing } from './make-ring.ts';
import { readRing, removeBefore } from './ring-files.ts';
import { requireSeal, type WrappedKey } from './ring-text.ts';

/** A key that wraps the keys of bodies, as a log takes it. */
export interface TenantKey {
  readonly keyId: string;
  /** 32 bytes. */
  readonly key: Uint8Array;
  /** Keys of index and state: the same for all keys of the ring. */
  readonly beside: BesideKey;
}

/** What a log is opened with: the members are those of `LogOptions`. */
export interface TenantKeys {
  readonly bodyKey: TenantKey;
  readonly formerBodyKeys: readonly TenantKey[];
  /** The key of that id, where another process has put it into the ring since: the ring is read again. Blocks for no service. */
  readonly findBodyKey: (keyId: string) => TenantKey | undefined;
}

/** How to open a ring that may not be there yet. */
export interface OpenRingOptions extends KeyRingOptions {
  /** Whether keys are made where there are none; a folder with a node key has keys. */
  readonly create: boolean;
}

/**
 * Opens the ring: key services are asked here and not for each entry. One from before there were rings is made from the node key, which is removed once the ring was read
 * back. Throws `key.missing` (nothing there and not `create`), `key.unavailable`, `key.refused`, `key.malformed`, `key.permissions`.
 */
export async function openKeyRing(options: OpenRingOptions): Promise<TenantKeys> {
  requireOwnFolder(options.keys);
  const ring = (await loadRing(options)) ?? (await makeAndLoad(options));
  removeBefore(options.keys, ring.file.generation);
  dropNodeKey(options.keys, ring.bodies);
  return new OpenRing(ring, options);
}

async function makeAndLoad(options: OpenRingOptions): Promise<LoadedRing> {
  const { keys, create } = options;
  const mayMake = create || hasNodeKey(keys);
  try {
    // Without a node key and not to be made: another process has taken it over since, or there is nothing.
    if (mayMake) await makeRing(options);
  } catch (fault) {
    // Another process was first: its ring is the one.
    if (!isFault(fault, 'log.conflict')) throw fault;
  }
  const ring = await loadRing(options);
  if (ring === undefined)
    throw new Fault('key.missing', `no key ring stands in \`${keys}\``, {
      file: keys,
      hint: 'put back `body-keys.*.json` and what wraps it from where the keys are kept: without them no sealed body opens',
    });
  return ring;
}

class OpenRing implements TenantKeys {
  readonly bodyKey: TenantKey;
  readonly formerBodyKeys: readonly TenantKey[];
  readonly #beside: BesideKey;
  readonly #options: KeyRingOptions;
  readonly #besideBytes: Uint8Array;
  readonly #known = new Map<string, TenantKey>();
  /** Ids that a key service is being asked for. */
  readonly #asked = new Set<string>();

  constructor({ file, besideBytes, bodies }: LoadedRing, options: KeyRingOptions) {
    this.#beside = besideKeyFrom(file.content.beside.id, new Uint8Array(besideBytes));
    const [present, ...former] = bodies.map((key) => this.#learn(key));
    if (present === undefined) throw new Fault('key.malformed', 'the key ring holds no key');
    this.bodyKey = present;
    this.formerBodyKeys = former;
    this.#besideBytes = besideBytes;
    this.#options = options;
  }

  readonly findBodyKey = (keyId: string): TenantKey | undefined => {
    const known = this.#known.get(keyId);
    if (known !== undefined) return known;
    const ring = readRing(this.#options.keys);
    const wrapped = ring?.content.bodies.find(({ id }) => id === keyId);
    if (ring === undefined || wrapped === undefined) return undefined;
    requireSeal(ring, this.#besideBytes);
    const encryption = encryptionOf(wrapped.kek, this.#options);
    const context = contextOf(ring.content, keyId, 'body');
    if (encryption.unwrapNow !== undefined)
      return this.#learn(keyOf(keyId, encryption.unwrapNow(wrapped.wrapped, context)));
    void this.#ask(wrapped);
    return undefined;
  };

  /** Asks a key service, so that the next reader finds the key; what it refuses, the next reader asks again. */
  async #ask({ id, kek, wrapped }: WrappedKey): Promise<void> {
    if (this.#asked.has(id)) return;
    this.#asked.add(id);
    try {
      const context = contextOf(this.#options, id, 'body');
      this.#learn(keyOf(id, await encryptionOf(kek, this.#options).unwrap(wrapped, context)));
    } catch {
      // Nobody waits for this, and a throw would end the process: the reader was refused, and the next one asks again.
    } finally {
      this.#asked.delete(id);
    }
  }

  #learn({ id, bytes }: NodeKey): TenantKey {
    const key = { keyId: id, key: bytes, beside: this.#beside };
    this.#known.set(id, key);
    return key;
  }
}
