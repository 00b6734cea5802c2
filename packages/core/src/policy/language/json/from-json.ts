/** Cedar's JSON policy format to trees. */
import { Fault } from '../../../kernel/index.ts';
import { type ExactJson, isLong, toLong } from '../../value/index.ts';
import type { EntityUid } from '../names.ts';
import { EXTENSION_METHODS, FUNCTIONS, METHODS } from '../parser/index.ts';
import {
  type ActionScopeTree,
  type BinaryOperator,
  type EntityOrSlot,
  type EntityScope,
  type Expression,
  freeze,
  type Pattern,
  type PolicyTree,
  type Slot,
  type Variable,
  WILDCARD,
} from '../tree.ts';
import type { PolicyJson } from './policy-json.ts';

const NOWHERE = { start: 0, end: 0 };
const BINARY: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=', '+', '-', '*', 'in']);
const VARIABLES: ReadonlySet<string> = new Set(['principal', 'action', 'resource', 'context']);
/** Deepest expression. */
const MAX_DEPTH = 1000;

type Members = { readonly [name: string]: ExactJson };

/** The tree of a policy or template in JSON form, without positions. Throws `policy.syntax` for what is no policy. */
export function policyFromJson(json: PolicyJson): PolicyTree {
  const { effect } = json;
  if (effect !== 'permit' && effect !== 'forbid') throw refused('an effect', effect);
  const [principal, resource] = [scopeFromJson(json.principal), scopeFromJson(json.resource)];
  const slots = [principal, resource].flatMap((scope): readonly Slot[] => {
    const entity = scope.op === 'all' ? undefined : scope.op === 'is' ? scope.ancestor : scope.entity;
    return entity !== undefined && 'slot' in entity ? [entity.slot] : [];
  });
  return freeze({
    effect,
    annotations: Object.entries(json.annotations ?? {}).map(([name, value]) => ({ name, value, ...NOWHERE })),
    principal,
    action: actionFromJson(json.action),
    resource,
    conditions: json.conditions.map(({ kind, body }) => ({
      kind,
      body: expressionFromJson(body),
      ...NOWHERE,
    })),
    slots,
    ...NOWHERE,
  });
}

function scopeFromJson(json: Members): EntityScope {
  const op = typeof json['op'] === 'string' ? json['op'] : '';
  switch (op) {
    case 'All':
      return { op: 'all', ...NOWHERE };
    case '==':
      return { op: '==', entity: entityFromJson(json), ...NOWHERE };
    case 'in':
      return { op: 'in', entity: entityFromJson(json), ...NOWHERE };
    case 'is': {
      const entityType = textOf(json['entity_type']);
      const above = json['in'];
      return above === undefined
        ? { op: 'is', entityType, ...NOWHERE }
        : { op: 'is', entityType, ancestor: entityFromJson(membersOf(above)), ...NOWHERE };
    }
    default:
      throw refused('a scope', op);
  }
}

function actionFromJson(json: Members): ActionScopeTree {
  const { op, entity, entities } = json;
  if (op === 'All') return { op: 'all', ...NOWHERE };
  if (op === '==') return { op: '==', entity: uidFromJson(entity), ...NOWHERE };
  if (op !== 'in') throw refused('a scope', op ?? null);
  return Array.isArray(entities)
    ? { op: 'in', entities: entities.map(uidFromJson), listed: true, ...NOWHERE }
    : { op: 'in', entities: [uidFromJson(entity)], listed: false, ...NOWHERE };
}

function entityFromJson(json: Members): EntityOrSlot {
  const { slot, entity } = json;
  if (slot === '?principal' || slot === '?resource') return { slot };
  return uidFromJson(entity);
}

function uidFromJson(json: ExactJson | undefined): EntityUid {
  const members = membersOf(json);
  const named = members['__entity'] === undefined ? members : membersOf(members['__entity']);
  return { type: textOf(named['type']), id: textOf(named['id']) };
}

/** The tree of an expression in JSON form. Throws `policy.syntax`. */
export function expressionFromJson(json: ExactJson | undefined, depth = 0): Expression {
  if (depth > MAX_DEPTH) throw new Fault('policy.syntax', 'the expression is nested too deeply');
  const members = membersOf(json);
  const [operator, ...others] = Object.keys(members);
  if (operator === undefined || others.length > 0) throw refused('an expression', json ?? null);
  const inner = (value: ExactJson | undefined): Expression => expressionFromJson(value, depth + 1);
  const operand = members[operator] ?? null;
  if (Array.isArray(operand)) return fromList(operator, operand as readonly ExactJson[], inner);
  if (operator === 'Value') return literalFromJson(operand);
  if (operator === 'Var') {
    if (typeof operand !== 'string' || !VARIABLES.has(operand)) throw refused('a variable', operand);
    return { kind: 'variable', name: operand as Variable, ...NOWHERE };
  }
  return fromMembers(operator, membersOf(operand), inner);
}

