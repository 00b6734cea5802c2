/** Names and annotations in schema text. */
import type { JsonObject } from '../../../kernel/index.ts';
import { type Cursor, unescapeString } from '../../language/index.ts';

/** A name, or a text in double quotes. */
export function plainWord(cursor: Cursor, expected: string): string {
  const { token } = cursor;
  if (token.kind === 'name') {
    cursor.next();
    return token.text;
  }
  if (token.kind !== 'string') return cursor.fail(expected);
  cursor.next();
  const text = unescapeString(token.text);
  if ('value' in text) return text.value;
  const span = { start: token.start + text.start, end: token.start + text.end };
  return cursor.failAt(span, `\`${text.bad}\` is no escape`);
}

/** Puts `value` into `into`; every name is a name like any other, `__proto__` too. */
export function setMember<Value>(into: Record<string, Value>, name: string, value: Value): void {
  Object.defineProperty(into, name, { value, enumerable: true, configurable: true, writable: true });
}

/** `A::B`. */
export function namePath(cursor: Cursor): string {
  let path = nameOnly(cursor);
  while (cursor.isMark('::') && cursor.following.kind === 'name') {
    cursor.next();
    path += `::${nameOnly(cursor)}`;
  }
  return path;
}

function nameOnly(cursor: Cursor): string {
  const { token } = cursor;
  if (token.kind !== 'name') return cursor.fail('expected a name');
  cursor.next();
  return token.text;
}

/** Names separated by commas, at least one. */
export function declaredNames(cursor: Cursor, parse: () => string): readonly string[] {
  const names = [parse()];
  while (cursor.accept(',')) names.push(parse());
  return names;
}

/** `{ annotations }` where there are any, else nothing. */
export function parseAnnotations(cursor: Cursor): JsonObject {
  const annotations: Record<string, string> = {};
  while (cursor.accept('@')) {
    const { token } = cursor;
    if (token.kind !== 'name') return cursor.fail('expected the name of an annotation after `@`');
    cursor.next();
    if (Object.hasOwn(annotations, token.text))
      cursor.note(token, `the annotation \`@${token.text}\` stands twice`);
    setMember(annotations, token.text, '');
    if (!cursor.accept('(')) continue;
    if (cursor.token.kind !== 'string') return cursor.fail('expected a text in double quotes');
    setMember(annotations, token.text, plainWord(cursor, ''));
    cursor.expect(')');
  }
  return Object.keys(annotations).length === 0 ? {} : { annotations };
}
