/** Aims a request at an expression: sets the facts it reads so that it becomes true, or false, or just not quite. */
import type { JsonValue } from '../../../../kernel/index.ts';
import { isJsonArray } from '../../../json-array.ts';
import { type ArgType, TOOL_CALLS } from '../../../schema/index.ts';
import { type Expression, type Pattern, WILDCARD } from '../../../language/index.ts';
import { aimComparison, readsTime, shiftDays } from './comparison.ts';
import { aimEntity } from './scope.ts';
import type { Aiming } from './aiming.ts';
import type { Draft } from '../draft.ts';
import { literalOf, pathOf } from './reads.ts';
import type { Seeded } from '../seeded.ts';
import type { Vocabulary } from '../vocabulary.ts';

type Of<Kind extends Expression['kind']> = Extract<Expression, { readonly kind: Kind }>;

/** Texts that a wildcard stands for. */
const FILLINGS = ['', 'x', 'x/y', '.', '../'] as const;

/** Aims the draft at `expression` being `truth`. A guess, no solver: what it cannot aim at stays as it is. */
export function aimCondition(aiming: Aiming, expression: Expression, truth: boolean): void {
  switch (expression.kind) {
    case 'and':
    case 'or':
      return aimChain(aiming, expression, truth);
    case 'not':
      return aimCondition(aiming, expression.operand, !truth);
    case 'if': {
      const taken = aiming.seeded.chance(0.5);
      aimCondition(aiming, expression.condition, taken);
      return aimCondition(aiming, taken ? expression.consequent : expression.alternative, truth);
    }
    case 'has':
      return aimPresence(aiming, expression, truth);
    case 'get': {
      const path = pathOf(expression);
      if (path?.root === 'context') aiming.draft.set(path.steps, truth);
      return;
    }
    case 'like':
      return aimText(aiming, expression.target, patternText(aiming.seeded, expression.pattern, truth));
    case 'binary':
      return aimComparison(aiming, expression, truth);
    case 'is':
      if (truth && expression.target.kind === 'variable' && expression.ancestor?.kind === 'entity')
        aimEntity(aiming, expression.target.name, expression.ancestor.uid, 'in');
      return;
    case 'method':
      return aimMethod(aiming, expression, truth);
    case 'bool':
    case 'long':
    case 'string':
    case 'entity':
    case 'variable':
    case 'negate':
    case 'set':
    case 'record':
    case 'call':
      return;
    default:
      return expression satisfies never;
  }
}

/** A text that a `like` pattern matches, or one that it just does not. */
export function patternText(seeded: Seeded, pattern: Pattern, truth: boolean): string {
  const literals = pattern.filter((piece) => piece !== WILDCARD).length;
  const broken = truth || literals === 0 ? -1 : seeded.below(literals);
  let at = -1;
  return pattern
    .map((piece) => {
      if (piece === WILDCARD) return seeded.pick(FILLINGS);
      at += 1;
      return at === broken ? breakText(seeded, piece) : piece;
    })
    .join('');
}

function breakText(seeded: Seeded, text: string): string {
  const ways = [
    text.slice(1),
    text.slice(0, -1),
    `${text.slice(0, 1)}~${text.slice(1)}`,
    text.toUpperCase(),
    `~${text}`,
  ];
  return seeded.pick(ways);
}

/** All must hold, or one alone must not: the ways of a chain that policies get wrong. */
function aimChain(aiming: Aiming, expression: Of<'and' | 'or'>, truth: boolean): void {
  const links = linksOf(expression);
  const isTogether = (expression.kind === 'and') === truth;
  const odd = isTogether ? -1 : aiming.seeded.below(links.length);
  for (const [index, link] of links.entries()) {
    if (isTogether) aimCondition(aiming, link, truth);
    else aimCondition(aiming, link, index === odd ? truth : !truth);
  }
}

/** The operands of a chain of one operator, in order. */
export function linksOf(expression: Expression): readonly Expression[] {
  if (expression.kind !== 'and' && expression.kind !== 'or') return [expression];
  const links: Expression[] = [];
  let at: Expression = expression;
  while (at.kind === expression.kind) {
    links.push(at.right);
    at = at.left;
  }
  return [at, ...links.reverse()];
}

function aimPresence({ draft, words, seeded }: Aiming, { target, path }: Of<'has'>, truth: boolean): void {
  const at = pathOf(target);
  if (at?.root !== 'context') return;
  const steps = [...at.steps, ...path];
  if (!truth) return draft.remove(steps.slice(0, at.steps.length + 1 + seeded.below(path.length)));
  if (draft.get(steps) !== undefined) return;
  const [first, ...rest] = steps;
  const type = first === 'args' ? fieldType(words, draft, rest) : KNOWN_FACTS[steps.join('.')];
  draft.set(steps, type ?? 'x');
}

