/** Under a policy that permits everything, a client cannot tell the gateway from the server: every result is equal in every field. */
import { fileURLToPath } from 'node:url';
import type { Client } from '@modelcontextprotocol/client';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '@writ/core';
import { testTool } from '../../../scripts/testing/test-tools.ts';
import { ALLOW_ALL, type TestServer, Workspace } from './workspace.ts';

type Call = readonly [why: string, act: (client: Client, folder: string) => Promise<unknown>];

const call =
  (name: string, args: JsonObject | ((folder: string) => JsonObject) = {}) =>
  (client: Client, folder: string): Promise<unknown> =>
    client.callTool({ name, arguments: typeof args === 'function' ? args(folder) : args });

const installed = (name: string): string => fileURLToPath(import.meta.resolve(name));

/** What both handshakes and lists come to, whatever the server. */
const ALWAYS: readonly Call[] = [
  ['who the server is', async (client) => client.getServerVersion()],
  ['what it can do', async (client) => client.getServerCapabilities()],
  ['its instructions', async (client) => client.getInstructions()],
  ['tools/list', (client) => client.listTools()],
];

const FILES: readonly Call[] = [
  ['a read', call('read_text_file', (folder) => ({ path: `${folder}/a.txt` }))],
  ['a read of some lines', call('read_text_file', (folder) => ({ path: `${folder}/a.txt`, head: 1 }))],
  [
    'a read of several',
    call('read_multiple_files', (folder) => ({ paths: [`${folder}/a.txt`, `${folder}/none.txt`] })),
  ],
  ['a list', call('list_directory', (folder) => ({ path: folder }))],
  ['a tree', call('directory_tree', (folder) => ({ path: folder }))],
  ['a search', call('search_files', (folder) => ({ path: folder, pattern: '**/*.txt' }))],
  ['what may be reached', call('list_allowed_directories')],
  ['a path outside', call('read_text_file', { path: '/etc/hostname' })],
  ['a media file', call('read_media_file', (folder) => ({ path: `${folder}/dot.png` }))],
];

const MEMORY: readonly Call[] = [
  [
    'entities',
    call('create_entities', { entities: [{ name: 'Ada', entityType: 'person', observations: ['writes'] }] }),
  ],
  ['relations', call('create_relations', { relations: [{ from: 'Ada', to: 'Ada', relationType: 'knows' }] })],
  [
    'observations',
    call('add_observations', { observations: [{ entityName: 'Ada', contents: ['counts', 'ünïcödé 🜂'] }] }),
  ],
  ['a search', call('search_nodes', { query: 'Ada' })],
  ['nodes', call('open_nodes', { names: ['Ada', 'Nobody'] })],
  ['the graph', call('read_graph')],
];

const EVERYTHING: readonly Call[] = [
  ['echo', call('echo', { message: 'hello' })],
  ['a sum', call('get-sum', { a: 1, b: 2.5 })],
  ['an image', call('get-tiny-image')],
  ['annotations', call('get-annotated-message', { messageType: 'error', includeImage: true })],
  ['structured content', call('get-structured-content', { location: 'New York' })],
  ['links', call('get-resource-links', { count: 3 })],
  ['an embedded resource', call('get-resource-reference', { resourceType: 'Text', resourceId: 1 })],
  ['resources', (client) => client.listResources()],
  ['templates', (client) => client.listResourceTemplates()],
  ['prompts', (client) => client.listPrompts()],
  ['a prompt', (client) => client.getPrompt({ name: 'simple-prompt' })],
  [
    'a prompt with arguments',
    (client) => client.getPrompt({ name: 'args-prompt', arguments: { city: 'Bern', state: 'BE' } }),
  ],
  [
    'a completion',
    (client) =>
      client.complete({
        ref: { type: 'ref/prompt', name: 'completable-prompt' },
        argument: { name: 'department', value: 'E' },
      }),
  ],
];

const THINKING: readonly Call[] = [
  [
    'a thought',
    call('sequentialthinking', {
      thought: 'First.',
      nextThoughtNeeded: true,
      thoughtNumber: 1,
      totalThoughts: 2,
    }),
  ],
];

const everything = testTool('@modelcontextprotocol/server-everything');
const thinking = testTool('@modelcontextprotocol/server-sequential-thinking');

interface Subject {
  readonly name: string;
  readonly calls: readonly Call[];
  readonly server?: (folder: string, own: string) => TestServer;
}

const SUBJECTS: readonly Subject[] = [
  {
    name: 'filesystem',
    calls: FILES,
    server: (folder) => ({
      command: [process.execPath, installed('@modelcontextprotocol/server-filesystem/dist/index.js'), folder],
    }),
  },
  {
    name: 'memory',
    calls: MEMORY,
    server: (folder, own) => ({
      command: [process.execPath, installed('@modelcontextprotocol/server-memory/dist/index.js')],
      env: { MEMORY_FILE_PATH: `${folder}/../memory-${own}.jsonl` },
    }),
  },
  {
    name: 'everything',
    calls: EVERYTHING,
    ...(everything === undefined
      ? {}
      : { server: () => ({ command: [process.execPath, `${everything}/dist/index.js`] }) }),
  },
  {
    name: 'sequential-thinking',
    calls: THINKING,
    ...(thinking === undefined
      ? {}
      : { server: () => ({ command: [process.execPath, `${thinking}/dist/index.js`] }) }),
  },
];

/** What a client gets, as data. */
function asData(value: unknown): unknown {
  if (value instanceof Error) return { thrown: value.message };
  return JSON.parse(JSON.stringify(value ?? null)) as unknown;
}

describe.each(SUBJECTS)('$name', ({ calls, server }) => {
  test.skipIf(server === undefined)('answers the same through the gateway as directly', async () => {
    if (server === undefined) return;
    const workspace = new Workspace();
    const folder = `${workspace.folder}/files`;
    workspace.write('files/a.txt', 'one\ntwo\nthree\n');
    workspace.write('files/below/b.txt', 'ünïcödé 🜂');
    workspace.write('files/dot.png', 'not really an image');
    const direct = server(folder, 'direct');
    const through = workspace.configure('gateway', { subject: server(folder, 'through') }, ALLOW_ALL, {
      receipts: false,
    });
    const clients = await Promise.all([
      workspace.connect(direct.command, direct.env),
      workspace.connectThrough(through),
    ]);
    for (const [why, act] of [...ALWAYS, ...calls]) {
      const [expected, actual] = await Promise.all(
        clients.map((client) => act(client, folder).catch((thrown: unknown) => thrown)),
      );
      expect(asData(actual), why).toStrictEqual(asData(expected));
    }
  });
});