type Inner = (value: ExactJson | undefined) => Expression;

function fromList(operator: string, operands: readonly ExactJson[], inner: Inner): Expression {
  const args = operands.map(inner);
  if (operator === 'Set') return { kind: 'set', elements: args, ...NOWHERE };
  if (FUNCTIONS.has(operator)) return { kind: 'call', name: operator, args, ...NOWHERE };
  const [target, ...rest] = args;
  if (target === undefined || !EXTENSION_METHODS.has(operator)) throw refused('an operator', operator);
  return { kind: 'method', name: operator, target, args: rest, ...NOWHERE };
}

function fromMembers(operator: string, operand: Members, inner: Inner): Expression {
  const { left, right, arg } = operand;
  if (BINARY.has(operator))
    return {
      kind: 'binary',
      operator: operator as BinaryOperator,
      left: inner(left),
      right: inner(right),
      ...NOWHERE,
    };
  if (METHODS.has(operator))
    return operator === 'isEmpty'
      ? { kind: 'method', name: operator, target: inner(arg), args: [], ...NOWHERE }
      : { kind: 'method', name: operator, target: inner(left), args: [inner(right)], ...NOWHERE };
  switch (operator) {
    case '&&':
      return { kind: 'and', left: inner(left), right: inner(right), ...NOWHERE };
    case '||':
      return { kind: 'or', left: inner(left), right: inner(right), ...NOWHERE };
    case '!':
      return { kind: 'not', operand: inner(arg), ...NOWHERE };
    case 'neg':
      return { kind: 'negate', operand: inner(arg), ...NOWHERE };
    case '.':
      return { kind: 'get', target: inner(left), attribute: textOf(operand['attr']), ...NOWHERE };
    case 'has':
      return { kind: 'has', target: inner(left), path: [textOf(operand['attr'])], ...NOWHERE };
    case 'like':
      return { kind: 'like', target: inner(left), pattern: patternFromJson(operand['pattern']), ...NOWHERE };
    case 'is': {
      const base = { kind: 'is', target: inner(left), entityType: textOf(operand['entity_type']) } as const;
      return operand['in'] === undefined
        ? { ...base, ...NOWHERE }
        : { ...base, ancestor: inner(operand['in']), ...NOWHERE };
    }
    case 'if-then-else':
      return {
        kind: 'if',
        condition: inner(operand['if']),
        consequent: inner(operand['then']),
        alternative: inner(operand['else']),
        ...NOWHERE,
      };
    case 'Record':
      return {
        kind: 'record',
        entries: Object.entries(operand).map(([key, value]) => ({ key, value: inner(value) })),
        ...NOWHERE,
      };
    default:
      throw refused('an operator', operator);
  }
}

/** A literal; sets and records of literals are written as the expressions they are. */
function literalFromJson(json: ExactJson): Expression {
  if (typeof json === 'boolean') return { kind: 'bool', value: json, ...NOWHERE };
  if (typeof json === 'string') return { kind: 'string', value: json, ...NOWHERE };
  if (isLong(json)) {
    const value = typeof json === 'bigint' || Number.isSafeInteger(json) ? toLong(BigInt(json)) : undefined;
    if (value === undefined) throw refused('an integer of 64 bits', String(json));
    return { kind: 'long', value, ...NOWHERE };
  }
  const { __entity: entity } = membersOf(json);
  return { kind: 'entity', uid: uidFromJson(entity), ...NOWHERE };
}

function patternFromJson(json: ExactJson | undefined): Pattern {
  if (!Array.isArray(json)) throw refused('a pattern', json ?? null);
  const pattern: (string | typeof WILDCARD)[] = [];
  for (const part of json as readonly ExactJson[]) {
    const last = pattern.at(-1);
    if (part === 'Wildcard') pattern.push(WILDCARD);
    else {
      const text = textOf(membersOf(part)['Literal']);
      if (typeof last === 'string') pattern[pattern.length - 1] = last + text;
      else if (text !== '') pattern.push(text);
    }
  }
  return pattern;
}

function membersOf(json: ExactJson | undefined): Members {
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json as Members;
  throw refused('an object', json ?? null);
}

function textOf(json: ExactJson | undefined): string {
  if (typeof json === 'string') return json;
  throw refused('a text', json ?? null);
}

function refused(expected: string, found: ExactJson): Fault {
  const shown = typeof found === 'object' ? '' : `, found \`${String(found).slice(0, 80)}\``;
  return new Fault('policy.syntax', `the policy is not in Cedar's JSON form: expected ${expected}${shown}`);
}