/** Some value for facts that every request may have. */
const KNOWN_FACTS: Readonly<Record<string, JsonValue>> = {
  user: { id: 'person', roles: [] },
  'user.mfa': true,
  purpose_status: 'in_force',
  unwitnessed_seconds: 0,
  is_error: false,
};

const SOME_VALUE: Readonly<Partial<Record<ArgType['kind'], JsonValue>>> = {
  long: 0,
  decimal: 0,
  boolean: false,
  set: [],
  record: {},
};

function fieldType({ argsOf }: Vocabulary, draft: Draft, steps: readonly string[]): JsonValue | undefined {
  const [name] = steps;
  const field = name === undefined ? undefined : argsOf(draft.resource.id).fields.get(name);
  return steps.length === 1 && field !== undefined ? SOME_VALUE[field.type.kind] : undefined;
}

/** Sets a text that is read, wherever it stands. */
export function aimText({ draft }: Aiming, target: Expression, text: string): void {
  const path = pathOf(target);
  if (path?.root === 'context') draft.set(path.steps, text);
  else if (path?.root === 'resource' && path.steps.length === 1)
    draft.setResourceId(path.steps[0] ?? '', text);
}

function aimMethod(aiming: Aiming, { name, target, args }: Of<'method'>, truth: boolean): void {
  const [argument] = args;
  const { draft, seeded } = aiming;
  if (name === 'isEmpty') {
    const path = pathOf(target);
    if (path?.root === 'context') draft.set(path.steps, truth ? [] : ['x']);
    return;
  }
  if (argument === undefined) return;
  if (name === 'contains' || name === 'containsAll' || name === 'containsAny') {
    const [holder, wanted] = [pathOf(target), literalOf(argument)];
    const members = isJsonArray(wanted) ? wanted : wanted === undefined ? [] : [wanted];
    if (holder?.root === 'context') return aimMembers(aiming, holder.steps, members, truth, name);
    if (target.kind === 'set' && readsTime(target)) return shiftDays(aiming);
    const [listed, reader] = [literalOf(target), pathOf(argument)];
    if (argument.kind === 'variable' && target.kind === 'set')
      return aimListed(aiming, argument.name, target, truth);
    if (isJsonArray(listed) && listed.length > 0 && reader?.root === 'resource' && truth) {
      const member = seeded.pick(listed);
      if (typeof member === 'string') draft.setResourceId(reader.steps[0] ?? '', member);
      return;
    }
    if (isJsonArray(listed) && reader?.root === 'context' && listed.length > 0) {
      const member = seeded.pick(listed);
      const value = truth ? member : typeof member === 'string' ? `${member}~` : member;
      return draft.set(reader.steps, name === 'contains' ? value : [value]);
    }
    return;
  }
  const operator = DECIMAL_ORDER[name];
  if (operator !== undefined)
    aimComparison(
      aiming,
      { kind: 'binary', operator, left: target, right: argument, start: 0, end: 0 },
      truth,
    );
}

/** `[Action::"a", Action::"b"].contains(action)`: one of them, or a tool of the same server that nobody lists. */
function aimListed(
  aiming: Aiming,
  name: 'principal' | 'action' | 'resource' | 'context',
  { elements }: Of<'set'>,
  truth: boolean,
): void {
  const uids = elements.flatMap((one) => (one.kind === 'entity' ? [one.uid] : []));
  if (uids.length === 0) return;
  if (truth) return aimEntity(aiming, name, aiming.seeded.pick(uids), '==');
  const { draft } = aiming;
  if (name !== 'action' || draft.method !== TOOL_CALLS) return;
  const server = draft.resource.id.slice(0, Math.max(0, draft.resource.id.indexOf('/')));
  draft.resource = { type: 'tool', id: `${server}/unlisted` };
}

const DECIMAL_ORDER: Readonly<Record<string, '<' | '<=' | '>' | '>='>> = {
  lessThan: '<',
  lessThanOrEqual: '<=',
  greaterThan: '>',
  greaterThanOrEqual: '>=',
};

function aimMembers(
  { draft, seeded }: Aiming,
  path: readonly string[],
  members: readonly JsonValue[],
  truth: boolean,
  name: string,
): void {
  const present = draft.get(path);
  const others = (isJsonArray(present) ? present : []).filter((one) => !members.includes(one));
  const some = members.length === 0 ? [] : [seeded.pick(members)];
  if (name === 'containsAny') return draft.set(path, truth ? [...others, ...some] : others);
  if (truth) return draft.set(path, [...others, ...members]);
  return draft.set(path, [...others, ...members.filter((one) => !some.includes(one))]);
}
