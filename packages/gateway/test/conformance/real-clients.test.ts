/** Clients that people have, in front of servers that people have, with `writ gateway` between: the same as without it. */
import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { Client as FirstClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as FirstTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isJsonObject, type JsonObject } from '@writ/core';
import { testTool } from '../../../../scripts/testing/test-tools.ts';
import { type Running, startFixture, startGateway } from './processes.ts';

const run = promisify(execFile);

/** For programs that start browsers and servers on a busy machine, in milliseconds. */
const SLOW_MS = 120_000;

const everything = testTool('@modelcontextprotocol/server-everything');
const inspector = testTool('@modelcontextprotocol/inspector');
const playwright = testTool('@playwright/mcp');
const chromium = programNamed('chromium');

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'writ-real-')));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
mkdirSync(join(folder, 'files'));
writeFileSync(join(folder, 'files/a.txt'), 'hello\nworld\n');

/** What a client finds and does: what it was told of tools, and what a call came to. */
interface Seen {
  readonly tools: readonly { readonly name: string }[];
  readonly result: unknown;
}

interface Server {
  readonly command: readonly string[];
  readonly call: { readonly name: string; readonly arguments: JsonObject };
  /** Tools that wait for a person although the server is trusted, because of what their definitions say. */
  readonly held?: readonly string[];
}

const installed = (name: string): string => fileURLToPath(import.meta.resolve(name));

const SERVERS: Readonly<Record<string, Server>> = {
  filesystem: {
    command: [
      process.execPath,
      installed('@modelcontextprotocol/server-filesystem/dist/index.js'),
      join(folder, 'files'),
    ],
    call: { name: 'read_text_file', arguments: { path: join(folder, 'files/a.txt') } },
  },
  memory: {
    command: [process.execPath, installed('@modelcontextprotocol/server-memory/dist/index.js')],
    call: { name: 'search_nodes', arguments: { query: 'nobody knows this one' } },
  },
  ...(everything === undefined
    ? {}
    : {
        everything: {
          command: [process.execPath, join(everything, 'dist/index.js')],
          call: { name: 'get-annotated-message', arguments: { messageType: 'error', includeImage: true } },
        },
      }),
};

/** Clients by name; each connects to an endpoint, looks and calls. */
const CLIENTS: Readonly<Record<string, (url: string, call: Server['call']) => Promise<Seen>>> = {
  async 'the first SDK'(url, call) {
    const client = new FirstClient({ name: 'first', version: '1' });
    await client.connect(new FirstTransport(new URL(url)));
    const { tools } = await client.listTools();
    const result = await client.callTool(call);
    await client.close();
    return { tools, result };
  },
  'the second SDK, legacy': (url, call) => second(url, call, 'legacy'),
  'the second SDK, whichever era it finds': (url, call) => second(url, call, 'auto'),
  'the second SDK, modern': (url, call) => second(url, call, { pin: '2026-07-28' }),
};

type Mode = 'legacy' | 'auto' | { readonly pin: string };

async function second(url: string, call: Server['call'], mode: Mode): Promise<Seen> {
  const client = new Client({ name: 'second', version: '1' }, { versionNegotiation: { mode } });
  await client.connect(new StreamableHTTPClientTransport(new URL(url)));
  return look(client, call);
}

async function look(client: Client, call: Server['call']): Promise<Seen> {
  const { tools } = await client.listTools();
  const result = await client.callTool(call);
  await client.close();
  return { tools, result };
}

/**
 * What an era has no word for left out: a legacy tool's `execution`, and what a modern server says of itself in each result. Definitions that
 * are held are not listed.
 */
function common({ tools, result }: Seen, held: readonly string[]): unknown {
  const { _meta: meta, ...rest } = JSON.parse(JSON.stringify(result)) as JsonObject;
  const { 'io.modelcontextprotocol/serverInfo': _info, ...kept } = isJsonObject(meta) ? meta : {};
  return {
    tools: tools
      .filter(({ name }) => !held.includes(name))
      .map((tool) => Object.fromEntries(Object.entries(tool).filter(([member]) => member !== 'execution'))),
    result: Object.keys(kept).length === 0 ? rest : { ...rest, _meta: kept },
  };
}

