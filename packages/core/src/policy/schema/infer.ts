/** Implied argument types: what policies say about tools that no server described. */
import { childrenOf, contextPath, type Expression, type PolicyTree } from '../language/index.ts';
import type { ArgField, ArgType, RecordType } from './arg-types.ts';

type Kind = 'string' | 'long' | 'decimal' | 'boolean';

interface Guess {
  readonly kinds: Set<string>;
  readonly fields: Map<string, Guess>;
}

const COMPARISONS: ReadonlySet<string> = new Set(['<', '<=', '>', '>=', '+', '-', '*']);
const DECIMAL_METHODS: ReadonlySet<string> = new Set([
  'lessThan',
  'lessThanOrEqual',
  'greaterThan',
  'greaterThanOrEqual',
]);

/** The arguments that `policies` read, typed by how they use them; `undefined` where two uses contradict each other. */
export function inferArguments(policies: readonly PolicyTree[]): RecordType | undefined {
  const root: Guess = { kinds: new Set(), fields: new Map() };
  for (const policy of policies)
    for (const { body } of policy.conditions) {
      expect(root, body, 'boolean');
      visit(root, body);
    }
  return recordOf(root);
}

function recordOf(guess: Guess): RecordType | undefined {
  const fields = new Map<string, ArgField>();
  for (const [name, member] of guess.fields) {
    const type = typeOf(member);
    if (type === undefined) return undefined;
    fields.set(name, { type, required: true, nullable: false });
  }
  return { kind: 'record', fields };
}

function typeOf(guess: Guess): ArgType | undefined {
  if (guess.fields.size > 0) return guess.kinds.size === 0 ? recordOf(guess) : undefined;
  const [kind, ...others] = guess.kinds;
  if (others.length > 0) return undefined;
  if (kind === undefined) return { kind: 'string' };
  if (!kind.startsWith('set:')) return { kind: kind as Kind };
  return { kind: 'set', element: { kind: kind.slice(4) as Kind } };
}

function visit(root: Guess, expression: Expression): void {
  find(root, expression);
  expectOperands(root, expression);
  if (expression.kind === 'has') findPresence(root, expression);
  for (const child of childrenOf(expression)) visit(root, child);
}

function expectOperands(root: Guess, expression: Expression): void {
  switch (expression.kind) {
    case 'and':
    case 'or':
      for (const side of [expression.left, expression.right]) expect(root, side, 'boolean');
      return;
    case 'not':
      expect(root, expression.operand, 'boolean');
      return;
    case 'negate':
      expect(root, expression.operand, 'long');
      return;
    case 'if':
      expect(root, expression.condition, 'boolean');
      return;
    case 'like':
      expect(root, expression.target, 'string');
      return;
    case 'binary':
      expectSides(root, expression);
      return;
    case 'method':
      expectMethod(root, expression);
      return;
    case 'bool':
    case 'long':
    case 'string':
    case 'entity':
    case 'variable':
    case 'has':
    case 'get':
    case 'is':
    case 'set':
    case 'record':
    case 'call':
      return;
    default:
      expression satisfies never;
  }
}

function expectSides(root: Guess, { operator, left, right }: Extract<Expression, { kind: 'binary' }>): void {
  if (COMPARISONS.has(operator)) for (const side of [left, right]) expect(root, side, 'long');
  else if (operator === '==' || operator === '!=') {
    expect(root, left, kindOf(right));
    expect(root, right, kindOf(left));
  }
}

function expectMethod(root: Guess, { name, target, args }: Extract<Expression, { kind: 'method' }>): void {
  const [first] = args;
  if (DECIMAL_METHODS.has(name)) for (const operand of [target, ...args]) expect(root, operand, 'decimal');
  else if (name === 'isEmpty') expect(root, target, 'set:string');
  else if (name === 'contains' && first !== undefined) {
    expect(root, target, setOf(kindOf(first)));
    expect(root, first, elementOf(target));
  } else if ((name === 'containsAll' || name === 'containsAny') && first !== undefined) {
    expect(root, target, setOf(elementOf(first)));
    expect(root, first, setOf(elementOf(target)));
  }
}

function expect(root: Guess, expression: Expression, kind: string | undefined): void {
  const guess = find(root, expression);
  if (guess !== undefined && kind !== undefined) guess.kinds.add(kind);
}

/** The guess for `context.args.…`, made if there is none; `undefined` for any other expression. */
function find(root: Guess, expression: Expression): Guess | undefined {
  const path = contextPath(expression);
  if (path?.[0] !== 'args' || path.length < 2) return undefined;
  return descend(root, path.slice(1));
}

function findPresence(root: Guess, { target, path }: Extract<Expression, { kind: 'has' }>): void {
  const above = contextPath(target);
  if (above?.[0] === 'args') descend(root, [...above.slice(1), ...path]);
}

function descend(root: Guess, path: readonly string[]): Guess {
  return path.reduce((guess, name) => {
    const known = guess.fields.get(name) ?? { kinds: new Set<string>(), fields: new Map<string, Guess>() };
    guess.fields.set(name, known);
    return known;
  }, root);
}

const LITERAL_KINDS: ReadonlyMap<Expression['kind'], Kind> = new Map([
  ['string', 'string'],
  ['bool', 'boolean'],
  ['long', 'long'],
]);

function kindOf(expression: Expression): string | undefined {
  if (expression.kind === 'set') return setOf(elementOf(expression));
  if (expression.kind === 'call') return expression.name === 'decimal' ? 'decimal' : undefined;
  return LITERAL_KINDS.get(expression.kind) ?? (isKnownString(expression) ? 'string' : undefined);
}

const KNOWN_STRINGS: ReadonlySet<string> = new Set([
  'id',
  'goal',
  'purpose',
  'purpose_status',
  'name',
  'uri',
  'path',
]);
const KNOWN_SETS: ReadonlySet<string> = new Set(['labels', 'roles', 'findings']);

/** `context.user.id`, `context.session.goal` and the like are texts. */
function isKnownString(expression: Expression): boolean {
  return expression.kind === 'get' && !isBelowArgs(expression) && KNOWN_STRINGS.has(expression.attribute);
}

function isBelowArgs(expression: Expression): boolean {
  return contextPath(expression)?.[0] === 'args';
}

function elementOf(expression: Expression): string | undefined {
  if (expression.kind === 'set') {
    const [first] = expression.elements;
    return first === undefined ? undefined : kindOf(first);
  }
  const isKnown =
    expression.kind === 'get' && !isBelowArgs(expression) && KNOWN_SETS.has(expression.attribute);
  return isKnown ? 'string' : undefined;
}

function setOf(kind: string | undefined): string | undefined {
  return kind === undefined || kind.startsWith('set:') ? undefined : `set:${kind}`;
}
