/** Expressions to closures: no code is generated, so no content security policy is in the way. */
import { Fault } from '../../../kernel/index.ts';
import type { Expression } from '../../language/index.ts';
import { CedarSet, makeRecord, negateLong, isLong, Uid, uidKey, type Value } from '../../value/index.ts';
import { hasAttribute, readAttribute, requireUid } from './access.ts';
import { compileArithmetic, compileBound, compileComparison, type Comparison, isIn } from './compare.ts';
import { constantOf } from './constant.ts';
import { type Closure, EvaluationFailure, type Test } from './environment.ts';
import { kindOf } from './kinds.ts';
import { compilePattern } from './like.ts';
import { operationOf } from './methods.ts';
import { compilePath, NODE, pathOf } from './path.ts';
import type { SharedParts } from './shared.ts';

type Of<Kind extends Expression['kind']> = Extract<Expression, { readonly kind: Kind }>;

/** The closure of `expression`. Throws `policy.syntax` for a function that Cedar does not have. */
export function compileExpression(expression: Expression, parts: SharedParts): Closure {
  const constant = constantOf(expression);
  if (constant !== undefined) return () => constant;
  switch (expression.kind) {
    case 'variable':
      return compileVariable(expression);
    case 'negate':
      return compileNegation(expression, parts);
    case 'if':
      return compileIf(expression, parts);
    case 'get':
      return compileGet(expression, parts);
    case 'set': {
      const elements = expression.elements.map((one) => compileExpression(one, parts));
      return (environment) => new CedarSet(elements.map((element) => element(environment)));
    }
    case 'record': {
      const entries = expression.entries.map(({ key, value }) => ({
        key,
        value: compileExpression(value, parts),
      }));
      return (environment) => makeRecord(entries.map(({ key, value }) => [key, value(environment)] as const));
    }
    case 'call':
      return compileOperation(expression.name, expression.args, parts);
    case 'method':
      return compileOperation(expression.name, [expression.target, ...expression.args], parts);
    case 'binary':
      return compileBinary(expression, parts);
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
      return compileTest(expression, parts);
    default:
      return expression satisfies never;
  }
}

/** The closure of an expression that must be true or false; a value of another kind is an error. */
export function compileTest(expression: Expression, parts: SharedParts): Test {
  switch (expression.kind) {
    case 'and':
    case 'or':
      return compileChain(expression, parts);
    case 'not': {
      const operand = compileTest(expression.operand, parts);
      return (environment) => !operand(environment);
    }
    case 'has':
      return compileHas(expression, parts);
    case 'like': {
      const matches = compilePattern(expression.pattern);
      const target = compileExpression(expression.target, parts);
      return (environment) => {
        const text = target(environment);
        if (typeof text === 'string') return matches(text);
        throw new EvaluationFailure(`\`like\` needs a string, found a ${kindOf(text)}`);
      };
    }
    case 'is':
      return compileIs(expression, parts);
    case 'binary':
      if (isComparison(expression)) return compileBinary(expression, parts) as Test;
      return testOf(compileExpression(expression, parts));
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
      return testOf(compileExpression(expression, parts));
    default:
      return expression satisfies never;
  }
}

function testOf(closure: Closure): Test {
  return (environment) => {
    const value = closure(environment);
    if (typeof value === 'boolean') return value;
    throw new EvaluationFailure(`a condition needs a bool, found a ${kindOf(value)}`);
  };
}

function isComparison({ operator }: Of<'binary'>): boolean {
  return operator !== '+' && operator !== '-' && operator !== '*';
}

function compileVariable({ name }: Of<'variable'>): Closure {
  if (name === 'context') return ({ context }) => context;
  const node = NODE[name];
  return (environment) => node(environment).uid;
}

function compileNegation({ operand }: Of<'negate'>, parts: SharedParts): Closure {
  const closure = compileExpression(operand, parts);
  return (environment) => {
    const value = closure(environment);
    if (!isLong(value)) throw new EvaluationFailure(`\`-\` needs a long, found a ${kindOf(value)}`);
    const result = negateLong(value);
    if (result !== undefined) return result;
    throw new EvaluationFailure(`integer overflow: \`-(${value})\` is outside 64 bits`);
  };
}

