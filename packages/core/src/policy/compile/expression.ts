/** Expressions to closures: no code is generated, so no content security policy is in the way. */
import { Fault } from '../../kernel/index.ts';
import type { Expression } from '../language/index.ts';
import { CedarSet, makeRecord, negateLong, isLong, Uid, uidKey, type Value } from '../value/index.ts';
import { hasAttribute, readAttribute, readNode, requireUid } from './access.ts';
import { compileArithmetic, compileBound, compileComparison, isIn, type Order } from './compare.ts';
import { constantOf } from './constant.ts';
import { type Closure, type Environment, EvaluationFailure, type Test } from './environment.ts';
import { kindOf } from './kinds.ts';
import { compilePattern } from './like.ts';
import { operationOf } from './methods.ts';
import type { EntityNode } from './store.ts';

type Of<Kind extends Expression['kind']> = Extract<Expression, { readonly kind: Kind }>;

/** The closure of `expression`. Throws `policy.syntax` for a function that Cedar does not have. */
export function compileExpression(expression: Expression): Closure {
  const constant = constantOf(expression);
  if (constant !== undefined) return () => constant;
  switch (expression.kind) {
    case 'variable':
      return compileVariable(expression);
    case 'negate':
      return compileNegation(expression);
    case 'if':
      return compileIf(expression);
    case 'get':
      return compileGet(expression);
    case 'set': {
      const elements = expression.elements.map(compileExpression);
      return (environment) => new CedarSet(elements.map((element) => element(environment)));
    }
    case 'record': {
      const entries = expression.entries.map(({ key, value }) => ({ key, value: compileExpression(value) }));
      return (environment) => makeRecord(entries.map(({ key, value }) => [key, value(environment)] as const));
    }
    case 'call':
      return compileOperation(expression.name, expression.args, expression);
    case 'method':
      return compileOperation(expression.name, [expression.target, ...expression.args], expression);
    case 'binary':
      return compileBinary(expression);
    case 'bool':
    case 'long':
    case 'string':
    case 'entity':
    case 'not':
    case 'and':
    case 'or':
    case 'has':
    case 'like':
    case 'is':
      return compileTest(expression);
    default:
      return expression satisfies never;
  }
}

/** The closure of an expression that must be true or false; a value of another kind is an error. */
export function compileTest(expression: Expression): Test {
  switch (expression.kind) {
    case 'and':
    case 'or':
      return compileChain(expression);
    case 'not': {
      const operand = compileTest(expression.operand);
      return (environment) => !operand(environment);
    }
    case 'has':
      return compileHas(expression);
    case 'like': {
      const matches = compilePattern(expression.pattern);
      const target = compileExpression(expression.target);
      return (environment) => {
        const text = target(environment);
        if (typeof text === 'string') return matches(text);
        throw new EvaluationFailure(`\`like\` needs a string, found a ${kindOf(text)}`, expression);
      };
    }
    case 'is':
      return compileIs(expression);
    case 'binary':
      if (isComparison(expression)) return compileBinary(expression) as Test;
      return testOf(compileExpression(expression), expression);
    case 'bool':
    case 'long':
    case 'string':
    case 'entity':
    case 'variable':
    case 'negate':
    case 'if':
    case 'get':
    case 'set':
    case 'record':
    case 'call':
    case 'method':
      return testOf(compileExpression(expression), expression);
    default:
      return expression satisfies never;
  }
}

function testOf(closure: Closure, expression: Expression): Test {
  return (environment) => {
    const value = closure(environment);
    if (typeof value === 'boolean') return value;
    throw new EvaluationFailure(`a condition needs a bool, found a ${kindOf(value)}`, expression);
  };
}

function isComparison({ operator }: Of<'binary'>): boolean {
  return operator !== '+' && operator !== '-' && operator !== '*';
}

const NODE = {
  principal: ({ principal }: Environment): EntityNode => principal,
  action: ({ action }: Environment): EntityNode => action,
  resource: ({ resource }: Environment): EntityNode => resource,
} as const;

function compileVariable({ name }: Of<'variable'>): Closure {
  if (name === 'context') return ({ context }) => context;
  const node = NODE[name];
  return (environment) => node(environment).uid;
}

function compileNegation({ operand, ...span }: Of<'negate'>): Closure {
  const closure = compileExpression(operand);
  return (environment) => {
    const value = closure(environment);
    if (!isLong(value)) throw new EvaluationFailure(`\`-\` needs a long, found a ${kindOf(value)}`, span);
    const result = negateLong(value);
    if (result !== undefined) return result;
    throw new EvaluationFailure(`integer overflow: \`-(${value})\` is outside 64 bits`, span);
  };
}

function compileIf({ condition, consequent, alternative }: Of<'if'>): Closure {
  const test = compileTest(condition);
  const [yes, no] = [compileExpression(consequent), compileExpression(alternative)];
  return (environment) => (test(environment) ? yes(environment) : no(environment));
}

