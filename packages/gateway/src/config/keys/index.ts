/** `keys:` in writ.yaml. */
export { parseKeys } from './parse-keys.ts';
export { parseSigningService } from './parse-signing-service.ts';
export { keyFiles, printKeys } from './print-keys.ts';
export type { KeyEncryptionSource, KeysConfiguration, SigningService, TransitSource } from './types.ts';