function compileIf({ condition, consequent, alternative }: Of<'if'>, parts: SharedParts): Closure {
  const test = compileTest(condition, parts);
  const [yes, no] = [compileExpression(consequent, parts), compileExpression(alternative, parts)];
  return (environment) => (test(environment) ? yes(environment) : no(environment));
}

/** A chain `a && b && c` is one closure, however long. */
function compileChain(expression: Of<'and' | 'or'>, parts: SharedParts): Test {
  const operands: Expression[] = [];
  let at: Expression = expression;
  while (at.kind === expression.kind) {
    operands.push(at.right);
    at = at.left;
  }
  const tests = [at, ...operands.reverse()].map((one) => compileTest(one, parts));
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

function compileGet(expression: Of<'get'>, parts: SharedParts): Closure {
  const path = pathOf(expression);
  if (path !== undefined) return parts.closure(JSON.stringify(path), () => compilePath(path));
  const closure = compileExpression(expression.target, parts);
  const name = parts.text(expression.attribute);
  return (environment) => readAttribute(closure(environment), name, environment);
}

function compileHas({ target, path }: Of<'has'>, parts: SharedParts): Test {
  const closure = compileExpression(target, parts);
  const [only, ...others] = path;
  if (only !== undefined && others.length === 0)
    return (environment) => hasAttribute(closure(environment), only, environment);
  return (environment) => {
    let value = closure(environment);
    for (const [index, name] of path.entries()) {
      if (!hasAttribute(value, name, environment)) return false;
      if (index < path.length - 1) value = readAttribute(value, name, environment);
    }
    return true;
  };
}

function compileIs({ target, entityType, ancestor }: Of<'is'>, parts: SharedParts): Test {
  const closure = compileExpression(target, parts);
  const above = ancestor === undefined ? undefined : compileExpression(ancestor, parts);
  return (environment) => {
    const uid = requireUid(closure(environment), '`is`');
    if (uid.type !== entityType) return false;
    return above === undefined || isIn(uid, above(environment), environment);
  };
}

function compileBinary({ operator, left, right }: Of<'binary'>, parts: SharedParts): Closure {
  const one = compileExpression(left, parts);
  if (operator === '+' || operator === '-' || operator === '*')
    return compileArithmetic(operator, one, compileExpression(right, parts));
  const constant = constantOf(right);
  if (constant !== undefined) {
    const specialised = compileWithConstant(operator, left, one, constant);
    if (specialised !== undefined) return specialised;
  }
  return compileComparison(operator, one, compileExpression(right, parts));
}

/** The comparisons that policies are full of: with a text, a number, or an entity. */
function compileWithConstant(
  operator: Comparison,
  left: Expression,
  one: Closure,
  constant: Value,
): Test | undefined {
  if (operator === '==' && typeof constant !== 'object')
    return (environment) => one(environment) === constant;
  if (operator === '!=' && typeof constant !== 'object')
    return (environment) => one(environment) !== constant;
  if (typeof constant === 'number' && operator !== '==' && operator !== '!=' && operator !== 'in')
    return compileBound(operator, one, constant);
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

function compileOperation(name: string, args: readonly Expression[], parts: SharedParts): Closure {
  const operation = operationOf(name, args.length);
  if (operation === undefined) throw new Fault('policy.syntax', `\`${name}\` is not a function of Cedar`);
  const constants = args.map(constantOf);
  if (constants.every((constant) => constant !== undefined)) {
    // The environment is not looked at by functions of constants, tags aside, and tags are of entities.
    const folded = fold(() => operation(constants, undefined as never), name);
    if (folded !== undefined) return () => folded;
  }
  const [first, second, ...others] = args.map((arg) => compileExpression(arg, parts));
  const known = constants[1];
  if (name === 'contains' && first !== undefined && known !== undefined && typeof known !== 'object')
    return (environment) => {
      const set = first(environment);
      return set instanceof CedarSet ? set.hasPlain(known) : operation([set, known], environment);
    };
  if (args.length === 1 && first !== undefined)
    return (environment) => operation([first(environment)], environment);
  if (args.length === 2 && first !== undefined && second !== undefined)
    return (environment) => operation([first(environment), second(environment)], environment);
  const closures = [first, second, ...others].filter((closure) => closure !== undefined);
  return (environment) =>
    operation(
      closures.map((closure) => closure(environment)),
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