/** A chain `a && b && c` is one closure, however long. */
function compileChain(expression: Of<'and' | 'or'>): Test {
  const operands: Expression[] = [];
  let at: Expression = expression;
  while (at.kind === expression.kind) {
    operands.push(at.right);
    at = at.left;
  }
  const tests = [at, ...operands.reverse()].map(compileTest);
  const [first, second, third] = tests as [Test, Test, Test | undefined];
  const stops = expression.kind === 'or';
  if (tests.length === 2) {
    return stops
      ? (environment) => first(environment) || second(environment)
      : (environment) => first(environment) && second(environment);
  }
  if (tests.length === 3 && third !== undefined) {
    return stops
      ? (environment) => first(environment) || second(environment) || third(environment)
      : (environment) => first(environment) && second(environment) && third(environment);
  }
  return (environment) => {
    for (const test of tests) if (test(environment) === stops) return stops;
    return !stops;
  };
}

function compileGet({ target, attribute, start, end }: Of<'get'>): Closure {
  const read = { name: attribute, span: { start, end } };
  if (target.kind === 'variable' && target.name !== 'context') {
    const node = NODE[target.name];
    return (environment) => readNode(node(environment), node(environment).uid, read);
  }
  const closure = compileExpression(target);
  return (environment) => readAttribute(closure(environment), read, environment);
}

function compileHas({ target, path, start, end }: Of<'has'>): Test {
  const closure = compileExpression(target);
  const reads = path.map((name) => ({ name, span: { start, end } }));
  const [only, ...others] = reads;
  if (only !== undefined && others.length === 0)
    return (environment) => hasAttribute(closure(environment), only, environment);
  return (environment) => {
    let value = closure(environment);
    for (const [index, read] of reads.entries()) {
      if (!hasAttribute(value, read, environment)) return false;
      if (index < reads.length - 1) value = readAttribute(value, read, environment);
    }
    return true;
  };
}

function compileIs({ target, entityType, ancestor, start, end }: Of<'is'>): Test {
  const closure = compileExpression(target);
  const span = { start, end };
  const above = ancestor === undefined ? undefined : compileExpression(ancestor);
  return (environment) => {
    const uid = requireUid(closure(environment), '`is`', span);
    if (uid.type !== entityType) return false;
    return above === undefined || isIn(uid, above(environment), span, environment);
  };
}

function compileBinary(expression: Of<'binary'>): Closure {
  const { operator, left, right, start, end } = expression;
  const span = { start, end };
  const one = compileExpression(left);
  if (operator === '+' || operator === '-' || operator === '*')
    return compileArithmetic(operator, one, compileExpression(right), span);
  const constant = constantOf(right);
  if (constant !== undefined) {
    const specialised = compileWithConstant({ operator, left, one, constant, span });
    if (specialised !== undefined) return specialised;
  }
  return compileComparison(operator, one, compileExpression(right), span);
}

interface WithConstant {
  readonly operator: Exclude<Of<'binary'>['operator'], '+' | '-' | '*'>;
  readonly left: Expression;
  readonly one: Closure;
  readonly constant: Value;
  readonly span: { readonly start: number; readonly end: number };
}

/** The comparisons that policies are full of: with a text, a number, or an entity. */
function compileWithConstant({ operator, left, one, constant, span }: WithConstant): Test | undefined {
  if (operator === '==' && typeof constant !== 'object')
    return (environment) => one(environment) === constant;
  if (operator === '!=' && typeof constant !== 'object')
    return (environment) => one(environment) !== constant;
  if (typeof constant === 'number' && operator !== '==' && operator !== '!=' && operator !== 'in')
    return compileBound(operator satisfies Order, one, constant, span);
  if (operator === 'in' && constant instanceof Uid && left.kind === 'variable' && left.name !== 'context') {
    const node = NODE[left.name];
    const key = uidKey(constant);
    return (environment) => {
      const { uid, ancestors } = node(environment);
      return (uid.id === constant.id && uid.type === constant.type) || ancestors.has(key);
    };
  }
  return undefined;
}

function compileOperation(name: string, args: readonly Expression[], expression: Expression): Closure {
  const operation = operationOf(name, args.length);
  if (operation === undefined) throw new Fault('policy.syntax', `\`${name}\` is not a function of Cedar`);
  const span = { start: expression.start, end: expression.end };
  const constants = args.map(constantOf);
  if (constants.every((constant) => constant !== undefined)) {
    // The environment is not looked at by functions of constants, tags aside, and tags are of entities.
    const folded = fold(() => operation(constants, span, undefined as never), name);
    if (folded !== undefined) return () => folded;
  }
  const [first, second] = args.map(compileExpression);
  if (args.length === 1 && first !== undefined)
    return (environment) => operation([first(environment)], span, environment);
  if (args.length === 2 && first !== undefined && second !== undefined)
    return (environment) => operation([first(environment), second(environment)], span, environment);
  const closures = args.map(compileExpression);
  return (environment) =>
    operation(
      closures.map((closure) => closure(environment)),
      span,
      environment,
    );
}

/** The value of an operation on constants; `undefined` where it fails, so that it fails when it is reached. */
function fold(evaluate: () => Value, name: string): Value | undefined {
  if (name === 'getTag' || name === 'hasTag') return undefined;
  try {
    return evaluate();
  } catch (thrown) {
    if (thrown instanceof EvaluationFailure) return undefined;
    throw thrown;
  }
}
