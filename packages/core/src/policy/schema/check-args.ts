/** Checks that the arguments a policy reads exist and can be judged: `has` on one that does not is silently false in Cedar. */
import { didYouMean, placeOf, type Policy, type PolicyIssue } from '../language/index.ts';
import type { ArgType } from './arg-types.ts';
import { TOOL_CALLS } from './base.ts';
import type { PolicySchema } from './generate.ts';
import { type ActionScope, actionScope, covers, namedTools } from './scope.ts';

type Lookup =
  | { readonly found: 'typed' }
  | { readonly found: 'untypable'; readonly reason: string }
  | { readonly found: 'undeclared'; readonly siblings: readonly string[] };

/** Most paths of which it is kept whether a tool types them; when they are more, all are forgotten. */
const MAX_KEPT = 4096;

/**
 * Finds problems with the arguments a policy reads. For each path: a tool the policy names must be able to type it,
 * and at least one action it covers must have it.
 */
export function createArgumentReadsCheck(schema: PolicySchema): (policy: Policy) => readonly PolicyIssue[] {
  const isTypedBySome = createTypedBySome(schema);
  return (policy) => {
    const scope = actionScope(policy.tree);
    const issues = new Map<string, PolicyIssue>();
    for (const { path } of policy.reads.context) {
      const [first, ...rest] = path;
      if (first !== 'args' || rest.length === 0) continue;
      const found = namedActions(scope, schema).map((type) => lookUp(type, rest).found);
      const isRight = found.includes('typed') || isTypedBySome(scope, rest);
      if (isRight && !found.includes('untypable')) continue;
      const issue = issueOf(policy, path, schema);
      if (issue !== undefined) issues.set(path.join('.'), issue);
    }
    return [...issues.values()];
  };
}

function namedActions(scope: ActionScope, { args }: PolicySchema): readonly ArgType[] {
  return scope === 'all' ? [] : scope.flatMap((id) => args.get(id) ?? []);
}

/** Whether one of all actions, or of all tool calls, types a path: what policies over them ask again and again. */
function createTypedBySome({ args }: PolicySchema): (scope: ActionScope, path: readonly string[]) => boolean {
  const kept = new Map<string, boolean>();
  return (scope, path) => {
    const wide = scope === 'all' ? scope : scope.includes(TOOL_CALLS) ? [TOOL_CALLS] : undefined;
    if (wide === undefined) return false;
    const key = JSON.stringify([wide, path]);
    const known = kept.get(key);
    if (known !== undefined) return known;
    const isTyped = [...args].some(([id, type]) => covers(wide, id) && lookUp(type, path).found === 'typed');
    if (kept.size >= MAX_KEPT) kept.clear();
    kept.set(key, isTyped);
    return isTyped;
  };
}

/** What is wrong with reading `path`; every action is looked at, to say which it was. */
function issueOf(policy: Policy, path: readonly string[], schema: PolicySchema): PolicyIssue | undefined {
  const scope = actionScope(policy.tree);
  const named = new Set(namedTools(scope));
  const lookups = [...schema.args]
    .filter(([id]) => covers(scope, id))
    .map(([id, type]) => ({ id, lookup: lookUp(type, path.slice(1)) }));
  const odd = lookups.find(({ id, lookup }) => named.has(id) && lookup.found === 'untypable');
  const isTyped = lookups.some(({ lookup }) => lookup.found === 'typed');
  const isUnknown = schema.tools.size === 0 && named.size === 0;
  if (odd === undefined && (isTyped || lookups.length === 0 || isUnknown)) return undefined;
  const worst = odd ?? lookups.find(({ lookup }) => lookup.found === 'untypable') ?? lookups[0];
  if (worst === undefined) return undefined;
  const all = lookups.map(({ lookup }) => lookup);
  return unreadable(policy, path, { tool: worst.id, lookup: worst.lookup, all });
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
  { tool, lookup, all }: { readonly tool: string; readonly lookup: Lookup; readonly all: readonly Lookup[] },
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
