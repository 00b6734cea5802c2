/** The HTTP face on a real listener of this machine, in front of servers in memory. */
import { createServer, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import {
  isJsonObject,
  type JsonObject,
  parseStrictJson,
  systemRandom,
  systemTimers,
  type Timers,
} from '@writ/core';
import {
  type Admitted,
  type Challenge,
  createHttpFace,
  type Expose,
  type HttpFace,
  type HttpLimits,
  type SessionScope,
} from '../src/mcp/index.ts';
import type { GatewayPorts } from '../src/mcp/index.ts';
import { createFakeGuard, type FakeGuard } from './fake-guard.ts';
import { createFakePins } from './fake-pins.ts';
import { type Behaviour, MemoryUpstream } from './memory-upstream.ts';

/** What every modern request says of itself. */
export const MODERN_META: JsonObject = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': { elicitation: {}, sampling: {} },
};

const TOOL = { name: 'echo', inputSchema: { type: 'object' } };

/** Answers handshakes and lists one tool, `echo`; calls echo their arguments. */
export const echo: Behaviour = ({ method, params }) => {
  switch (method) {
    case 'initialize': {
      const protocolVersion = params?.['protocolVersion'] ?? '2025-06-18';
      const result = {
        protocolVersion,
        capabilities: { tools: {} },
        serverInfo: { name: 'm', version: '1' },
      };
      return { result };
    }
    case 'server/discover':
      return {
        result: { resultType: 'complete', supportedVersions: ['2026-07-28'], capabilities: { tools: {} } },
      };
    case 'tools/list':
      return { result: { tools: [TOOL] } };
    case 'tools/call':
      return { result: { content: [], structuredContent: params?.['arguments'] ?? {} } };
    default:
      return { error: { code: -32601, message: 'Method not found' } };
  }
};

/** What to start. */
export interface HttpHarnessOptions {
  readonly guard?: FakeGuard;
  readonly behave?: Behaviour;
  readonly timers?: Timers;
  readonly limits?: Partial<HttpLimits>;
  /** How many servers each session has (default 1). */
  readonly servers?: number;
  readonly expose?: Expose;
  /** A node, or what the face needs of one, in place of the fakes. */
  readonly ports?: GatewayPorts;
  /** Whether anybody may approve (default false). */
  readonly hasApprovers?: boolean;
  readonly authenticate?: (request: IncomingMessage, method?: string) => Admitted | Challenge;
}

/** An answer as it came over the wire. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The messages in it: one where it was whole, all of a stream. */
  readonly messages: readonly JsonObject[];
}

/** A face that listens, with its servers. */
export class HttpHarness {
  readonly face: HttpFace;
  readonly guard: FakeGuard;
  readonly servers: MemoryUpstream[] = [];
  readonly scopes: SessionScope[] = [];
  readonly notes: string[] = [];
  readonly url: string;

  private constructor(
    face: HttpFace,
    guard: FakeGuard,
    url: string,
    made: Pick<HttpHarness, 'servers' | 'scopes' | 'notes'>,
  ) {
    this.face = face;
    this.guard = guard;
    this.url = url;
    this.servers = made.servers;
    this.scopes = made.scopes;
    this.notes = made.notes;
  }

  static async start(options: HttpHarnessOptions = {}): Promise<HttpHarness> {
    const guard = options.guard ?? createFakeGuard();
    const { pins, policy, state } = createFakePins();
    const made = { servers: [] as MemoryUpstream[], scopes: [] as SessionScope[], notes: [] as string[] };
    const { authenticate = () => ({}) } = options;
    const face = createHttpFace({
      ports: options.ports ?? {
        guard,
        pins,
        policy,
        state,
        config: {
          approvals: { approvers: options.hasApprovers === true ? ['ann'] : [] },
          hasReceipts: false,
        },
      },
      timers: options.timers ?? systemTimers,
      random: systemRandom,
      authenticate: (request, method) => Promise.resolve(authenticate(request, method)),
      openUpstreams: (handlers, scope) => {
        const names = Array.from({ length: options.servers ?? 1 }, (_one, at) =>
          at === 0 ? 'memory' : `memory${at}`,
        );
        const opened = names.map((name) => new MemoryUpstream(name, handlers, options.behave ?? echo));
        made.servers.push(...opened);
        made.scopes.push(scope);
        return opened;
      },
      expose: options.expose ?? 'plain',
      ...(options.limits === undefined ? {} : { limits: options.limits }),
      note: (text) => void made.notes.push(text),
    });
    const server = createServer((request, response) => face.handle(request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(async () => {
      await face.close();
      server.closeAllConnections();
      server.close();
    });
    const { port } = server.address() as AddressInfo;
    return new HttpHarness(face, guard, `http://127.0.0.1:${port}/mcp`, made);
  }

  /** Posts `message` with these headers besides what every message needs; whatever the answer is. */
  async post(message: unknown, headers: Record<string, string> = {}, signal?: AbortSignal): Promise<Answer> {
    return readAnswer(await this.open(message, headers, signal));
  }

  /** The same, with the body unread. */
  open(message: unknown, headers: Record<string, string> = {}, signal?: AbortSignal): Promise<Response> {
    return fetch(this.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...headers,
      },
      body: typeof message === 'string' ? message : JSON.stringify(message),
      ...(signal === undefined ? {} : { signal }),
    });
  }

  /** A modern request with the headers that belong to it. */
  modern(
    method: string,
    params: JsonObject = {},
    headers: Record<string, string> = {},
    signal?: AbortSignal,
  ): Promise<Answer> {
    return this.post(...modernRequest(method, params, headers), signal);
  }

  /** Initialises a legacy session and resolves with its headers. */
  async session(
    version = '2025-06-18',
    headers: Record<string, string> = {},
  ): Promise<{ readonly 'mcp-session-id': string; readonly 'mcp-protocol-version': string }> {
    const params = { protocolVersion: version, capabilities: {}, clientInfo: { name: 'test', version: '1' } };
    const answer = await this.post({ jsonrpc: '2.0', id: 0, method: 'initialize', params }, headers);
    const id = answer.headers.get('mcp-session-id');
    if (id === null) throw new Error(`no session: ${answer.status} ${JSON.stringify(answer.messages)}`);
    const own = { ...headers, 'mcp-session-id': id, 'mcp-protocol-version': version };
    await this.post({ jsonrpc: '2.0', method: 'notifications/initialized' }, own);
    return own;
  }
}

/** A modern request and the headers that belong to it. */
export function modernRequest(
  method: string,
  params: JsonObject = {},
  headers: Record<string, string> = {},
): [message: JsonObject, headers: Record<string, string>] {
  const name = params['name'] ?? params['uri'] ?? params['taskId'];
  return [
    { jsonrpc: '2.0', id: 1, method, params: { _meta: MODERN_META, ...params } },
    {
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': method,
      ...(typeof name === 'string' ? { 'mcp-name': name } : {}),
      ...headers,
    },
  ];
}

/** The messages in a body, whole or of a stream. */
export async function readAnswer(response: Response): Promise<Answer> {
  const text = await response.text();
  const { status, headers } = response;
  const isStream = headers.get('content-type')?.startsWith('text/event-stream') === true;
  const texts = isStream ? dataOf(text) : text === '' ? [] : [text];
  return { status, headers, messages: texts.map((one) => parseStrictJson(one)).filter(isJsonObject) };
}

/** The `data` of each event in `text`, but for empty ones. */
export function dataOf(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('data: ') && line.length > 'data: '.length)
    .map((line) => line.slice('data: '.length));
}
