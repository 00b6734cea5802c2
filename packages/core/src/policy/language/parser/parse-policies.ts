/** Policy text to trees. What is wrong with one policy does not hide what is wrong with the next. */
import type { PolicyIssue, PolicySource } from '../places.ts';
import {
  type AnnotationTree,
  type ConditionTree,
  type Expression,
  freeze,
  type PolicyTree,
  type Slot,
} from '../tree.ts';
import { Cursor, Unreadable } from './cursor.ts';
import { type Comment, tokenize } from './lexer.ts';
import { parseExpression } from './parse-expression.ts';
import { readString, suggestion } from './parse-names.ts';
import { parseScope, type ScopeTree } from './parse-scope.ts';

/** The policies and templates that could be read, and what is wrong with the others. */
export interface ParsedPolicies {
  /** In the order of the text. */
  readonly policies: readonly PolicyTree[];
  readonly problems: readonly PolicyIssue[];
}

/** Longest text of one source, UTF-16 units. */
export const MAX_SOURCE: number = 16 * 1024 * 1024;

/** Parses a policy file. Never throws; `comments` collects what the trees do not hold. */
export function parsePolicies(source: PolicySource, comments?: Comment[]): ParsedPolicies {
  const cursor = new Cursor(
    source,
    source.text.length > MAX_SOURCE ? [END] : tokenize(source.text, comments),
  );
  if (source.text.length > MAX_SOURCE)
    cursor.note({ start: 0, end: 0 }, `the text is longer than ${MAX_SOURCE} characters`);
  const surrogate = firstLoneSurrogate(source.text);
  if (surrogate !== undefined)
    cursor.note(
      { start: surrogate, end: surrogate + 1 },
      'the text holds a lone surrogate, which no text may',
    );
  const policies: PolicyTree[] = [];
  while (cursor.token.kind !== 'end') {
    const before = cursor.problems.length;
    const policy = attempt(() => parsePolicy(cursor));
    if (policy === undefined) skipPolicy(cursor);
    else if (cursor.problems.length === before && surrogate === undefined) policies.push(policy);
  }
  return { policies, problems: cursor.problems };
}

/** Parses one expression, for tools. */
export function parseExpressionText(
  source: PolicySource,
): { readonly expression: Expression } | { readonly problems: readonly PolicyIssue[] } {
  const cursor = new Cursor(source, tokenize(source.text));
  const expression = attempt(() => {
    const parsed = parseExpression(cursor, 0);
    return cursor.token.kind === 'end' ? parsed : cursor.fail('expected the end');
  });
  return expression === undefined ? { problems: cursor.problems } : { expression: freeze(expression) };
}

const END = { kind: 'end', text: '', start: 0, end: 0 } as const;

function parsePolicy(cursor: Cursor): PolicyTree {
  const { start } = cursor.token;
  const annotations = parseAnnotations(cursor);
  const effect = cursor.token;
  if (!cursor.acceptName('permit') && !cursor.acceptName('forbid')) {
    const known = ['permit', 'forbid'];
    return cursor.fail(
      'expected `permit` or `forbid`',
      effect.kind === 'name' ? suggestion(effect.text, known) : undefined,
    );
  }
  const scope = parseScope(cursor);
  const conditions = parseConditions(cursor);
  cursor.expect(';', 'every policy ends with `;`');
  return freeze({
    effect: effect.text as PolicyTree['effect'],
    annotations,
    ...scope,
    conditions,
    slots: slotsOf(scope),
    start,
    end: cursor.lastEnd,
  });
}

function parseAnnotations(cursor: Cursor): readonly AnnotationTree[] {
  const annotations: AnnotationTree[] = [];
  const names = new Set<string>();
  while (cursor.isMark('@')) {
    const { start } = cursor.next();
    const { token } = cursor;
    if (token.kind !== 'name') return cursor.fail('expected the name of an annotation after `@`');
    cursor.next();
    if (names.has(token.text))
      cursor.note({ start, end: token.end }, `the annotation \`@${token.text}\` stands twice`);
    names.add(token.text);
    annotations.push({ name: token.text, value: parseAnnotationValue(cursor), start, end: cursor.lastEnd });
  }
  return annotations;
}

function parseAnnotationValue(cursor: Cursor): string | null {
  if (!cursor.accept('(')) return null;
  const { token } = cursor;
  if (token.kind !== 'string') return cursor.fail('expected a text in double quotes');
  cursor.next();
  const value = readString(cursor, token);
  cursor.expect(')');
  return value;
}

function parseConditions(cursor: Cursor): readonly ConditionTree[] {
  const conditions: ConditionTree[] = [];
  while (cursor.isName('when') || cursor.isName('unless')) {
    const { text, start } = cursor.next();
    cursor.expect('{');
    const opened = cursor.position;
    const body = attempt(() => {
      if (cursor.isMark('}'))
        return cursor.fail('expected a condition', `\`${text} { }\` says nothing; leave it out`);
      const expression = parseExpression(cursor, 0);
      cursor.expect('}');
      return expression;
    });
    if (body === undefined) skipClause(cursor, opened);
    else conditions.push({ kind: text as ConditionTree['kind'], body, start, end: cursor.lastEnd });
  }
  const { token } = cursor;
  if (token.kind === 'name')
    cursor.fail('expected `when`, `unless` or `;`', suggestion(token.text, ['when', 'unless']));
  return conditions;
}

/** Past the `}` of a clause that was entered at `opened`; not past the end of its policy. */
function skipClause(cursor: Cursor, opened: number): void {
  cursor.rewind(opened);
  for (let depth = 1; depth > 0; ) {
    if (cursor.token.kind === 'end' || cursor.isMark(';')) throw new Unreadable();
    if (cursor.isMark('{')) depth += 1;
    if (cursor.isMark('}')) depth -= 1;
    cursor.next();
  }
}

/** Past the next `;`. */
function skipPolicy(cursor: Cursor): void {
  while (cursor.token.kind !== 'end' && !cursor.isMark(';')) cursor.next();
  cursor.accept(';');
}

function attempt<Result>(parse: () => Result): Result | undefined {
  try {
    return parse();
  } catch (thrown) {
    if (thrown instanceof Unreadable) return undefined;
    throw thrown;
  }
}

function slotsOf({ principal, resource }: ScopeTree): readonly Slot[] {
  const slots: Slot[] = [];
  for (const scope of [principal, resource]) {
    const entity = scope.op === 'all' ? undefined : scope.op === 'is' ? scope.ancestor : scope.entity;
    if (entity !== undefined && 'slot' in entity) slots.push(entity.slot);
  }
  return slots;
}

function firstLoneSurrogate(text: string): number | undefined {
  if (text.isWellFormed()) return undefined;
  const found = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.exec(text);
  return found?.index ?? 0;
}
