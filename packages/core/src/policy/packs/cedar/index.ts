/** Packs as Cedar text. */
export { compileDocument, type PackCedar, type PackMapping } from './compile.ts';
