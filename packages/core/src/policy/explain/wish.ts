/** What would have to be otherwise for an expression to come out as it does not: a clause an operator can act on. */
import { type BinaryOperator, type Expression, type Pattern, WILDCARD } from '../language/index.ts';
import { Uid, uidKey } from '../value/index.ts';
import { type Asking, textOf, valueOf } from './asking.ts';
import { printValue } from './print-value.ts';
import { linksOf } from './requirements.ts';

/** ``{clause: '`context.args.amount` were at most 500', finding: 'it is 730'}``. */
export interface Wish {
  readonly clause: string;
  readonly finding: string;
}

type Of<Kind extends Expression['kind']> = Extract<Expression, { readonly kind: Kind }>;

/** Ways to fulfil a wish that are named; there may be more. */
const MAX_WAYS = 3;

/** What is wished for where `expression` should have come to `truth`. */
export function wishFor(asking: Asking, expression: Expression, truth: boolean): Wish {
  switch (expression.kind) {
    case 'not':
      return wishFor(asking, expression.operand, !truth);
    case 'and':
    case 'or':
      return chainWish(asking, expression, truth);
    case 'if':
      return branchWish(asking, expression, truth);
    case 'binary':
      return comparisonWish(asking, expression, truth);
    case 'has':
      return presenceWish(asking, expression, truth);
    case 'like': {
      const pattern = printPattern(expression.pattern);
      const verb = truth ? 'matched' : 'did not match';
      return stateWish(asking, expression.target, `${verb} ${pattern}`);
    }
    case 'is':
      return typeWish(asking, expression, truth);
    case 'method':
      return methodWish(asking, expression, truth);
    case 'get':
    case 'variable':
    case 'bool':
    case 'long':
    case 'string':
    case 'entity':
    case 'negate':
    case 'set':
    case 'record':
    case 'call':
      return stateWish(asking, expression, `were ${truth}`);
    default:
      return expression satisfies never;
  }
}

/** A wish about `subject`, with what it is. */
function stateWish(asking: Asking, subject: Expression, state: string): Wish {
  return { clause: `\`${textOf(asking, subject)}\` ${state}`, finding: findingOf(asking, subject) };
}

/** `it is 730`, `it is not there`. */
function findingOf(asking: Asking, expression: Expression): string {
  const found = valueOf(asking, expression);
  return found.status === 'value'
    ? `it is ${printValue(found.value)}`
    : `it cannot be read: ${found.message}`;
}

/** All links must be so: the first that is not. One must be so: any of them. */
function chainWish(asking: Asking, expression: Of<'and' | 'or'>, truth: boolean): Wish {
  const links = linksOf(expression);
  if ((expression.kind === 'and') === truth) {
    const failing = links.find((link) => !comesTo(asking, link, truth)) ?? expression.right;
    return wishFor(asking, failing, truth);
  }
  const ways = links.slice(0, MAX_WAYS).map((link) => wishFor(asking, link, truth));
  const more = links.length > MAX_WAYS ? ', or one of others' : '';
  return {
    clause: `${ways.map(({ clause }) => clause).join(', or ')}${more}`,
    finding: [...new Set(ways.map(({ clause, finding }) => `${subjectOf(clause)} ${finding}`))].join('; '),
  };
}

/** The finding of one of several ways names what it is about. */
function subjectOf(clause: string): string {
  const end = clause.indexOf('`', 1);
  return clause.startsWith('`') && end > 0 ? `${clause.slice(0, end + 1)}:` : '';
}

function comesTo(asking: Asking, expression: Expression, truth: boolean): boolean {
  const found = valueOf(asking, expression);
  return found.status === 'value' && found.value === truth;
}

function branchWish(asking: Asking, expression: Of<'if'>, truth: boolean): Wish {
  const { condition, consequent, alternative } = expression;
  const isTaken = comesTo(asking, condition, true);
  const branch = isTaken ? consequent : alternative;
  const { clause, finding } = wishFor(asking, branch, truth);
  return { clause, finding: `${finding}, and \`${textOf(asking, condition)}\` is ${isTaken}` };
}

const NEGATED: Readonly<Record<BinaryOperator, BinaryOperator>> = {
  '<': '>=',
  '<=': '>',
  '>': '<=',
  '>=': '<',
  '==': '!=',
  '!=': '==',
  '+': '+',
  '-': '-',
  '*': '*',
  in: 'in',
};

const TURNED: Readonly<Partial<Record<BinaryOperator, BinaryOperator>>> = {
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
  '==': '==',
  '!=': '!=',
};

const WORDS: Readonly<Partial<Record<BinaryOperator, string>>> = {
  '<': 'less than ',
  '<=': 'at most ',
  '>': 'more than ',
  '>=': 'at least ',
  '==': '',
  '!=': 'not ',
};

function comparisonWish(asking: Asking, expression: Of<'binary'>, truth: boolean): Wish {
  const { operator, left, right } = expression;
  if (operator === 'in') return membershipWish(asking, left, right, truth);
  const turned = TURNED[operator];
  // What is compared with a literal is the subject, wherever it stands.
  if (turned !== undefined && isLiteral(left) && !isLiteral(right))
    return orderWish(asking, right, turned, left, truth);
  return orderWish(asking, left, operator, right, truth);
}

