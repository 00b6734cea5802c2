/** What was done stands in an entry by name; the names of Writ's own actions take none from servers. */
import { expect, test } from 'vitest';
import { KNOWN_METHODS, RECORDED_METHODS } from '../../model/index.ts';
import { BASE_ACTIONS, OTHER_METHOD, TOOL_CALLS } from './base.ts';
import { isMethodPrefix, schemaForTools } from './generate.ts';

test('every action that policies name by itself may stand in an entry, and nothing else may', () => {
  const named = [...BASE_ACTIONS.keys(), TOOL_CALLS].filter((id) => id !== OTHER_METHOD);
  expect([...RECORDED_METHODS].toSorted()).toEqual(named.toSorted());
});

test('only methods of MCP keep servers from a name', () => {
  for (const method of KNOWN_METHODS)
    if (method.includes('/')) expect(isMethodPrefix(method.split('/')[0] ?? ''), method).toBe(true);
  for (const server of ['memory', 'network', 'process', 'file', 'sandbox', 'agent', 'model'])
    expect(isMethodPrefix(server), server).toBe(false);
});

test('a server may be called like the first part of an action of Writ’s own; its tool may not be called like the whole', () => {
  const definition = { inputSchema: { type: 'object' } } as const;
  const { tools, excluded } = schemaForTools([
    { server: 'memory', name: 'search', definition: { name: 'search', ...definition } },
    { server: 'memory', name: 'write', definition: { name: 'write', ...definition } },
  ]);
  expect([[...tools], [...excluded]]).toEqual([['memory/search'], ['memory/write']]);
});
