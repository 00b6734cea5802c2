/** What the policies of one rule have in common: what they add to, and where they report. */
import type { IssueList } from '../issues.ts';
import {
  type PatternDeclaration,
  patternFinding,
  patternsFinding,
  type PatternTest,
} from '../../patterns/index.ts';
import { stringLiteral } from './text.ts';
import type { KnownTools } from './tools.ts';

/** The surroundings of a rule that is being compiled. */
export interface Compilation {
  readonly pack: string;
  /** Name of the YAML source, for comments. */
  readonly file: string;
  readonly known: KnownTools;
  readonly issues: IssueList;
  readonly patterns: PatternDeclaration[];
  /** Servers of which later tools are denied → the rules that asked for it. */
  readonly open: Map<string, string[]>;
}

/** Declares a pattern; answers the Cedar condition that is true where it hits, and where nobody looked for it. */
export function declarePattern(
  compilation: Compilation,
  name: string,
  where: { readonly tools: readonly string[]; readonly argument: readonly string[] },
  test: PatternTest,
): string {
  compilation.patterns.push({ pack: compilation.pack, name, ...where, test });
  const hit = stringLiteral(patternFinding(name));
  const looked = stringLiteral(patternsFinding(compilation.pack));
  return `context.findings.contains(${hit}) || !context.findings.contains(${looked})`;
}
