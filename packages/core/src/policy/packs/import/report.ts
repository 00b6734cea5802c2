/** What every importer takes and gives. */
import type { LimitDeclaration, ToolDefinition } from '../../../model/index.ts';
import type { Place } from '../../language/index.ts';
import type { PatternDeclaration } from '../../patterns/index.ts';

/** What an importer may know beside the file. */
export interface ImportOptions {
  /** What messages and comments call the file. */
  readonly file?: string;
  /** The tools of all servers. Names without a server are looked up in them. */
  readonly tools?: readonly ToolDefinition[];
  /** The server of names without one, where no `tools` are given. */
  readonly server?: string;
}

/**
 * One thing that is not as it was. `lost`: nothing of it is in the Cedar text, and nothing is permitted because of it. `stricter`: more is
 * denied than before, because a rule that denied cannot be said exactly. `changed`: it means something else in a way that `why` tells.
 */
export interface ImportNote {
  readonly kind: 'lost' | 'stricter' | 'changed';
  readonly place: Place;
  /** The rule or key. */
  readonly what: string;
  readonly why: string;
}

/** An imported policy file. */
export interface ImportedPolicies {
  /** Checked: it loads with the tools that were given. */
  readonly cedar: string;
  readonly limits: readonly LimitDeclaration[];
  /** What must be looked for before a decision, see `createPatternMatcher`. */
  readonly patterns: readonly PatternDeclaration[];
  readonly report: readonly ImportNote[];
}
