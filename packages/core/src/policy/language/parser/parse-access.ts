/** What follows an expression: `.attribute`, `["attribute"]`, `.method(…)`. */
import type { Expression } from '../tree.ts';
import type { Cursor } from './cursor.ts';
import { EXTENSION_METHODS, FUNCTIONS, METHODS } from './functions.ts';
import { plainName, readString, suggestion } from './parse-names.ts';
import { type ParseExpression, parseItems } from './parse-primary.ts';

/** Longest chain of accesses. */
const MAX_ACCESSES = 64;

/** Reads every access that follows `target`. */
export function parseAccesses(
  cursor: Cursor,
  target: Expression,
  depth: number,
  parse: ParseExpression,
): Expression {
  let at = target;
  for (let count = 0; cursor.isMark('.') || cursor.isMark('['); count += 1) {
    if (count === MAX_ACCESSES)
      return cursor.failAt(cursor.token, `more than ${MAX_ACCESSES} attributes and methods in a row`);
    at = cursor.accept('[') ? parseIndex(cursor, at) : parseDot(cursor, at, depth, parse);
  }
  return at;
}

function parseIndex(cursor: Cursor, target: Expression): Expression {
  const { token } = cursor;
  if (token.kind !== 'string')
    return cursor.fail(
      'expected the name of an attribute in double quotes',
      'sets cannot be indexed; use `.contains(…)`',
    );
  cursor.next();
  const attribute = readString(cursor, token);
  cursor.expect(']');
  return { kind: 'get', target, attribute, start: target.start, end: cursor.lastEnd };
}

function parseDot(cursor: Cursor, target: Expression, depth: number, parse: ParseExpression): Expression {
  cursor.next();
  const named = cursor.token;
  const name = plainName(cursor, 'expected the name of an attribute or method');
  if (!cursor.accept('('))
    return { kind: 'get', target, attribute: name, start: target.start, end: cursor.lastEnd };
  const args = parseItems(cursor, ')', () => parse(cursor, depth + 1));
  const wanted = METHODS.get(name);
  if (wanted === undefined && !EXTENSION_METHODS.has(name)) {
    const hint = FUNCTIONS.has(name)
      ? `it is a function: write \`${name}(…)\``
      : suggestion(name, [...METHODS.keys(), ...EXTENSION_METHODS]);
    return cursor.failAt(named, `\`${name}\` is no method`, hint);
  }
  if (wanted !== undefined && args.length !== wanted) {
    const needed = wanted === 1 ? '1 argument' : `${wanted} arguments`;
    return cursor.failAt(
      { start: named.start, end: cursor.lastEnd },
      `\`${name}\` takes ${needed}, not ${args.length}`,
    );
  }
  return { kind: 'method', name, target, args, start: target.start, end: cursor.lastEnd };
}
