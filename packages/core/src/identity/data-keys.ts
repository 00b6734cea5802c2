/** The keys of a data folder: made on first use, then always the same. */
import { join } from 'node:path';
import { type Clock, createUlid, Fault, isFault, type Random } from '../kernel/index.ts';
import { readKeyFile, writeKeyFile } from './key-file.ts';
import { createNodeKey, type NodeKey, parseNodeKey } from './node-key.ts';
import { createSigningKey, parseSigningKey, parseSigningSeed, type SigningKey } from './signing-key.ts';

/** Folder of the keys inside a data folder, mode 0700. */
export const KEYS_FOLDER = 'keys';
/** File of the key that signs checkpoints; its name is the log's origin. */
export const LOG_KEY_FILE = 'log.key';
/** File of the key that wraps the keys of sealed bodies. */
export const NODE_KEY_FILE = 'node.key';

/** Whose log it is, and what it signs and seals with. */
export interface DataKeys {
  readonly logKey: SigningKey;
  /** Seed of the log key, 32 bytes: what `openLog` signs with. */
  readonly logSeed: Uint8Array;
  readonly nodeKey: NodeKey;
  /** Name of the log key. */
  readonly origin: string;
  /** Id of the node, derived from the log key: one data folder is one node. */
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
  const nodeFile = join(folder, KEYS_FOLDER, NODE_KEY_FILE);
  if (create) {
    const origin = options.origin ?? `writ.local/${createUlid(clock, random).toLowerCase()}`;
    createOnce(nodeFile, () => createNodeKey(random).text);
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
  const nodeKey = parseNodeKey(readKeyFile(nodeFile));
  return { logKey, logSeed: parseSigningSeed(text), nodeKey, origin, node: `node-${logKey.keyId}` };
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