function orderWish(
  asking: Asking,
  subject: Expression,
  operator: BinaryOperator,
  object: Expression,
  truth: boolean,
): Wish {
  const words = WORDS[truth ? operator : NEGATED[operator]];
  if (words === undefined) return stateWish(asking, subject, `were ${truth}`);
  return stateWish(asking, subject, `were ${words}${objectText(asking, object)}`);
}

/** A literal as it is; anything else with what it comes to. */
function objectText(asking: Asking, object: Expression): string {
  const found = valueOf(asking, object);
  if (isLiteral(object)) return found.status === 'value' ? printValue(found.value) : textOf(asking, object);
  const value = found.status === 'value' ? `, which is ${printValue(found.value)}` : '';
  return `\`${textOf(asking, object)}\`${value}`;
}

function isLiteral(expression: Expression): boolean {
  switch (expression.kind) {
    case 'bool':
    case 'long':
    case 'string':
    case 'entity':
      return true;
    case 'negate':
      return isLiteral(expression.operand);
    case 'call':
      return expression.args.every(isLiteral);
    case 'set':
      return expression.elements.every(isLiteral);
    case 'record':
      return expression.entries.every(({ value }) => isLiteral(value));
    case 'variable':
    case 'not':
    case 'binary':
    case 'and':
    case 'or':
    case 'if':
    case 'has':
    case 'get':
    case 'like':
    case 'is':
    case 'method':
      return false;
    default:
      return expression satisfies never;
  }
}

function membershipWish(asking: Asking, left: Expression, right: Expression, truth: boolean): Wish {
  const groups =
    right.kind === 'set' ? right.elements.map((one) => objectText(asking, one)) : [objectText(asking, right)];
  const one = groups.length > 1 ? `one of ${groups.join(', ')}` : (groups[0] ?? 'nothing');
  const { clause, finding } = stateWish(asking, left, `were ${truth ? '' : 'not '}in ${one}`);
  const found = valueOf(asking, left);
  const above = found.status === 'value' && found.value instanceof Uid ? groupsOf(asking, found.value) : [];
  return { clause, finding: above.length > 0 ? `${finding}, in ${above.join(', ')}` : finding };
}

function groupsOf({ store }: Asking, uid: Uid): readonly string[] {
  const keys = [...(store.find(uid)?.ancestors ?? [])].sort().slice(0, MAX_WAYS);
  return keys.flatMap((key) => {
    const at = key.indexOf('\0');
    const group = new Uid(key.slice(0, at), key.slice(at + 1));
    return uidKey(group) === key ? [printValue(group)] : [];
  });
}

function presenceWish(asking: Asking, { target, path }: Of<'has'>, truth: boolean): Wish {
  const start = textOf(asking, target);
  const steps = path.map((_name, index) => path.slice(0, index + 1));
  const missing = steps.find((upTo) => !isThere(asking, target, upTo)) ?? path;
  const whole = `\`${[start, ...path].join('.')}\``;
  if (!truth) return { clause: `${whole} were not given`, finding: 'it is' };
  const named = `\`${[start, ...missing].join('.')}\``;
  return {
    clause: `${whole} were given`,
    finding: missing.length < path.length ? `${named} is missing` : 'it is missing',
  };
}

function isThere(asking: Asking, target: Expression, path: readonly string[]): boolean {
  const { start, end } = target;
  return comesTo(asking, { kind: 'has', target, path, start, end }, true);
}

function typeWish(asking: Asking, { target, entityType, ancestor }: Of<'is'>, truth: boolean): Wish {
  const above = ancestor === undefined ? '' : ` in ${objectText(asking, ancestor)}`;
  const article = /^[AEIOU]/.test(entityType) ? 'an' : 'a';
  return stateWish(asking, target, `were ${truth ? '' : 'not '}${article} \`${entityType}\`${above}`);
}

const DECIMAL_ORDER: Readonly<Record<string, BinaryOperator>> = {
  lessThan: '<',
  lessThanOrEqual: '<=',
  greaterThan: '>',
  greaterThanOrEqual: '>=',
};

const CONTAINS: Readonly<Record<string, readonly [yes: string, no: string]>> = {
  contains: ['contained', 'did not contain'],
  containsAll: ['contained all of', 'did not contain all of'],
  containsAny: ['contained one of', 'contained none of'],
};

function methodWish(asking: Asking, expression: Of<'method'>, truth: boolean): Wish {
  const { name, target, args } = expression;
  const [argument] = args;
  const order = DECIMAL_ORDER[name];
  if (order !== undefined && argument !== undefined) return orderWish(asking, target, order, argument, truth);
  if (name === 'isEmpty') return stateWish(asking, target, truth ? 'were empty' : 'were not empty');
  const verbs = CONTAINS[name];
  if (verbs === undefined || argument === undefined) return stateWish(asking, expression, `were ${truth}`);
  const [yes, no] = verbs;
  // `["a", "b"].contains(x)` is about x.
  if (isLiteral(target) && !isLiteral(argument))
    return stateWish(asking, argument, `were ${truth ? '' : 'not '}one of ${objectText(asking, target)}`);
  return stateWish(asking, target, `${truth ? yes : no} ${objectText(asking, argument)}`);
}

function printPattern(pattern: Pattern): string {
  const text = pattern.map((piece) => (piece === WILDCARD ? '*' : piece.replaceAll('*', '\\*'))).join('');
  return JSON.stringify(text);
}
