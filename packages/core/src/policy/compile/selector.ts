/** The equality a policy begins with: what a second index finds policies by whose scopes select nothing. */
import type { ConditionTree, Expression } from '../language/index.ts';
import { CedarSet, isRecord, type Value } from '../value/index.ts';
import { constantOf, type Environment, type Look, pathOf, type SharedParts } from './closures/index.ts';

/** The first thing a policy tests: that what is at a path equals a constant, or is a set that contains it. */
export interface Selector {
  /** A text, number or truth value. */
  readonly constant: Value;
  /** Finds what is compared with the constant. The same function for selectors that look at the same thing in the same way; `undefined` where
   * the policy itself must be asked, because it may fail. */
  readonly look: Look;
}

/**
 * The selector of policies whose first conjunct is an equality. INVARIANT: a policy left out because of it would have been unsatisfied without an
 * error: nothing stands before the conjunct but tests that what it reads is there, and a read that is not there asks the policy itself unless such a
 * test comes first.
 */
export function findSelector(conditions: readonly ConditionTree[], parts: SharedParts): Selector | undefined {
  const [first] = conditions;
  if (first === undefined || first.kind !== 'when') return undefined;
  const guards: (readonly string[])[] = [];
  for (const conjunct of conjuncts(first.body)) {
    const guard = guardOf(conjunct);
    if (guard === undefined) return selectorOf(conjunct, guards, parts);
    guards.push(guard);
  }
  return undefined;
}

function selectorOf(
  conjunct: Expression,
  guards: readonly (readonly string[])[],
  parts: SharedParts,
): Selector | undefined {
  const found = equality(conjunct) ?? containment(conjunct);
  if (found === undefined) return undefined;
  const path = pathOf(found.read);
  const constant = constantOf(found.constant);
  if (path === undefined || constant === undefined || typeof constant === 'object') return undefined;
  // A test for presence below the context itself fails where something is no record, and may stand before the conjunct only on its own way.
  if (guards.some((guard) => guard.length > 2 && !isPrefix(guard, path))) return undefined;
  // The same test fails where what it looks into is not there, unless a test for that came first.
  const depths = guards.filter((guard) => isPrefix(guard, path)).map(({ length }) => length);
  if (depths.some((depth, index) => depth < (depths[index - 1] ?? 0))) return undefined;
  const guarded = path.map((_, index) =>
    guards.some((guard) => keyOf(guard) === keyOf(path.slice(0, index + 1))),
  );
  const name = `${found.kind} ${guarded.join(' ')} ${JSON.stringify(path)}`;
  return { constant, look: parts.look(name, () => compileLook(found.kind, path, guarded)) };
}

function compileLook(kind: Found['kind'], path: readonly string[], guarded: readonly boolean[]): Look {
  return (environment) => {
    const value = follow(path, guarded, environment);
    if (value === undefined || value === NOTHING) return value;
    if (kind === 'equals') return [value as Value];
    return value instanceof CedarSet ? value.elements : undefined;
  };
}

function isPrefix(prefix: readonly string[], path: readonly string[]): boolean {
  return prefix.length <= path.length && prefix.every((name, index) => name === path[index]);
}

const NOTHING: readonly Value[] = [];

interface Found {
  readonly kind: 'equals' | 'contains';
  readonly read: Expression;
  readonly constant: Expression;
}

function equality(expression: Expression): Found | undefined {
  if (expression.kind !== 'binary' || expression.operator !== '==') return undefined;
  const { left, right } = expression;
  if (constantOf(right) !== undefined) return { kind: 'equals', read: left, constant: right };
  if (constantOf(left) !== undefined) return { kind: 'equals', read: right, constant: left };
  return undefined;
}

function containment(expression: Expression): Found | undefined {
  if (expression.kind !== 'method' || expression.name !== 'contains') return undefined;
  const [constant, ...others] = expression.args;
  return constant === undefined || others.length > 0
    ? undefined
    : { kind: 'contains', read: expression.target, constant };
}

/** The conjuncts of `a && b && c` in the order they are evaluated. */
function conjuncts(expression: Expression): readonly Expression[] {
  const found: Expression[] = [];
  let at = expression;
  while (at.kind === 'and') {
    found.push(at.right);
    at = at.left;
  }
  return [at, ...found.reverse()];
}

/** `['context', 'user', 'mfa']` of a test for presence below the context. */
function guardOf(expression: Expression): readonly string[] | undefined {
  if (expression.kind !== 'has' || expression.path.length !== 1) return undefined;
  const above = pathOf(expression.target) ?? variableOf(expression.target);
  return above?.[0] === 'context' ? [...above, ...expression.path] : undefined;
}

function variableOf(expression: Expression): readonly string[] | undefined {
  return expression.kind === 'variable' ? [expression.name] : undefined;
}

/** What is at a path; nothing where a test for presence says so; `undefined` where reading would fail or goes through another entity. */
function follow(
  [variable, ...names]: readonly string[],
  guarded: readonly boolean[],
  environment: Environment,
): Value | typeof NOTHING | undefined {
  let at: Value | undefined = startOf(variable, environment);
  for (let index = 0; index < names.length; index += 1) {
    if (!isRecord(at)) return undefined;
    at = at[names[index] as string];
    if (at === undefined) return guarded[index + 1] === true ? NOTHING : undefined;
  }
  return at;
}

function startOf(variable: string | undefined, environment: Environment): Value | undefined {
  if (variable === 'context') return environment.context;
  if (variable === 'principal') return environment.principal.attrs;
  if (variable === 'resource') return environment.resource.attrs;
  return environment.action.attrs;
}

function keyOf(path: readonly string[]): string {
  return JSON.stringify(path);
}
