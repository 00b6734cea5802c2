/** The key of a node that wraps the keys of sealed bodies. */
import { createSecretKey, type KeyObject } from 'node:crypto';
import { Fault } from '../../kernel/index.ts';
import type { BesideKey } from '../../model/index.ts';

/** A wrapping key. Where it is kept is not this folder's matter. */
export interface BodyKey {
  /** Stands in entries: at most 128 characters, never derived from a person. */
  readonly keyId: string;
  /** 32 bytes. */
  readonly key: Uint8Array;
  /** Keys of the index and the state that stand beside its bodies; the same for each key of a tenant's ring. Default: derived from `key`. */
  readonly beside?: BesideKey;
}

/** Finds a key that another process has put into the tenant's ring since this one began; `undefined` where there is none. */
export type FindBodyKey = (keyId: string) => BodyKey | undefined;

/** `bodyKey` in the form that ciphers take without parsing it again for each use. Throws `key.malformed`. */
export function wrappingKey(bodyKey: BodyKey): KeyObject {
  if (bodyKey.key.length !== 32) {
    throw new Fault('key.malformed', `a body key has 32 bytes, not ${bodyKey.key.length}`);
  }
  if (!/^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,127}$/.test(bodyKey.keyId)) {
    throw new Fault('key.malformed', `\`${bodyKey.keyId.slice(0, 80)}\` is not the id of a body key`);
  }
  return createSecretKey(bodyKey.key);
}
