/** A typed pack as Cedar text, one policy after the other, each under the line it comes from. */
import type { Place } from '../../language/index.ts';
import type { PackDocument } from '../form/index.ts';
import type { IssueList } from '../issues.ts';
import type { PatternDeclaration } from '../../patterns/index.ts';
import { compileRule } from './rules.ts';
import type { Compilation } from './scope.ts';
import { entity, list, type PolicyText, printPolicy } from './text.ts';
import type { KnownTools } from './tools.ts';

/** Which policy a rule became. */
export interface PackMapping {
  readonly place: Place;
  /** `rules[3]`. */
  readonly path: string;
  /** Id of the rule in the pack. */
  readonly rule: string;
  /** Id of the policy in the Cedar text. */
  readonly policy: string;
}

/** What a pack says in Cedar. */
export interface PackCedar {
  readonly cedar: string;
  readonly patterns: readonly PatternDeclaration[];
  readonly mapping: readonly PackMapping[];
}

/** Compiles `document`; `file` is what comments call its source. Problems go to `issues`. */
export function compileDocument(
  document: PackDocument,
  file: string,
  known: KnownTools,
  issues: IssueList,
): PackCedar {
  const compilation: Compilation = {
    pack: document.name,
    file,
    known,
    issues,
    patterns: [],
    open: new Map(),
  };
  const mapping: PackMapping[] = [];
  const policies: PolicyText[] = [];
  for (const rule of document.rules) {
    for (const policy of compileRule(rule, compilation)) {
      policies.push(policy);
      mapping.push({ place: rule.place, path: rule.path, rule: rule.id, policy: policy.id });
    }
  }
  for (const { rules, policy } of laterTools(compilation)) {
    policies.push(policy);
    for (const rule of document.rules.filter(({ id }) => rules.includes(id)))
      mapping.push({ place: rule.place, path: rule.path, rule: rule.id, policy: policy.id });
  }
  const header = `// Compiled from ${file}, the pack \`${document.name}\`. Change that, not this.\n`;
  return {
    cedar: [header, ...policies.map(printPolicy)].join('\n'),
    patterns: compilation.patterns,
    mapping,
  };
}

/** Denies tools that were not known when a glob that restricts was expanded: nobody can say whether it means them. */
function laterTools({
  pack,
  open,
  known,
}: Compilation): readonly { readonly rules: readonly string[]; readonly policy: PolicyText }[] {
  const servers = open.has('*') ? ['*'] : [...open.keys()].sort();
  return servers.map((server) => {
    const isAll = server === '*';
    const tools = (known.ids ?? []).filter((id) => isAll || id.startsWith(`${server}/`));
    const rules = [...new Set(isAll ? [...open.values()].flat() : open.get(server))];
    const policy: PolicyText = {
      id: isAll ? `${pack}.later` : `${pack}.later.${server}`,
      effect: 'forbid',
      comment: `tools that come after the pack was compiled, because of globs in ${rules.join(', ')}`,
      annotations: [
        ['reason', `This tool was not known when the pack ${pack} was compiled; compile it again.`],
      ],
      principal: 'principal',
      action: `action in ${entity('Action', 'tools/call')}`,
      resource: isAll ? 'resource' : `resource == ${entity('Server', server)}`,
      // `contains`, not `in`: the validator knows all tools of today and would find `in` to be always true.
      ...(tools.length === 0
        ? {}
        : { unless: `${list(tools.map((id) => entity('Action', id)))}.contains(action)` }),
    };
    return { rules, policy };
  });
}
