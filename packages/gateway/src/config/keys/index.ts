/** `keys:` in writ.yaml. */
export { parseKeys } from './parse-keys.ts';
export { keyFiles, printKeys } from './print-keys.ts';
export type { KeyEncryptionSource, KeysConfiguration } from './types.ts';
