/** Checks that the arguments a policy reads exist and can be judged: `has` on one that does not is silently false in Cedar. */
import { didYouMean, placeOf, type Policy, type PolicyIssue } from '../language/index.ts';
import type { ArgType } from './arg-types.ts';
import type { PolicySchema } from './generate.ts';
import { actionScope, covers, namedTools } from './scope.ts';

type Lookup =
  | { readonly found: 'typed' }
  | { readonly found: 'untypable'; readonly reason: string }
  | { readonly found: 'undeclared'; readonly siblings: readonly string[] };

/**
 * Problems with the arguments `policy` reads. For each path: a tool the policy names must be able to type it,
 * and at least one action it covers must have it.
 */
export function checkArgumentReads(policy: Policy, schema: PolicySchema): readonly PolicyIssue[] {
  const scope = actionScope(policy.tree);
  const named = new Set(namedTools(scope));
  const actions = [...schema.args].filter(([id]) => covers(scope, id));
  const hasTools = schema.tools.size > 0;
  const issues = new Map<string, PolicyIssue>();
  for (const { path } of policy.reads.context) {
    const [first, ...rest] = path;
    if (first !== 'args' || rest.length === 0) continue;
    const lookups = actions.map(([id, type]) => ({ id, lookup: lookUp(type, rest) }));
    const odd = lookups.find(({ id, lookup }) => named.has(id) && lookup.found === 'untypable');
    const typed = lookups.some(({ lookup }) => lookup.found === 'typed');
    if (odd === undefined && (typed || lookups.length === 0 || (!hasTools && named.size === 0))) continue;
    const worst = odd ?? lookups.find(({ lookup }) => lookup.found === 'untypable') ?? lookups[0];
    if (worst !== undefined)
      issues.set(
        path.join('.'),
        unreadable(
          policy,
          path,
          worst.id,
          worst.lookup,
          lookups.map(({ lookup }) => lookup),
        ),
      );
  }
  return [...issues.values()];
}

function lookUp(type: ArgType, path: readonly string[]): Lookup {
  const [name, ...rest] = path;
  if (name === undefined) return { found: 'typed' };
  if (type.kind !== 'record') return { found: 'undeclared', siblings: [] };
  const field = type.fields.get(name);
  if (field === undefined) return { found: 'undeclared', siblings: [...type.fields.keys()] };
  if (field.type.kind === 'untypable') return { found: 'untypable', reason: field.type.reason };
  return lookUp(field.type, rest);
}

function unreadable(
  policy: Policy,
  path: readonly string[],
  tool: string,
  lookup: Lookup,
  all: readonly Lookup[],
): PolicyIssue {
  const read = `\`context.${path.join('.')}\``;
  const name = path.at(-1) ?? '';
  const place = placeOf(policy.source, policy.start + offsetOf(policy.text, name));
  const base = { code: 'policy.unknown-attribute', place, policy: policy.id } as const;
  if (lookup.found === 'untypable') {
    return {
      ...base,
      message: `it reads ${read}, which no policy can judge for \`${tool}\`: ${lookup.reason}`,
    };
  }
  const siblings = all.flatMap((one) => (one.found === 'undeclared' ? one.siblings : []));
  const hint = didYouMean(name, siblings);
  return {
    ...base,
    message: `it reads ${read}, which no action it covers declares`,
    ...(hint === undefined ? {} : { hint }),
  };
}

/** Where `name` is first read in `text`: after a dot, after `has`, or in quotes; the start where it is written otherwise. */
function offsetOf(text: string, name: string): number {
  const written = [`.${name}`, `has ${name}`, `"${name}"`]
    .map((form) => text.indexOf(form))
    .filter((at) => at >= 0);
  return written.length === 0 ? 0 : Math.min(...written);
}
