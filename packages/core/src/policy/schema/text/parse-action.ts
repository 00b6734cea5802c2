/** Actions in schema text. */
import type { JsonObject, JsonValue } from '../../../kernel/index.ts';
import type { Cursor } from '../../language/index.ts';
import { declaredNames, namePath, plainWord, setMember } from './parse-parts.ts';
import { parseRecord } from './parse-type.ts';

/** Reads what follows the word `action` and puts each name into `into`. */
export function parseAction(cursor: Cursor, into: Record<string, JsonObject>, annotations: JsonObject): void {
  const { token } = cursor;
  const names = declaredNames(cursor, () => plainWord(cursor, 'expected the name of an action'));
  const memberOf = cursor.acceptName('in') ? parseGroups(cursor) : undefined;
  const appliesTo = cursor.acceptName('appliesTo') ? parseAppliesTo(cursor) : undefined;
  if (cursor.acceptName('attributes')) {
    cursor.expect('{');
    cursor.expect('}', 'actions have no attributes');
  }
  cursor.expect(';', 'every declaration ends with `;`');
  for (const name of names) {
    if (Object.hasOwn(into, name)) cursor.note(token, `the action \`${name}\` is declared twice`);
    setMember(into, name, {
      ...(memberOf === undefined ? {} : { memberOf }),
      ...(appliesTo === undefined ? {} : { appliesTo }),
      ...annotations,
    });
  }
}

function parseGroups(cursor: Cursor): readonly JsonValue[] {
  if (!cursor.accept('[')) return [parseGroup(cursor)];
  const groups: JsonValue[] = [];
  while (!cursor.accept(']')) {
    groups.push(parseGroup(cursor));
    if (!cursor.accept(',') && !cursor.isMark(']')) cursor.fail('expected `,` or `]`');
  }
  return groups;
}

/** `read`, `"read all"`, `N::Action::"read"`. */
function parseGroup(cursor: Cursor): JsonObject {
  const isQualified = cursor.token.kind === 'name' && cursor.following.text === '::';
  if (!isQualified) return { id: plainWord(cursor, 'expected the name of an action') };
  const type = namePath(cursor);
  cursor.expect('::');
  const isQuoted = cursor.isQuoted();
  return isQuoted
    ? { id: plainWord(cursor, ''), type }
    : cursor.fail('expected the name of an action in double quotes');
}

function parseAppliesTo(cursor: Cursor): JsonObject {
  cursor.expect('{');
  const applies: Record<string, JsonValue> = {};
  const set = (key: string, value: JsonValue): void => {
    if (Object.hasOwn(applies, key)) cursor.note(cursor.token, `\`${key}\` stands twice`);
    applies[key] = value;
  };
  while (!cursor.accept('}')) {
    const { text } = cursor.token;
    if (text === 'principal' || text === 'resource') {
      cursor.next();
      cursor.expect(':');
      set(`${text}Types`, parseNames(cursor));
    } else if (cursor.acceptName('context')) {
      cursor.expect(':');
      set(
        'context',
        cursor.isMark('{') ? parseRecord(cursor, 0) : { type: 'EntityOrCommon', name: namePath(cursor) },
      );
    } else cursor.fail('expected `principal`, `resource` or `context`');
    if (!cursor.accept(',') && !cursor.isMark('}')) cursor.fail('expected `,` or `}`');
  }
  for (const key of ['principalTypes', 'resourceTypes'])
    if (!Object.hasOwn(applies, key))
      cursor.fail(`expected \`${key.replace('Types', '')}\` before the end of \`appliesTo\``);
  return applies;
}

function parseNames(cursor: Cursor): readonly string[] {
  if (!cursor.accept('[')) return [namePath(cursor)];
  const names: string[] = [];
  while (!cursor.accept(']')) {
    names.push(namePath(cursor));
    if (!cursor.accept(',') && !cursor.isMark(']')) cursor.fail('expected `,` or `]`');
  }
  return names;
}
