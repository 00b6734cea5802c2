/** What wraps the keys of a data folder, wherever it is. */
export { readKeyPlace, settleKeyPlace } from './key-place.ts';
export { type KeyConnecting, type KmsDriver, openEncryption } from './open-encryption.ts';
export { type OpenSigningService, openSigningService } from './open-signing-service.ts';
export { keyRingOptions, type KeyOwner, openTenantKeys } from './open-tenant-keys.ts';
export { takeVariable } from './take-variable.ts';
