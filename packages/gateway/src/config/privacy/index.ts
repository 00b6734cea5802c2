/** `privacy` and the register of purposes. */
export { parsePrivacy } from './parse-privacy.ts';
export { parsePurposes } from './parse-purposes.ts';
export type { PrivacyConfiguration } from './types.ts';