describe.each(Object.entries(SERVERS))('in front of the server %s', (_name, { command, call, held = [] }) => {
  let gateway: Running;
  let directly: Seen;

  beforeAll(async () => {
    gateway = await startGateway({ behind: { command }, config: { receipts: false } });
    const [program = '', ...args] = command;
    const client = new Client({ name: 'direct', version: '1' });
    await client.connect(new StdioClientTransport({ command: program, args, stderr: 'ignore' }));
    directly = await look(client, call);
  }, SLOW_MS);

  afterAll(() => gateway.stop());

  test.each(Object.entries(CLIENTS))(
    '%s lists and calls the same through the gateway as over pipes without it',
    async (_client, see) => {
      const seen = await see(gateway.url, call);
      expect(common(seen, [])).toStrictEqual(common(directly, held));
      expect(directly.tools.length - seen.tools.length).toBe(held.length);
    },
    SLOW_MS,
  );
});

describe.skipIf(inspector === undefined)('the inspector, on its command line', () => {
  let fixture: Running;
  let gateway: Running;

  beforeAll(async () => {
    fixture = await startFixture();
    gateway = await startGateway({ behind: { url: fixture.url }, config: { receipts: false } });
  }, SLOW_MS);

  afterAll(async () => {
    await gateway.stop();
    await fixture.stop();
  });

  const ask = async (url: string, era: string, args: readonly string[]): Promise<unknown> => {
    const { stdout } = await run(process.execPath, [
      programOf(inspector ?? ''),
      '--cli',
      '--server-url',
      url,
      '--transport',
      'http',
      '--protocol-era',
      era,
      ...args,
      '--format',
      'json',
      '-q',
    ]);
    return JSON.parse(stdout) as unknown;
  };

  test.each(['legacy', 'modern'])(
    'sees and calls the same over HTTP through the gateway as directly, in the %s era',
    async (era) => {
      for (const args of [
        ['--method', 'tools/list'],
        ['--method', 'tools/call', '--tool-name', 'test_multiple_content_types'],
        ['--method', 'resources/read', '--uri', 'test://static-binary'],
        ['--method', 'prompts/get', '--prompt-name', 'test_prompt_with_image'],
      ]) {
        const direct = await ask(fixture.url, era, args);
        expect(await ask(gateway.url, era, args)).toStrictEqual(direct);
      }
    },
    SLOW_MS,
  );
});

describe.skipIf(playwright === undefined || chromium === undefined)('a browser, as a server', () => {
  let gateway: Running;

  beforeAll(async () => {
    const command = [process.execPath, join(playwright ?? '', 'cli.js'), '--headless', '--isolated'];
    const flags = ['--no-sandbox', '--executable-path', chromium ?? ''];
    gateway = await startGateway({ behind: { command: [...command, ...flags] } });
  }, SLOW_MS);

  afterAll(() => gateway.stop());

  test.each([['legacy' as const], [{ pin: '2026-07-28' }]])(
    'opens a page and tells what is on it, to a client that speaks %j',
    async (mode) => {
      const client = new Client({ name: 'second', version: '1' }, { versionNegotiation: { mode } });
      await client.connect(new StreamableHTTPClientTransport(new URL(gateway.url)));
      const { tools } = await client.listTools();
      expect(tools.map(({ name }) => name)).toContain('browser_navigate');
      const url = 'data:text/html,<h1>written by nobody</h1>';
      const opened = await client.callTool(
        { name: 'browser_navigate', arguments: { url } },
        { timeout: SLOW_MS },
      );
      expect(opened.isError ?? false).toBe(false);
      const seen = await client.callTool({ name: 'browser_snapshot', arguments: {} });
      expect(JSON.stringify(seen.content)).toContain('written by nobody');
      await client.callTool({ name: 'browser_close', arguments: {} });
      await client.close();
    },
    SLOW_MS,
  );
});

/** The program that the package names in `bin`. */
function programOf(package_: string): string {
  const { bin } = JSON.parse(readFileSync(join(package_, 'package.json'), 'utf8')) as {
    readonly bin: Readonly<Record<string, string>>;
  };
  return join(package_, bin['inspector'] ?? '');
}

/** Where a program of the system is, or nothing, said aloud. */
function programNamed(name: string): string | undefined {
  try {
    return execFileSync('which', [name], { encoding: 'utf8' }).trim();
  } catch {
    process.stderr.write(`skipped: no program \`${name}\` is installed here\n`);
    return undefined;
  }
}
