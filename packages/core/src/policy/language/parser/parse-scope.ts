/** The scope of a policy: `(principal …, action …, resource …)`. */
import type { EntityUid } from '../names.ts';
import type { ActionScopeTree, EntityOrSlot, EntityScope, Slot } from '../tree.ts';
import type { Cursor } from './cursor.ts';
import { parseTypeName, readString, suggestion } from './parse-names.ts';
import { parseItems } from './parse-primary.ts';

/** The three parts of a scope. */
export interface ScopeTree {
  readonly principal: EntityScope;
  readonly action: ActionScopeTree;
  readonly resource: EntityScope;
}

/** Reads a scope with its parentheses. */
export function parseScope(cursor: Cursor): ScopeTree {
  cursor.expect('(');
  const principal = parseEntityScope(cursor, 'principal');
  cursor.expect(',');
  const action = parseActionScope(cursor);
  cursor.expect(',');
  const resource = parseEntityScope(cursor, 'resource');
  cursor.accept(',');
  cursor.expect(')', 'a scope is `principal`, `action`, `resource`; anything more goes into `when { … }`');
  return { principal, action, resource };
}

function startOf(cursor: Cursor, name: 'principal' | 'action' | 'resource'): number {
  const { token } = cursor;
  if (!cursor.acceptName(name)) {
    const hint = token.kind === 'name' ? suggestion(token.text, [name]) : undefined;
    cursor.fail(`expected \`${name}\``, hint ?? 'a scope is `(principal, action, resource)`, in this order');
  }
  return token.start;
}

function parseEntityScope(cursor: Cursor, name: 'principal' | 'resource'): EntityScope {
  const start = startOf(cursor, name);
  if (cursor.accept('=='))
    return { op: '==', entity: parseEntityOrSlot(cursor, name), start, end: cursor.lastEnd };
  if (cursor.acceptName('in'))
    return { op: 'in', entity: parseEntityOrSlot(cursor, name), start, end: cursor.lastEnd };
  if (!cursor.acceptName('is')) {
    refuseOther(cursor);
    return { op: 'all', start, end: cursor.lastEnd };
  }
  const entityType = parseTypeName(cursor);
  if (!cursor.acceptName('in')) return { op: 'is', entityType, start, end: cursor.lastEnd };
  const ancestor = parseEntityOrSlot(cursor, name);
  return { op: 'is', entityType, ancestor, start, end: cursor.lastEnd };
}

function parseActionScope(cursor: Cursor): ActionScopeTree {
  const start = startOf(cursor, 'action');
  if (cursor.accept('==')) return { op: '==', entity: parseAction(cursor), start, end: cursor.lastEnd };
  if (!cursor.acceptName('in')) {
    refuseOther(cursor);
    return { op: 'all', start, end: cursor.lastEnd };
  }
  const { entities, listed } = inParentheses(cursor, () => {
    if (!cursor.accept('[')) return { entities: [parseAction(cursor)], listed: false };
    return { entities: parseItems(cursor, ']', () => parseAction(cursor)), listed: true };
  });
  return { op: 'in', entities, listed, start, end: cursor.lastEnd };
}

/** Reads what `read` reads with any number of parentheses around it. A type after `is` has none. */
function inParentheses<T>(cursor: Cursor, read: () => T): T {
  let opened = 0;
  while (cursor.accept('(')) opened += 1;
  const found = read();
  for (; opened > 0; opened -= 1) cursor.expect(')');
  return found;
}

function refuseOther(cursor: Cursor): void {
  const { token } = cursor;
  if (token.kind === 'mark' && (token.text === ',' || token.text === ')')) return;
  const hint =
    token.text === '='
      ? 'did you mean `==`?'
      : ['!=', '<', '>', '<=', '>=', '.'].includes(token.text) ||
          token.text === 'has' ||
          token.text === 'like'
        ? 'scopes know `==`, `in` and `is`; anything else goes into `when { … }`'
        : undefined;
  cursor.fail('expected `==`, `in`, `is` or `,`', hint);
}

function parseAction(cursor: Cursor): EntityUid {
  const { token } = cursor;
  const uid = inParentheses(cursor, () => parseUid(cursor));
  const name = uid.type.split('::').at(-1) ?? '';
  if (name !== 'Action')
    return cursor.failAt(
      { start: token.start, end: cursor.lastEnd },
      `\`${uid.type}\` is no type of actions`,
      `did you mean \`Action::${JSON.stringify(uid.id)}\`?`,
    );
  return uid;
}

function parseEntityOrSlot(cursor: Cursor, name: 'principal' | 'resource'): EntityOrSlot {
  return inParentheses(cursor, () => {
    const { token } = cursor;
    if (token.kind !== 'slot') return parseUid(cursor);
    if (token.text !== `?${name}`)
      return cursor.failAt(token, `the slot of a ${name} is \`?${name}\`, not \`${token.text}\``);
    cursor.next();
    return { slot: token.text as Slot };
  });
}

/** Reads `A::B::"id"`. */
function parseUid(cursor: Cursor): EntityUid {
  if (cursor.token.kind === 'string')
    return cursor.fail('expected an entity', `write its type before it, as \`Agent::${cursor.token.text}\``);
  const type = parseTypeName(cursor);
  cursor.expect('::', `an entity is written \`${type}::"id"\``);
  const { token } = cursor;
  if (token.kind !== 'string') return cursor.fail('expected the id of an entity in double quotes');
  cursor.next();
  return { type, id: readString(cursor, token) };
}
