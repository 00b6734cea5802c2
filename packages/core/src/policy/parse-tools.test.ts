/** Tools in a file. */
import { expect, test } from 'vitest';
import { parseTools } from './parse-tools.ts';

test('a line is a tool', () => {
  const text = 'files/read: {type: object, properties: {path: {type: string}}}\nfiles/a/b: {}\n';
  expect(parseTools({ name: 'tools.yaml', text })).toEqual([
    {
      server: 'files',
      name: 'read',
      definition: { name: 'read', inputSchema: { type: 'object', properties: { path: { type: 'string' } } } },
    },
    { server: 'files', name: 'a/b', definition: { name: 'a/b', inputSchema: {} } },
  ]);
});

test.each([
  ['no map', '- a', 'the tools are no map'],
  ['no server', 'read: {}', '`read` is no `server/tool`'],
  ['no tool', 'files/: {}', '`files/` is no `server/tool`'],
  ['no schema', 'files/read: object', 'the input schema of `files/read` is no object'],
  ['a tool twice', 'a/b: {}\na/b: {}', 'not valid YAML'],
  ['no YAML', 'a: [', 'not valid YAML'],
])('%s is refused', (_what, text, message) => {
  expect(() => parseTools({ name: 'tools.yaml', text })).toThrow(`tools.yaml: ${message}`);
});
