/** The key hierarchy: keys of bodies, wrapped by keys of a tenant, wrapped by a key-encryption key (decisions/0036). */
export {
  type KeyContext,
  keyContextBytes,
  type KeyEncryption,
  localKeyEncryption,
  MAX_WRAPPED_BYTES,
  refusedKey,
} from './key-encryption.ts';
export { createEncryptionKey, fileKeyEncryption, parseEncryptionKey } from './encryption-key-file.ts';
export type { KeyRingOptions } from './load-ring.ts';
export { NODE_KEY_FILE } from './make-ring.ts';
export { openKeyRing, type OpenRingOptions, type TenantKey, type TenantKeys } from './open-ring.ts';
export {
  addTenantKey,
  destroyTenantKeys,
  keyRingStatus,
  type KeyRingStatus,
  type KeyStatus,
  rewrapKeyRing,
} from './change-ring.ts';
