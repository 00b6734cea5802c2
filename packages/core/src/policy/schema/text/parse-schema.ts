/** Cedar schema text to Cedar's JSON schema form. */
import type { JsonObject, JsonValue } from '../../../kernel/index.ts';
import { Cursor, type PolicyIssue, type PolicySource, tokenize, Unreadable } from '../../language/index.ts';
import { parseAction } from './parse-action.ts';
import { declaredNames, namePath, parseAnnotations, plainWord, setMember } from './parse-parts.ts';
import { parseRecord, parseType } from './parse-type.ts';

/** The JSON form, or what is wrong with the text. */
export type ParsedSchema = { readonly json: JsonObject } | { readonly problems: readonly PolicyIssue[] };

/** One namespace being filled. */
interface Draft {
  readonly entityTypes: Record<string, JsonObject>;
  readonly actions: Record<string, JsonObject>;
  readonly commonTypes: Record<string, JsonObject>;
}

/** Parses schema text; never throws. Several problems are told: after one, reading goes on with the next declaration. */
export function parseSchemaText(source: PolicySource): ParsedSchema {
  const cursor = new Cursor(source, tokenize(source.text));
  const namespaces = new Map<string, Draft>();
  const draftOf = (name: string): Draft => {
    const known = namespaces.get(name) ?? { entityTypes: {}, actions: {}, commonTypes: {} };
    namespaces.set(name, known);
    return known;
  };
  while (cursor.token.kind !== 'end') attempt(cursor, () => parseTop(cursor, draftOf));
  if (cursor.problems.length > 0) return { problems: cursor.problems };
  const json: Record<string, JsonValue> = {};
  for (const [name, { entityTypes, actions, commonTypes }] of namespaces) {
    const types = Object.keys(commonTypes).length === 0 ? {} : { commonTypes };
    setMember<JsonValue>(json, name, { ...types, entityTypes, actions });
  }
  return { json };
}

function parseTop(cursor: Cursor, draftOf: (name: string) => Draft): void {
  const start = cursor.position;
  parseAnnotations(cursor);
  if (!cursor.acceptName('namespace')) {
    cursor.rewind(start);
    parseDeclaration(cursor, draftOf(''));
    return;
  }
  const draft = draftOf(namePath(cursor));
  cursor.expect('{');
  while (!cursor.accept('}')) {
    if (cursor.token.kind === 'end') cursor.fail('expected `}`');
    attempt(cursor, () => parseDeclaration(cursor, draft));
  }
}

const KEYWORDS = '`entity`, `action`, `type` or `namespace`';

function parseDeclaration(cursor: Cursor, draft: Draft): void {
  const annotations = parseAnnotations(cursor);
  const { token } = cursor;
  if (cursor.acceptName('entity')) parseEntity(cursor, draft, annotations);
  else if (cursor.acceptName('action')) parseAction(cursor, draft.actions, annotations);
  else if (cursor.acceptName('type')) {
    const name = plainWord(cursor, 'expected the name of a type');
    cursor.expect('=');
    declare(cursor, draft.commonTypes, { name, token }, { ...parseType(cursor, 0), ...annotations });
    cursor.expect(';');
  } else cursor.fail(`expected ${KEYWORDS}`);
}

function parseEntity(cursor: Cursor, draft: Draft, annotations: JsonObject): void {
  const { token } = cursor;
  const names = declaredNames(cursor, () => plainWord(cursor, 'expected the name of an entity type'));
  const body: Record<string, JsonValue> = {};
  if (cursor.acceptName('enum')) {
    cursor.expect('[');
    body['enum'] = parseIds(cursor);
  } else {
    if (cursor.acceptName('in')) body['memberOfTypes'] = parseTypeNames(cursor);
    const hasShape = cursor.accept('=') || cursor.isMark('{');
    if (hasShape) body['shape'] = parseRecord(cursor, 0);
    if (cursor.acceptName('tags')) body['tags'] = parseType(cursor, 0);
  }
  cursor.expect(';', 'every declaration ends with `;`');
  for (const name of names) declare(cursor, draft.entityTypes, { name, token }, { ...body, ...annotations });
}

/** Texts up to and with `]`. */
function parseIds(cursor: Cursor): readonly string[] {
  const ids: string[] = [];
  while (!cursor.accept(']')) {
    if (!cursor.isQuoted()) cursor.fail('expected an id in double quotes');
    ids.push(plainWord(cursor, ''));
    if (!cursor.accept(',') && !cursor.isMark(']')) cursor.fail('expected `,` or `]`');
  }
  return ids;
}

/** A name, or a list of names in brackets. */
function parseTypeNames(cursor: Cursor): readonly string[] {
  if (!cursor.accept('[')) return [namePath(cursor)];
  const names: string[] = [];
  while (!cursor.accept(']')) {
    names.push(namePath(cursor));
    if (!cursor.accept(',') && !cursor.isMark(']')) cursor.fail('expected `,` or `]`');
  }
  return names;
}

function declare(
  cursor: Cursor,
  into: Record<string, JsonObject>,
  { name, token }: { readonly name: string; readonly token: Cursor['token'] },
  json: JsonObject,
): void {
  if (Object.hasOwn(into, name)) cursor.note(token, `\`${name}\` is declared twice`);
  setMember(into, name, json);
}

/** Runs `parse`; after a problem reading goes on behind the next `;`, or at a `}` that closes the namespace. */
function attempt(cursor: Cursor, parse: () => void): void {
  const start = cursor.position;
  try {
    parse();
  } catch (thrown) {
    if (!(thrown instanceof Unreadable)) throw thrown;
    while (cursor.token.kind !== 'end' && !cursor.accept(';')) cursor.next();
    if (cursor.position === start) cursor.next();
  }
}
