/** What a pack wants to know of arguments that Cedar cannot compute: regular expressions, letter case, hosts of URLs, lengths. */

/** One question about arguments. A hit is the finding `pattern:NAME`, which the pack's forbid of the same id reads. */
export interface PatternDeclaration {
  /** The pack it belongs to; once all of a pack's patterns were looked for, there is the finding `patterns:PACK`. */
  readonly pack: string;
  /** Id of the policy that reads it. */
  readonly name: string;
  /** Tools it is asked of, `server/tool`; absent means all. */
  readonly tools?: readonly string[];
  /** Steps to the argument; empty looks into every text of the arguments. */
  readonly argument: readonly string[];
  readonly test: PatternTest;
}

/** When there is a hit. Texts in lists and objects at the argument are each looked at; what is no text never hits, except for `host` and `path`. */
export type PatternTest =
  /** A part of the text matches; see `compileRegex` for what can be written. */
  | { readonly kind: 'regex'; readonly source: string; readonly ignoreCase: boolean }
  /** The whole text matches, `*` standing for any characters. */
  | { readonly kind: 'glob'; readonly glob: string; readonly ignoreCase: boolean }
  /** The host of the URL, or the host itself, is not in `only`, is in `never`, or cannot be told. */
  | { readonly kind: 'host'; readonly only?: readonly string[]; readonly never: readonly string[] }
  /** A path is not absolute, holds `.`, `..`, `//`, a backslash or NUL, is not in or below `only`, or is in or below `never`. */
  | { readonly kind: 'path'; readonly only?: readonly string[]; readonly never: readonly string[] }
  /** Shorter than `least` or longer than `most`, in UTF-16 units; of lists, the number of elements. */
  | { readonly kind: 'length'; readonly least: number; readonly most: number };

/** The finding of a hit of `name`. */
export function patternFinding(name: string): string {
  return `pattern:${name}`;
}

/** The finding that all patterns of `pack` were looked for. */
export function patternsFinding(pack: string): string {
  return `patterns:${pack}`;
}
