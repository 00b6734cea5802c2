/** What can be wrong with a tool definition. */

/** Nothing with one of these is ever served, whoever accepts it. */
const DEFECTS = ['malformed-definition', 'remote-reference', 'invalid-header-annotation'] as const;
/** With one of these, trust in the server is not enough: a person must accept the definition. */
const SUSPICIONS = [
  'tool-shadowing',
  'tool-renamed',
  'hidden-text',
  'injected-instructions',
  'detected-content',
] as const;

/** What kind of thing was found, as records name it. */
export type ConcernKind = (typeof DEFECTS)[number] | (typeof SUSPICIONS)[number];

/** One thing found in a definition. */
export interface Concern {
  readonly kind: ConcernKind;
  /** For a person: what, and where. Names of tools and properties in it come from servers; whoever shows it makes them visible. */
  readonly message: string;
}
