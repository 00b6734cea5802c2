/** How definitions differ. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JsonObject } from '@writ/core';
import { diffDefinitions } from './diff.ts';

test('each field that was added, removed or changed is named once, by its path', () => {
  const before = {
    name: 'send',
    description: 'Sends.',
    inputSchema: { type: 'object', properties: { to: { type: 'string' } }, required: ['to'] },
    annotations: { readOnlyHint: true },
  };
  const after = {
    name: 'send',
    description: 'Sends everything.',
    inputSchema: {
      type: 'object',
      properties: { to: { type: 'string' }, 'b/c~': {} },
      required: ['to', 'b/c~'],
    },
    icons: [{ src: 'data:,' }],
  };
  expect(diffDefinitions(before, after)).toEqual([
    { path: '/annotations/readOnlyHint', kind: 'removed', before: true },
    { path: '/description', kind: 'changed', before: 'Sends.', after: 'Sends everything.' },
    { path: '/icons/0/src', kind: 'added', after: 'data:,' },
    { path: '/inputSchema/properties/b~1c~0', kind: 'added', after: {} },
    { path: '/inputSchema/required/1', kind: 'added', after: 'b/c~' },
  ]);
});

test('a field that becomes another kind of thing is one change', () => {
  expect(diffDefinitions({ a: { b: 1 }, c: [1] }, { a: 'text', c: { 0: 1 } })).toEqual([
    { path: '/a', kind: 'changed', before: { b: 1 }, after: 'text' },
    { path: '/c', kind: 'changed', before: [1], after: { 0: 1 } },
  ]);
});

const objects = fc
  .dictionary(fc.constantFrom('a', 'b', 'name', '__proto__', '10', '9'), fc.jsonValue({ maxDepth: 3 }), {
    noNullPrototype: true,
  })
  .map((value) => JSON.parse(JSON.stringify(value)) as JsonObject);

test('definitions without a difference are the same, and whatever the order of their fields, the answer is one', () => {
  const turned = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(turned)
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(
            Object.entries(value)
              .reverse()
              .map(([key, inner]) => [key, turned(inner)]),
          )
        : value;
  fc.assert(
    fc.property(objects, objects, (before, after) => {
      const changes = diffDefinitions(before, after);
      expect(diffDefinitions(turned(before) as JsonObject, turned(after) as JsonObject).length).toBe(
        changes.length,
      );
      expect(new Set(changes.map(({ path }) => path)).size).toBe(changes.length);
      expect(diffDefinitions(before, before)).toEqual([]);
      expect(diffDefinitions(after, before).length).toBe(changes.length);
    }),
  );
});
