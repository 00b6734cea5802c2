/** Texts derived from a text, with the way back to the original. */
export { decodeBase64Runs } from './base64-runs.ts';
export { fold } from './fold.ts';
export type { MappedText } from './mapped-text.ts';
export { unescapeText } from './unescape.ts';
