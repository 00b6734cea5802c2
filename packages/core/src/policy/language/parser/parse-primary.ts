/** What expressions are made of: literals, variables, entities, functions, sets, records, parentheses. */
import type { Expression, Variable } from '../tree.ts';
import type { Cursor } from './cursor.ts';
import { EXTENSION_METHODS, FUNCTIONS, METHODS, RESERVED } from './functions.ts';
import { attributeName, parseTypeName, readInteger, readString, suggestion } from './parse-names.ts';

const VARIABLES: ReadonlySet<string> = new Set<Variable>(['principal', 'action', 'resource', 'context']);
const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** The parser of whole expressions, handed down so that no two files need one another. */
export type ParseExpression = (cursor: Cursor, depth: number) => Expression;

/** Reads one primary expression. */
export function parsePrimary(cursor: Cursor, depth: number, parse: ParseExpression): Expression {
  const { token } = cursor;
  const { start, end } = token;
  switch (token.kind) {
    case 'integer':
      cursor.next();
      return { kind: 'long', value: readInteger(cursor, token, false), start, end };
    case 'string':
      cursor.next();
      return { kind: 'string', value: readString(cursor, token), start, end };
    case 'name':
      return parseNamed(cursor, depth, parse);
    case 'mark':
      return parseBracketed(cursor, depth, parse);
    case 'slot':
      return cursor.failAt(
        token,
        `\`${token.text}\` stands in a condition`,
        'slots are for the scope of a template',
      );
    case 'unknown':
    case 'unclosed':
    case 'end':
      return cursor.fail('expected an expression');
    default:
      return token.kind satisfies never;
  }
}

function parseNamed(cursor: Cursor, depth: number, parse: ParseExpression): Expression {
  const { token, following } = cursor;
  const { text, start, end } = token;
  if (following.kind === 'mark' && following.text === '::') return parseEntity(cursor);
  if (text === 'true' || text === 'false') {
    cursor.next();
    return { kind: 'bool', value: text === 'true', start, end };
  }
  if (following.kind === 'mark' && following.text === '(') return parseCall(cursor, depth, parse);
  if (VARIABLES.has(text)) {
    cursor.next();
    return { kind: 'variable', name: text as Variable, start, end };
  }
  if (text === 'if')
    return cursor.failAt(token, '`if` stands inside an operator', 'put the conditional in parentheses');
  if (RESERVED.has(text)) return cursor.fail('expected an expression');
  return cursor.failAt(
    token,
    `\`${text}\` is no variable`,
    suggestion(text, VARIABLES) ??
      'the variables are `principal`, `action`, `resource` and `context`; texts stand in double quotes',
  );
}

/** `A::B::"id"`. */
function parseEntity(cursor: Cursor): Expression {
  const { start } = cursor.token;
  const type = parseTypeName(cursor);
  cursor.expect('::', `a name alone is nothing; did you mean \`${type}::"…"\` or \`"${type}"\`?`);
  const { token } = cursor;
  if (token.kind !== 'string') return cursor.fail('expected the id of an entity in double quotes');
  cursor.next();
  return { kind: 'entity', uid: { type, id: readString(cursor, token) }, start, end: token.end };
}

function parseCall(cursor: Cursor, depth: number, parse: ParseExpression): Expression {
  const { text: name, start, end } = cursor.token;
  if (!FUNCTIONS.has(name)) {
    const isMethod = METHODS.has(name) || EXTENSION_METHODS.has(name);
    const hint = isMethod ? `it is a method: write \`x.${name}(…)\`` : suggestion(name, FUNCTIONS);
    return cursor.failAt(
      { start, end },
      `\`${name}\` is no function`,
      hint ?? `the functions are ${list(FUNCTIONS)}`,
    );
  }
  cursor.next();
  cursor.expect('(');
  const args = parseItems(cursor, ')', () => parse(cursor, depth + 1));
  return { kind: 'call', name, args, start, end: cursor.lastEnd };
}

function parseBracketed(cursor: Cursor, depth: number, parse: ParseExpression): Expression {
  const { text, start } = cursor.token;
  if (CLOSING[text] === undefined) return cursor.fail('expected an expression');
  cursor.next();
  if (text === '(') {
    const inner = parse(cursor, depth + 1);
    cursor.expect(')');
    return { ...inner, start, end: cursor.lastEnd };
  }
  if (text === '[') {
    const elements = parseItems(cursor, ']', () => parse(cursor, depth + 1));
    return { kind: 'set', elements, start, end: cursor.lastEnd };
  }
  const keys = new Set<string>();
  const entries = parseItems(cursor, '}', () => {
    const { token } = cursor;
    const key = attributeName(cursor, 'expected the name of an attribute');
    if (keys.has(key)) return cursor.failAt(token, `the attribute \`${key}\` stands twice in one record`);
    keys.add(key);
    cursor.expect(':');
    return { key, value: parse(cursor, depth + 1) };
  });
  return { kind: 'record', entries, start, end: cursor.lastEnd };
}

/** Items up to and with `closing`, separated by commas, one after the last allowed. */
export function parseItems<Item>(cursor: Cursor, closing: string, parse: () => Item): readonly Item[] {
  const items: Item[] = [];
  while (!cursor.accept(closing)) {
    items.push(parse());
    if (!cursor.accept(',') && !cursor.isMark(closing))
      return cursor.fail(`expected \`,\` or \`${closing}\``);
  }
  return items;
}

function list(names: Iterable<string>): string {
  return [...names].map((name) => `\`${name}\``).join(', ');
}
