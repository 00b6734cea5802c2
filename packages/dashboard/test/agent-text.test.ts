// Text that agents, tools or people wrote is drawn by `AgentText` alone, and nothing is drawn as markup: looked up in the sources of all pages.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from '@swc/core';
import { describe, expect, test } from 'vitest';

const SOURCES = join(import.meta.dirname, '../src');
/** Members of answers of the API that somebody else chose. */
const WRITTEN = new Set([
  'agent',
  'arguments',
  'description',
  'email',
  'labels',
  'message',
  'name',
  'person',
  'purpose',
  'reason',
  'server',
  'session',
  'subject',
  'tool',
  'words',
]);
/** Ways to make markup, or code, of a string. */
const MARKUP =
  /dangerouslySetInnerHTML|\.(?:inner|outer)HTML\b|insertAdjacentHTML|document\.write|srcDoc|\beval\(/;
/** Attributes that show text: what stands in them is not marked. */
const SHOWING = new Set(['title', 'alt', 'placeholder']);
/** Nodes of the syntax tree. */
type Tree = Readonly<Record<string, unknown>>;

/** Members of {@link WRITTEN} that a source draws by itself: as a child of an element, or in an attribute that shows. */
function drawnRaw(source: string): readonly string[] {
  const found: string[] = [];
  walk(parseSync(source, { syntax: 'typescript', tsx: true, target: 'es2024' }), (node) => {
    if (node['type'] === 'JSXElement' || node['type'] === 'JSXFragment')
      for (const child of listOf(node['children'])) {
        const name = child['type'] === 'JSXExpressionContainer' ? memberOf(child['expression']) : undefined;
        if (name !== undefined) found.push(name);
      }
    if (node['type'] === 'JSXAttribute' && SHOWING.has(String((node['name'] as Tree)['value']))) {
      const name = memberOf((node['value'] as Tree | null)?.['expression']);
      if (name !== undefined) found.push(name);
    }
  });
  return found;
}

/** The name of a member that is drawn as it is, also as either side of a choice or within a template. */
function memberOf(expression: unknown): string | undefined {
  const node = expression as Tree | undefined;
  switch (node?.['type']) {
    case 'MemberExpression':
      return named((node['property'] as Tree)['value']);
    case 'OptionalChainingExpression':
      return memberOf(node['base']);
    case 'ParenthesisExpression':
      return memberOf(node['expression']);
    case 'ConditionalExpression':
      return memberOf(node['consequent']) ?? memberOf(node['alternate']);
    case 'BinaryExpression':
      // What is compared, or asked whether it is there, is not drawn.
      if (!['&&', '||', '??', '+'].includes(String(node['operator']))) return undefined;
      return (node['operator'] === '&&' ? undefined : memberOf(node['left'])) ?? memberOf(node['right']);
    case 'TemplateLiteral':
      return listOf(node['expressions'])
        .map(memberOf)
        .find((name) => name !== undefined);
    default:
      return undefined;
  }
}

function named(value: unknown): string | undefined {
  return typeof value === 'string' && WRITTEN.has(value) ? value : undefined;
}

function listOf(value: unknown): readonly Tree[] {
  return Array.isArray(value) ? (value as readonly Tree[]) : [];
}

function walk(node: unknown, visit: (node: Tree) => void): void {
  if (Array.isArray(node)) for (const one of node) walk(one, visit);
  else if (typeof node === 'object' && node !== null) {
    visit(node as Tree);
    for (const value of Object.values(node)) walk(value, visit);
  }
}

/** What draws it may draw its own words of it. */
const files = globSync('**/*.tsx', { cwd: SOURCES, exclude: ['ui/agent-text/**'] });

test('there are sources to look at', () => {
  expect(files.length).toBeGreaterThan(20);
});

describe.each(files)('%s', (file) => {
  const source = readFileSync(join(SOURCES, file), 'utf8');

  test('draws text of others by `AgentText`', () => {
    expect(drawnRaw(source)).toEqual([]);
  });

  test('makes no markup and no code of strings', () => {
    expect(MARKUP.exec(source)?.[0]).toBeUndefined();
  });
});

test.each([
  ['a child', '<p>{row.tool}</p>', 'tool'],
  ['a child that may be absent', '<p>{row?.agent}</p>', 'agent'],
  ['one side of a choice', '<p>{isOpen ? row.reason : null}</p>', 'reason'],
  ['with something in its place', "<p>{row.session ?? 'none'}</p>", 'session'],
  ['within a text', '<p>{`by ${row.name}`}</p>', 'name'],
  ['a tip', '<p title={row.words}>x</p>', 'words'],
])('what is drawn raw as %s is found', (_where, source, name) => {
  expect(drawnRaw(`export const x = ${source};`)).toEqual([name]);
});

test('what is drawn by `AgentText` is not', () => {
  expect(drawnRaw('export const x = <p><AgentText text={row.tool} />{row.count}</p>;')).toEqual([]);
});
