/** Trees to policy text that parses to the same trees. */
import { RESERVED } from '../parser/index.ts';
import { type Expression, type Pattern, WILDCARD } from '../tree.ts';
import { escapeText, quote } from './quote.ts';

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** How tightly an expression binds; the higher, the tighter. */
const LOOSEST = 0;
const OR = 1;
const AND = 2;
const RELATION = 3;
const SUM = 4;
const PRODUCT = 5;
const UNARY = 6;
const MEMBER = 7;

type Of<Kind extends Expression['kind']> = Extract<Expression, { readonly kind: Kind }>;

/** The text of an expression, with no parentheses but those it needs. */
export function printExpression(expression: Expression): string {
  return print(expression, LOOSEST);
}

function print(expression: Expression, least: number): string {
  const text = printBare(expression);
  return bindingOf(expression) < least ? `(${text})` : text;
}

function bindingOf(expression: Expression): number {
  switch (expression.kind) {
    case 'if':
      return LOOSEST;
    case 'or':
      return OR;
    case 'and':
      return AND;
    case 'has':
    case 'like':
    case 'is':
      return RELATION;
    case 'binary':
      return BINDING[expression.operator] ?? RELATION;
    case 'not':
    case 'negate':
      return UNARY;
    case 'long':
      return expression.value < 0 ? UNARY : MEMBER;
    case 'bool':
    case 'string':
    case 'entity':
    case 'variable':
    case 'get':
    case 'set':
    case 'record':
    case 'call':
    case 'method':
      return MEMBER;
    default:
      return expression satisfies never;
  }
}

const BINDING: Readonly<Record<string, number>> = { '+': SUM, '-': SUM, '*': PRODUCT };

function printBare(expression: Expression): string {
  switch (expression.kind) {
    case 'bool':
    case 'long':
      return String(expression.value);
    case 'string':
      return quote(expression.value);
    case 'entity':
      return `${expression.uid.type}::${quote(expression.uid.id)}`;
    case 'variable':
      return expression.name;
    case 'not':
      return `!${printOperand(expression.operand, '!')}`;
    case 'negate':
      return `-${printOperand(expression.operand, '-')}`;
    case 'and':
      return `${print(expression.left, AND)} && ${print(expression.right, AND + 1)}`;
    case 'or':
      return `${print(expression.left, OR)} || ${print(expression.right, OR + 1)}`;
    case 'if':
      return `if ${print(expression.condition, LOOSEST)} then ${print(expression.consequent, LOOSEST)} else ${print(expression.alternative, LOOSEST)}`;
    case 'binary':
      return printBinary(expression);
    case 'has':
      return `${print(expression.target, SUM)} has ${printPath(expression.path)}`;
    case 'get':
      return `${print(expression.target, MEMBER)}${printAttribute(expression.attribute)}`;
    case 'like':
      return `${print(expression.target, SUM)} like "${printPattern(expression.pattern)}"`;
    case 'is': {
      const above = expression.ancestor === undefined ? '' : ` in ${print(expression.ancestor, SUM)}`;
      return `${print(expression.target, SUM)} is ${expression.entityType}${above}`;
    }
    case 'set':
      return `[${expression.elements.map((element) => print(element, LOOSEST)).join(', ')}]`;
    case 'record':
      return printRecord(expression);
    case 'call':
      return `${expression.name}(${printList(expression.args)})`;
    case 'method':
      return `${print(expression.target, MEMBER)}.${expression.name}(${printList(expression.args)})`;
    default:
      return expression satisfies never;
  }
}

function printBinary({ operator, left, right }: Of<'binary'>): string {
  const own = BINDING[operator];
  const [least, most] = own === undefined ? [SUM, SUM] : [own, own + 1];
  return `${print(left, least)} ${operator} ${print(right, most)}`;
}

/** At most four signs may stand in a row, and a minus before digits would become part of the number. */
function printOperand(operand: Expression, sign: '!' | '-'): string {
  const isNumber = sign === '-' && operand.kind === 'long' && operand.value >= 0;
  const isChain = (operand.kind === 'not' && sign === '!') || (operand.kind === 'negate' && sign === '-');
  const isOther = (operand.kind === 'not' || operand.kind === 'negate') && !isChain;
  if (isNumber || isOther || (isChain && chainLength(operand) >= 4)) return `(${printBare(operand)})`;
  const isMixed = operand.kind === 'long' && operand.value < 0;
  return isMixed ? `(${printBare(operand)})` : print(operand, UNARY);
}

function chainLength(expression: Expression): number {
  let [length, at] = [0, expression];
  while (at.kind === 'not' || at.kind === 'negate') {
    length += 1;
    at = at.operand;
  }
  return length;
}

function printRecord({ entries }: Of<'record'>): string {
  if (entries.length === 0) return '{}';
  const members = entries.map(
    ({ key, value }) => `${isPlain(key) ? key : quote(key)}: ${print(value, LOOSEST)}`,
  );
  return `{ ${members.join(', ')} }`;
}

function printList(expressions: readonly Expression[]): string {
  return expressions.map((expression) => print(expression, LOOSEST)).join(', ');
}

function printPath(path: readonly string[]): string {
  const [first = '', ...others] = path;
  return others.length === 0 && !isPlain(first) ? quote(first) : path.join('.');
}

function printAttribute(name: string): string {
  return isPlain(name) ? `.${name}` : `[${quote(name)}]`;
}

function isPlain(name: string): boolean {
  return NAME.test(name) && !RESERVED.has(name);
}

function printPattern(pattern: Pattern): string {
  return pattern.map((part) => (part === WILDCARD ? '*' : escapeText(part).replaceAll('*', '\\*'))).join('');
}
