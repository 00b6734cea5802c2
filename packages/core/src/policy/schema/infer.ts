/** Implied argument types: what policies say about tools that no server described. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/index.ts';
import { isJsonArray, textOf } from '../json-array.ts';
import type { PolicyJson } from '../engine/index.ts';
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
export function inferArguments(policies: readonly PolicyJson[]): RecordType | undefined {
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

function visit(root: Guess, node: JsonValue | undefined): void {
  if (isJsonArray(node)) {
    for (const member of node) visit(root, member);
    return;
  }
  if (!isJsonObject(node)) return;
  find(root, node);
  for (const [operator, operand] of Object.entries(node)) {
    if (operator === 'Value') continue;
    expectOperands(root, operator, operand);
    if (isJsonObject(operand) && operator !== 'Record') {
      if (operator === 'has') findPresence(root, operand);
      visit(root, Object.values(operand));
    } else visit(root, isJsonObject(operand) ? Object.values(operand) : operand);
  }
}

function expectOperands(root: Guess, operator: string, operand: JsonValue): void {
  if (isJsonArray(operand)) {
    const kind = DECIMAL_METHODS.has(operator) ? 'decimal' : undefined;
    for (const member of operand) expect(root, member, kind);
    return;
  }
  if (!isJsonObject(operand)) return;
  const { left, right, arg } = operand;
  if (operator === '&&' || operator === '||') for (const side of [left, right]) expect(root, side, 'boolean');
  else if (operator === '!') expect(root, arg, 'boolean');
  else if (operator === 'if-then-else') expect(root, operand['if'], 'boolean');
  else if (operator === 'like') expect(root, left, 'string');
  else if (operator === 'neg') expect(root, arg, 'long');
  else if (COMPARISONS.has(operator)) for (const side of [left, right]) expect(root, side, 'long');
  else if (operator === '==' || operator === '!=') {
    expect(root, left, kindOf(right));
    expect(root, right, kindOf(left));
  } else if (operator === 'contains') {
    expect(root, left, setOf(kindOf(right)));
    expect(root, right, elementOf(left));
  } else if (operator === 'containsAll' || operator === 'containsAny') {
    expect(root, left, setOf(elementOf(right)));
    expect(root, right, setOf(elementOf(left)));
  } else if (operator === 'isEmpty') expect(root, arg, 'set:string');
}

function expect(root: Guess, node: JsonValue | undefined, kind: string | undefined): void {
  const guess = find(root, node);
  if (guess !== undefined && kind !== undefined) guess.kinds.add(kind);
}

/** The guess for `context.args.…`, made if there is none; `undefined` for any other expression. */
function find(root: Guess, node: JsonValue | undefined): Guess | undefined {
  if (!isJsonObject(node)) return undefined;
  const access = node['.'];
  if (!isJsonObject(access) || typeof access['attr'] !== 'string') return undefined;
  return isArgs(access['left'])
    ? member(root, access['attr'])
    : child(find(root, access['left']), access['attr']);
}

function findPresence(root: Guess, operand: JsonObject): void {
  const { left, attr } = operand;
  let at = isArgs(left) ? root : find(root, left);
  for (const name of isJsonArray(attr) ? attr : [attr]) at = child(at, textOf(name));
}

function isArgs(node: JsonValue | undefined): boolean {
  if (!isJsonObject(node)) return false;
  const access = node['.'];
  return (
    isJsonObject(access) &&
    access['attr'] === 'args' &&
    isJsonObject(access['left']) &&
    access['left']['Var'] === 'context'
  );
}

function child(guess: Guess | undefined, name: string): Guess | undefined {
  return guess === undefined ? undefined : member(guess, name);
}

function member(guess: Guess, name: string): Guess {
  const known = guess.fields.get(name);
  if (known !== undefined) return known;
  const made: Guess = { kinds: new Set(), fields: new Map() };
  guess.fields.set(name, made);
  return made;
}

function kindOf(node: JsonValue | undefined): string | undefined {
  if (!isJsonObject(node)) return undefined;
  if (Object.hasOwn(node, 'Set')) return setOf(elementOf(node));
  if (Object.hasOwn(node, 'decimal')) return 'decimal';
  const value = node['Value'];
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'number') return 'long';
  return isKnownString(node) ? 'string' : undefined;
}

/** `context.user.id`, `context.session.goal` and the like are texts. */
function isKnownString(node: JsonObject): boolean {
  const access = node['.'];
  if (!isJsonObject(access) || isBelowArgs(node)) return false;
  return ['id', 'goal', 'purpose', 'name', 'uri', 'path'].includes(textOf(access['attr']));
}

function isBelowArgs(node: JsonValue | undefined): boolean {
  if (isArgs(node)) return true;
  const access = isJsonObject(node) ? node['.'] : undefined;
  return isJsonObject(access) && isBelowArgs(access['left']);
}

function elementOf(node: JsonValue | undefined): string | undefined {
  if (!isJsonObject(node)) return undefined;
  if (isJsonArray(node['Set'])) return kindOf(node['Set'][0]);
  const access = node['.'];
  const known =
    isJsonObject(access) &&
    !isBelowArgs(node) &&
    ['labels', 'roles', 'findings'].includes(textOf(access['attr']));
  return known ? 'string' : undefined;
}

function setOf(kind: string | undefined): string | undefined {
  return kind === undefined || kind.startsWith('set:') ? undefined : `set:${kind}`;
}
