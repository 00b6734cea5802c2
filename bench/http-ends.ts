// Both ends of the way over Streamable HTTP: a client's calls in either era, and the processes that answer them.
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

import type { End } from './gateway-call.ts';
import type { Row, Transport } from './gateway-settings.ts';
import { HttpLine, requestBytes } from './http-load.ts';
import { numbered, requestText } from './numbered.ts';
import { BUILT_NODE, startProcess, WRIT } from './processes.ts';
import { POLICIES, SERVER, typicalArguments } from './typical.ts';

const TOOL = 'write_file';
/** Longest wait for an answer of the handshake and for a process to listen, in milliseconds. */
const START_MS = 30_000;
const CLIENT = { name: 'bench', version: '1.0.0' };
/** What is kept of what a process says of itself. */
const COMPLAINTS = 10_000;
const PORT = /^([0-9]+)$/;
/** The event of `writ gateway` that says where it serves. */
const SERVING = /serving http:\/\/127\.0\.0\.1:([0-9]+)\/mcp/;

/** A process that listens. */
export interface Listening {
  readonly process: ChildProcess;
  readonly port: number;
}

/** The server behind the gateway. */
export function startEcho(): Promise<Listening> {
  return listening([...BUILT_NODE, join(import.meta.dirname, 'http-echo.ts')]);
}

/** The gateway of `row` in front of the server at `port`; what it keeps is kept in `folder`. */
export function startHttpGateway({ stage }: Row, port: number, folder: string): Promise<Listening> {
  mkdirSync(folder);
  if (stage === 'all') return startWrit(port, folder);
  const file = join(import.meta.dirname, 'http-gateway-stage.ts');
  return listening([...BUILT_NODE, file, stage, folder, String(port)]);
}

/** A client after its handshake, whose first call was performed. */
export async function httpEnd({ transport, bytes }: Row, port: number): Promise<End> {
  const { headers, params } = await handshake(transport, bytes, port);
  const body = requestText('tools/call', params);
  const answer = await post(port, headers, body);
  const { content } = params.arguments;
  const told = (await answer.json()) as { result?: { content?: readonly { text?: string }[] } };
  if (told.result?.content?.[0]?.text !== content)
    throw new Error(`${transport}: the call was not performed: ${JSON.stringify(told).slice(0, 500)}`);
  const next = numbered(requestBytes('/mcp', headers, body));
  return {
    open: () => HttpLine.open({ port, next: () => next().bytes, leastBytes: content.length }),
  };
}

async function handshake(
  transport: Transport,
  bytes: number,
  port: number,
): Promise<{
  readonly headers: Readonly<Record<string, string>>;
  readonly params: { readonly arguments: { readonly content: string } };
}> {
  const common = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
  const params = { name: TOOL, arguments: typicalArguments(bytes) as { readonly content: string } };
  if (transport === 'http-modern') {
    const version = '2026-07-28';
    const _meta = {
      'io.modelcontextprotocol/protocolVersion': version,
      'io.modelcontextprotocol/clientInfo': CLIENT,
      'io.modelcontextprotocol/clientCapabilities': {},
    };
    const withMeta = { ...params, _meta };
    const repeated = { 'mcp-protocol-version': version, 'mcp-method': 'tools/call', 'mcp-name': TOOL };
    return { headers: { ...common, ...repeated }, params: withMeta };
  }
  const version = '2025-11-25';
  const ask = { protocolVersion: version, capabilities: {}, clientInfo: CLIENT };
  const answer = await post(port, common, requestText('initialize', ask));
  await answer.text();
  const session = answer.headers.get('mcp-session-id');
  if (session === null) throw new Error(`${transport}: no session was opened: status ${answer.status}`);
  const headers = { ...common, 'mcp-protocol-version': version, 'mcp-session-id': session };
  await (
    await post(port, headers, JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' }))
  ).text();
  return { headers, params };
}

function post(port: number, headers: Readonly<Record<string, string>>, body: string): Promise<Response> {
  const signal = AbortSignal.timeout(START_MS);
  return fetch(`http://127.0.0.1:${port}/mcp`, { method: 'POST', headers, body, signal });
}

/** `writ gateway` as it is started from a configuration. */
async function startWrit(port: number, folder: string): Promise<Listening> {
  writeFileSync(join(folder, 'bench.cedar'), POLICIES);
  writeFileSync(
    join(folder, 'writ.yaml'),
    [
      'policies: [bench.cedar]',
      'agent: { id: research-bot, team: research, org: acme }',
      `servers: { ${SERVER}: { url: "http://127.0.0.1:${port}/mcp", trusted: true } }`,
      'gateway: { listen: "127.0.0.1:0", admin: { listen: "127.0.0.1:0" }, auth: none }',
    ].join('\n'),
  );
  const child = startProcess([...WRIT, 'gateway'], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  return { process: child, port: await portOf(child, child.stderr, SERVING) };
}

/** Starts a process that prints its port. */
async function listening(command: readonly string[]): Promise<Listening> {
  const child = startProcess(command, { stdio: ['ignore', 'pipe', 'inherit'] });
  return { process: child, port: await portOf(child, child.stdout, PORT) };
}

/** The port that a process says it listens at, on a line that `pattern` matches. What it says later is read and thrown away. */
async function portOf(child: ChildProcess, stream: Readable | null, pattern: RegExp): Promise<number> {
  if (stream === null) throw new TypeError('there is nothing to read');
  const found = Promise.withResolvers<number>();
  let said = '';
  const fail = (): void => found.reject(new Error(`${child.spawnargs.join(' ')} did not start: ${said}`));
  const late = setTimeout(fail, START_MS);
  child.once('exit', fail);
  createInterface({ input: stream }).on('line', (line) => {
    said = `${said}${line}\n`.slice(-COMPLAINTS);
    const port = pattern.exec(line)?.[1];
    if (port !== undefined) found.resolve(Number(port));
  });
  return found.promise.finally(() => clearTimeout(late));
}
