/** Compiles a pack: YAML for people who do not write Cedar, one to one into Cedar that is shown to them. */
import { singleLine } from '../../kernel/index.ts';
import type { LimitDeclaration, Mode, ToolDefinition } from '../../model/index.ts';
import type { PolicyIssue, PolicySource } from '../language/index.ts';
import { compileDocument, knownTools, type PackMapping } from './cedar/index.ts';
import { readDocument } from './form/index.ts';
import { IssueList } from './issues.ts';
import type { PatternDeclaration } from '../patterns/index.ts';

/** What is known when a pack is compiled. */
export interface PackOptions {
  /**
   * The tools of all servers. Globs are expanded over them, arguments are checked against their types. Without them tools are named exactly,
   * except that `server/*` and `*` can be denied, held for approval or kept to hours as a whole.
   */
  readonly tools?: readonly ToolDefinition[];
  /**
   * Tools that rules name and `tools` does not hold: `refuse` (the default) is a problem with a suggestion, `assume` takes them as given, for when
   * more tools are still to come; a glob then stands for those known so far.
   */
  readonly unlisted?: 'refuse' | 'assume';
}

/** A compiled pack. */
export interface CompiledPack {
  /** Empty where the pack could not be read at all. */
  readonly name: string;
  readonly description?: string;
  /** Absent where the pack says none: it is for a set in any mode. */
  readonly mode?: Mode;
  /** End of mode `audit`, milliseconds since 1970. */
  readonly auditUntil?: number;
  /** Policies, each with its id and a comment naming its line; empty where there are problems. */
  readonly cedar: string;
  readonly limits: readonly LimitDeclaration[];
  /** What must be looked for in arguments before a decision, see `createPatternMatcher`; where nobody does, the policies that need it deny. */
  readonly patterns: readonly PatternDeclaration[];
  /** Rules to policies, in the order of the text. */
  readonly mapping: readonly PackMapping[];
  /** A pack with problems is not used. */
  readonly problems: readonly PolicyIssue[];
  readonly warnings: readonly PolicyIssue[];
}

/**
 * Compiles the pack in `source`. Never throws for what stands in it.
 *
 * What it allows is what exists today: globs of `allow` are expanded once, so a tool that comes later stays denied until the pack is compiled
 * again. Globs of rules that restrict hold for later tools too: every tool of their server that was not known is denied by `PACK.later.SERVER`.
 *
 * It does not protect against a tool that reads its arguments in another way than they are written: letter case of file systems, links
 * between folders, names that resolve to other hosts.
 */
export function compilePack(source: PolicySource, options: PackOptions = {}): CompiledPack {
  const issues = new IssueList();
  const document = readDocument(source, issues);
  const compiled =
    document === undefined
      ? undefined
      : compileDocument(
          document,
          singleLine(source.name),
          knownTools(options.tools, options.unlisted),
          issues,
        );
  const isSound = issues.problems.length === 0 && compiled !== undefined && document !== undefined;
  return {
    name: document?.name ?? '',
    ...(document?.description === undefined ? {} : { description: document.description }),
    ...(document?.mode === undefined ? {} : { mode: document.mode }),
    ...(document?.auditUntil === undefined ? {} : { auditUntil: document.auditUntil }),
    cedar: isSound ? compiled.cedar : '',
    limits: isSound ? document.limits : [],
    patterns: isSound ? compiled.patterns : [],
    mapping: isSound ? compiled.mapping : [],
    problems: issues.problems,
    warnings: issues.warnings,
  };
}
