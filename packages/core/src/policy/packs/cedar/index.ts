/** Packs as Cedar text. */
export { compileDocument, type PackMapping } from './compile.ts';
export {
  access,
  allOf,
  anyOf,
  entity,
  hasAttribute,
  list,
  literalPattern,
  not,
  type PolicyText,
  printPolicy,
  stringLiteral,
} from './text.ts';
export { declaredArgument, type KnownTools, knownTools } from './tools.ts';
