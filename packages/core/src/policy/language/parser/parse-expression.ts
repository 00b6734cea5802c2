/** Expressions, by recursive descent; one function for each level of precedence. */
import type { BinaryOperator, Expression, Span } from '../tree.ts';
import type { Cursor } from './cursor.ts';
import { parsePrimary } from './parse-primary.ts';
import { parseAccesses } from './parse-access.ts';
import { attributeName, parseTypeName, readInteger } from './parse-names.ts';
import { unescapePattern } from './escapes.ts';

/** Deepest nesting of brackets, conditionals and operators in one expression. */
export const MAX_NESTING = 128;

/** Most operators in one chain, `a && b && …`. */
export const MAX_CHAIN = 1000;

/** Most `!` or `-` in a row, as in Cedar itself. */
const MAX_UNARY = 4;

const RELATIONS: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=']);

/** Reads one expression. `depth` is how deeply it is nested. */
export function parseExpression(cursor: Cursor, depth: number): Expression {
  if (depth > MAX_NESTING)
    return cursor.failAt(cursor.token, `the expression is nested more than ${MAX_NESTING} levels deep`);
  if (cursor.isName('if') && !isPathNext(cursor)) return parseIf(cursor, depth);
  return parseChain(cursor, depth, 'or');
}

function isPathNext(cursor: Cursor): boolean {
  return cursor.following.kind === 'mark' && cursor.following.text === '::';
}

function parseIf(cursor: Cursor, depth: number): Expression {
  const { start } = cursor.next();
  const condition = parseExpression(cursor, depth + 1);
  if (!cursor.acceptName('then')) return cursor.fail('expected `then`');
  const consequent = parseExpression(cursor, depth + 1);
  if (!cursor.acceptName('else')) return cursor.fail('expected `else`', 'every `if` has an `else` in Cedar');
  const alternative = parseExpression(cursor, depth + 1);
  return { kind: 'if', condition, consequent, alternative, start, end: cursor.lastEnd };
}

function parseChain(cursor: Cursor, depth: number, kind: 'or' | 'and'): Expression {
  const mark = kind === 'or' ? '||' : '&&';
  const parseOperand = (): Expression =>
    kind === 'or' ? parseChain(cursor, depth, 'and') : parseRelation(cursor, depth);
  let left = parseOperand();
  for (let length = 1; cursor.accept(mark); length += 1) {
    refuseLong(cursor, length);
    const right = parseOperand();
    left = { kind, left, right, ...spanOf(left, right) };
  }
  return left;
}

function parseRelation(cursor: Cursor, depth: number): Expression {
  const left = parseSum(cursor, depth);
  const { token } = cursor;
  const relation = parseOneRelation(cursor, left, depth);
  if (relation === undefined) return left;
  const again = cursor.token;
  const isAnother =
    (again.kind === 'mark' && RELATIONS.has(again.text)) ||
    (again.kind === 'name' && ['in', 'has', 'like', 'is'].includes(again.text));
  if (!isAnother) return relation;
  return cursor.failAt(
    again,
    `\`${token.text}\` and \`${again.text}\` stand in one comparison`,
    'put one of them in parentheses, or join two comparisons with `&&`',
  );
}

function parseOneRelation(cursor: Cursor, left: Expression, depth: number): Expression | undefined {
  const { kind, text } = cursor.token;
  if (kind === 'mark' && RELATIONS.has(text)) {
    cursor.next();
    return binary(text as BinaryOperator, left, parseSum(cursor, depth));
  }
  if (kind !== 'name') return undefined;
  switch (text) {
    case 'in':
      cursor.next();
      return binary('in', left, parseSum(cursor, depth));
    case 'has':
      cursor.next();
      return parseHas(cursor, left);
    case 'like':
      cursor.next();
      return parseLike(cursor, left);
    case 'is':
      cursor.next();
      return parseIs(cursor, left, depth);
    default:
      return undefined;
  }
}

function parseHas(cursor: Cursor, target: Expression): Expression {
  const path = [attributeName(cursor, 'expected the name of an attribute after `has`')];
  const isText = cursor.source.text.charAt(cursor.lastEnd - 1) === '"';
  while (!isText && cursor.isMark('.')) {
    refuseLong(cursor, path.length);
    cursor.next();
    if (cursor.token.kind === 'string')
      return cursor.fail('expected a name', 'after a dot, a name in quotes is not allowed');
    path.push(attributeName(cursor, 'expected a name'));
  }
  return { kind: 'has', target, path, start: target.start, end: cursor.lastEnd };
}

