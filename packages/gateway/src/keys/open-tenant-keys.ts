/** The keys of a data folder's bodies, index and state, unwrapped. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  DATABASE_FILE,
  Fault,
  type KeyRingOptions,
  KEYS_FOLDER,
  LOCAL_TENANT,
  LOG_FOLDER,
  openKeyRing,
  systemClock,
  systemRandom,
  type TenantKeys,
} from '@writ/core';
import { readKeyPlace } from './key-place.ts';
import { type KeyConnecting, openEncryption } from './open-encryption.ts';

/** Whose keys: the data folder, and the id of its node. */
export interface KeyOwner {
  readonly data: string;
  readonly node: string;
}

/** How the key ring of a data folder is opened, as the folder says. Throws `config.*`, `key.*`. */
export async function keyRingOptions(
  { data, node }: KeyOwner,
  connecting: KeyConnecting,
): Promise<KeyRingOptions> {
  const place = readKeyPlace(data);
  const encryption = await openEncryption(place.encryption, connecting);
  const former = await Promise.all(place.former.map((source) => openFormer(source, connecting)));
  return {
    keys: join(data, KEYS_FOLDER),
    node,
    tenant: LOCAL_TENANT,
    clock: systemClock,
    random: systemRandom,
    ...(encryption === undefined ? {} : { encryption }),
    former: former.filter((one) => one !== undefined),
  };
}

/** A former key that cannot be reached any more is missed only where something is still wrapped by it. */
async function openFormer(
  source: Parameters<typeof openEncryption>[0],
  connecting: KeyConnecting,
): ReturnType<typeof openEncryption> {
  try {
    return await openEncryption(source, connecting);
  } catch (fault) {
    if (fault instanceof Fault && fault.code === 'key.unavailable') return undefined;
    throw fault;
  }
}

/**
 * The keys of the data folder; made where there are none and no log yet. Key services are asked here, once. Throws `key.unavailable` and `key.refused` where what wraps them does not open
 * them: nothing starts then.
 */
export async function openTenantKeys(owner: KeyOwner, connecting: KeyConnecting): Promise<TenantKeys> {
  // INVARIANT: where there is a log, keys that are gone are not replaced by others, under which nothing of it opens.
  const create = ![DATABASE_FILE, LOG_FOLDER].some((name) => existsSync(join(owner.data, name)));
  return openKeyRing({ ...(await keyRingOptions(owner, connecting)), create });
}
