/** The keys of a data folder: made on first use, then always the same. */
import { readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, createUlid, Fault, isFault, type Random } from '../kernel/index.ts';
import { readKeyFile, syncFolder, writeKeyFile } from './key-file.ts';
import { createSigningKey, parseSigningKey, parseSigningSeed, type SigningKey } from './signing-key.ts';

/** Folder of the keys inside a data folder, mode 0700. */
export const KEYS_FOLDER = 'keys';
/** File of the key that signs checkpoints; its name is the log's origin. */
export const LOG_KEY_FILE = 'log.key';
/** File of the key that signs checkpoints beside the log key while keys change. */
const NEXT_KEY_FILE = 'log.next.key';
/** A key on its way to the place of the log key. */
const SUCCESSOR_KEY_FILE = 'log.successor.key';
/** File of the node's id, where the log key is no longer the one that it was derived from. */
const NODE_ID_FILE = 'node.id';

/** Whose log it is, and what it signs with; what its bodies are sealed with is in the key ring (`openKeyRing`). */
export interface DataKeys {
  readonly logKey: SigningKey;
  /** Seed of the log key, 32 bytes: what `openLog` signs with. */
  readonly logSeed: Uint8Array;
  /** The key that signs beside it and will take its place; absent where keys do not change. */
  readonly nextKey?: { readonly key: SigningKey; readonly seed: Uint8Array };
  /** What `openLog` takes. */
  readonly signingKey: { readonly seed: Uint8Array; readonly overlapping: readonly Uint8Array[] };
  /** Name of the log key. */
  readonly origin: string;
  /** Id of the node, derived from its first log key: one data folder is one node. */
  readonly node: string;
}

/**
 * The keys of the data folder at `folder`. Where none stand there and `create` is set, they are made: the log key under `origin`, or under a
 * fresh origin `writ.local/<ulid>`. Several processes may do so at once; one of them wins and all use its keys.
 *
 * Throws `key.missing` (nothing there and not `create`), `key.permissions`, `key.malformed`, and `config.invalid` where `origin` is given and is
 * not that of the key that stands there.
 */
export function openDataKeys(
  folder: string,
  options: {
    readonly origin?: string;
    readonly create: boolean;
    readonly clock: Clock;
    readonly random: Random;
  },
): DataKeys {
  const { clock, random, create } = options;
  const logFile = join(folder, KEYS_FOLDER, LOG_KEY_FILE);
  if (create) {
    const origin = options.origin ?? `writ.local/${createUlid(clock, random).toLowerCase()}`;
    createOnce(logFile, () => createSigningKey(origin, random).text);
  }
  const text = readKeyFile(logFile);
  const logKey = parseSigningKey(text);
  const origin = logKey.key.name;
  if (options.origin !== undefined && options.origin !== origin) {
    throw new Fault(
      'config.invalid',
      `the configuration names the origin \`${options.origin}\`, the log key in \`${logFile}\` is for \`${origin}\``,
      { file: logFile, hint: 'a log keeps its origin for life: take the key’s, or open another data folder' },
    );
  }
  const nextKey = readNextKey(folder, origin);
  const logSeed = parseSigningSeed(text);
  return {
    logKey,
    logSeed,
    ...(nextKey === undefined ? {} : { nextKey }),
    signingKey: { seed: logSeed, overlapping: nextKey === undefined ? [] : [nextKey.seed] },
    origin,
    node: readNodeId(folder) ?? `node-${logKey.keyId}`,
  };
}

/** Writes the key file unless it is there already. */
function createOnce(path: string, make: () => string): void {
  try {
    readKeyFile(path);
  } catch (fault) {
    if (!isFault(fault, 'key.missing')) throw fault;
    try {
      writeKeyFile(path, make());
    } catch (cause) {
      if (!isFault(cause, 'config.exists')) throw cause;
    }
  }
}

function readNextKey(folder: string, origin: string): DataKeys['nextKey'] {
  let text: string;
  try {
    text = readKeyFile(join(folder, KEYS_FOLDER, NEXT_KEY_FILE));
  } catch (fault) {
    if (isFault(fault, 'key.missing')) return undefined;
    throw fault;
  }
  const key = parseSigningKey(text);
  if (key.key.name !== origin)
    throw new Fault('key.malformed', `the next log key is for \`${key.key.name}\`, the log is \`${origin}\``);
  return { key, seed: parseSigningSeed(text) };
}

function readNodeId(folder: string): string | undefined {
  try {
    return readKeyFile(join(folder, KEYS_FOLDER, NODE_ID_FILE)).trim();
  } catch (fault) {
    if (isFault(fault, 'key.missing')) return undefined;
    throw fault;
  }
}

/** Makes the key that signs beside the log key from the next start on. Throws `config.exists` where keys change already. */
export function addNextLogKey(folder: string, origin: string, random: Random): SigningKey {
  const { key, text } = createSigningKey(origin, random);
  writeKeyFile(join(folder, KEYS_FOLDER, NEXT_KEY_FILE), text);
  return key;
}

/**
 * Puts the next key in the place of the log key, whose private half is gone then. The node keeps its id. The state must be sealed with the next key already
 * (`resealState`). Throws `key.missing` where there is no next key.
 */
export function promoteNextLogKey(folder: string, node: string): void {
  const file = (name: string): string => join(folder, KEYS_FOLDER, name);
  readKeyFile(file(NEXT_KEY_FILE));
  createOnce(file(NODE_ID_FILE), () => `${node}\n`);
  renameSync(file(NEXT_KEY_FILE), file(LOG_KEY_FILE));
  settle(folder);
}

/** Ending of a key file that is being written (`writeKeyFile`). */
const DRAFT_ENDING = '.new';

/** Ends a change of keys. A process that was killed while it wrote a key has left the private half under a second name. */
function settle(folder: string): void {
  const keys = join(folder, KEYS_FOLDER);
  for (const name of readdirSync(keys))
    if (name.startsWith('log.') && name.endsWith(DRAFT_ENDING)) rmSync(join(keys, name), { force: true });
  syncFolder(keys);
}

/**
 * Puts a new key for another log, `origin`, in the place of the log key, whose private half is gone then, and of a next key. The node keeps its id and the key of
 * its bodies.
 */
export function replaceLogKey(folder: string, node: string, origin: string, random: Random): SigningKey {
  const file = (name: string): string => join(folder, KEYS_FOLDER, name);
  const { key, text } = createSigningKey(origin, random);
  createOnce(file(NODE_ID_FILE), () => `${node}\n`);
  rmSync(file(SUCCESSOR_KEY_FILE), { force: true });
  writeKeyFile(file(SUCCESSOR_KEY_FILE), text);
  // Before the log key changes: a next key of another log makes the folder unreadable.
  rmSync(file(NEXT_KEY_FILE), { force: true });
  renameSync(file(SUCCESSOR_KEY_FILE), file(LOG_KEY_FILE));
  settle(folder);
  return key;
}