function parseLike(cursor: Cursor, target: Expression): Expression {
  const { token } = cursor;
  if (token.kind !== 'string')
    return cursor.fail(
      'expected a pattern in double quotes after `like`',
      'a pattern is a literal, `"/srv/*"`',
    );
  cursor.next();
  const pattern = unescapePattern(token.text);
  if ('bad' in pattern) return badEscape(cursor, token, pattern);
  return { kind: 'like', target, pattern: pattern.value, start: target.start, end: token.end };
}

function badEscape(
  cursor: Cursor,
  token: Span,
  { bad, start, end }: { readonly bad: string; readonly start: number; readonly end: number },
): never {
  const span = { start: token.start + start, end: token.start + end };
  return cursor.failAt(
    span,
    `\`${bad}\` is no escape`,
    'known: \\n \\r \\t \\0 \\\\ \\" \\\' \\u{…}, and \\* in patterns',
  );
}

function parseIs(cursor: Cursor, target: Expression, depth: number): Expression {
  if (cursor.token.kind === 'string')
    return cursor.fail('expected the name of an entity type after `is`', 'leave out the quotes');
  const entityType = parseTypeName(cursor);
  const base = { kind: 'is', target, entityType, start: target.start } as const;
  if (!cursor.acceptName('in')) return { ...base, end: cursor.lastEnd };
  const ancestor = parseSum(cursor, depth);
  return { ...base, ancestor, end: cursor.lastEnd };
}

function parseSum(cursor: Cursor, depth: number): Expression {
  let left = parseProduct(cursor, depth);
  for (let length = 1; cursor.isMark('+') || cursor.isMark('-'); length += 1) {
    refuseLong(cursor, length);
    const operator = cursor.next().text as '+' | '-';
    left = binary(operator, left, parseProduct(cursor, depth));
  }
  return left;
}

function parseProduct(cursor: Cursor, depth: number): Expression {
  let left = parseUnary(cursor, depth);
  for (let length = 1; cursor.isMark('*'); length += 1) {
    refuseLong(cursor, length);
    cursor.next();
    left = binary('*', left, parseUnary(cursor, depth));
  }
  if (cursor.isMark('/') || cursor.isMark('%')) return cursor.fail('expected an operator');
  return left;
}

function parseUnary(cursor: Cursor, depth: number): Expression {
  const { text } = cursor.token;
  if (!(cursor.isMark('!') || cursor.isMark('-'))) return parseMember(cursor, depth);
  const starts: number[] = [];
  while (cursor.isMark(text)) {
    if (starts.length === MAX_UNARY)
      return cursor.failAt(cursor.token, `more than ${MAX_UNARY} \`${text}\` in a row`);
    starts.push(cursor.next().start);
  }
  let operand = text === '-' ? parseNegated(cursor, starts, depth) : parseMember(cursor, depth);
  for (const start of starts.reverse()) {
    operand = { kind: text === '-' ? 'negate' : 'not', operand, start, end: operand.end };
  }
  return operand;
}

/** A minus directly before digits that nothing follows is part of the literal, so that the least integer can be written. */
function parseNegated(cursor: Cursor, starts: number[], depth: number): Expression {
  const { token, following } = cursor;
  const isAccessed = following.kind === 'mark' && (following.text === '.' || following.text === '[');
  if (token.kind !== 'integer' || isAccessed) return parseMember(cursor, depth);
  cursor.next();
  const start = starts.pop() ?? token.start;
  return { kind: 'long', value: readInteger(cursor, token, true), start, end: token.end };
}

function parseMember(cursor: Cursor, depth: number): Expression {
  return parseAccesses(cursor, parsePrimary(cursor, depth, parseExpression), depth, parseExpression);
}

function binary(operator: BinaryOperator, left: Expression, right: Expression): Expression {
  return { kind: 'binary', operator, left, right, ...spanOf(left, right) };
}

function spanOf(left: Span, right: Span): Span {
  return { start: left.start, end: right.end };
}

function refuseLong(cursor: Cursor, length: number): void {
  if (length < MAX_CHAIN) return;
  cursor.failAt(
    cursor.token,
    `more than ${MAX_CHAIN} operands stand in one chain`,
    'write a list as `["a", "b"].contains(…)`, or several policies',
  );
}
