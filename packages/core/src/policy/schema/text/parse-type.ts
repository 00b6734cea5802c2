/** Types in schema text. */
import type { JsonObject, JsonValue } from '../../../kernel/index.ts';
import type { Cursor } from '../../language/index.ts';
import { namePath, parseAnnotations, plainWord, setMember } from './parse-parts.ts';

/** Deepest nesting of one type. */
const MAX_DEPTH = 64;

/** `Set<T>`, a record, or a name. */
export function parseType(cursor: Cursor, depth: number): JsonObject {
  if (depth > MAX_DEPTH)
    return cursor.failAt(cursor.token, `the type is nested more than ${MAX_DEPTH} levels deep`);
  if (cursor.isMark('{')) return parseRecord(cursor, depth);
  const isSet = cursor.isName('Set') && cursor.following.text === '<';
  if (!isSet) return { type: 'EntityOrCommon', name: namePath(cursor) };
  cursor.next();
  cursor.expect('<');
  const element = parseType(cursor, depth + 1);
  cursor.expect('>');
  return { type: 'Set', element };
}

/** `{ name: T, "odd name"?: T }`. */
export function parseRecord(cursor: Cursor, depth: number): JsonObject {
  cursor.expect('{');
  const attributes: Record<string, JsonValue> = {};
  while (!cursor.accept('}')) {
    const annotations = parseAnnotations(cursor);
    const { token } = cursor;
    const name = plainWord(cursor, 'expected the name of an attribute');
    if (Object.hasOwn(attributes, name)) cursor.note(token, `the attribute \`${name}\` is declared twice`);
    const optional = cursor.accept('?');
    cursor.expect(':');
    const type = parseType(cursor, depth + 1);
    setMember(attributes, name, { ...type, ...(optional ? { required: false } : {}), ...annotations });
    if (!cursor.accept(',') && !cursor.isMark('}')) cursor.fail('expected `,` or `}`');
  }
  return { type: 'Record', attributes };
}
