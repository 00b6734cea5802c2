/** A server over HTTP, of either era, that keeps every byte it is sent: what reached it cannot be talked away. */
import type { ServerResponse } from 'node:http';
import { isJsonObject, type JsonObject, type JsonValue } from '@writ/core';
import { answer, type Came, event, json, listen, methodOf, stream } from '../upstream/listener.ts';

/** What each of them has. */
export const TOOLS: readonly JsonObject[] = [
  {
    name: 'echo',
    inputSchema: {
      type: 'object',
      properties: { region: { type: 'string', 'x-mcp-header': 'Region' }, text: { type: 'string' } },
    },
  },
  { name: 'hang', inputSchema: { type: 'object' } },
];

/** A running server. */
export interface RecordedServer {
  readonly url: string;
  readonly came: readonly Came[];
  /** What came under `method`. */
  of(method: string): readonly Came[];
  /** Everything that came, as text. */
  readonly text: string;
  /** Says something on every open subscription. */
  tell(method: string, params?: JsonObject): void;
  /** Streams that listen now. */
  readonly listening: number;
  /** Calls that hang now. */
  readonly hanging: number;
  /** Answers the calls that hang. */
  release(): void;
}

/** Starts one; `more` answers what it knows before the rest does. */
export async function recordedServer(
  more: (came: Came) => JsonValue | undefined = () => undefined,
): Promise<RecordedServer> {
  const open = new Map<ServerResponse, JsonValue>();
  const hanging = new Map<ServerResponse, Came>();
  const listener = await listen((came, response) => {
    const { id = null } = came.body;
    if (came.method !== 'POST') return response.writeHead(405).end();
    if (came.body['id'] === undefined) return response.writeHead(202).end();
    const own = more(came);
    if (own !== undefined) return json(response, answer(came, own));
    const { params } = came.body;
    const asked = isJsonObject(params) ? params : {};
    switch (methodOf(came)) {
      case 'initialize':
        return json(
          response,
          answer(came, {
            protocolVersion: asked['protocolVersion'],
            capabilities: { tools: {}, resources: {}, prompts: {}, logging: {} },
            serverInfo: { name: 's', version: '1' },
          }),
          200,
          { 'mcp-session-id': `s${Math.trunc(Number(listener.came.length))}` },
        );
      case 'server/discover':
        return json(
          response,
          answer(came, {
            resultType: 'complete',
            supportedVersions: ['2026-07-28'],
            capabilities: { tools: {}, resources: {}, prompts: {} },
          }),
        );
      case 'tools/list':
        return json(
          response,
          answer(came, { resultType: 'complete', tools: TOOLS, ttlMs: 0, cacheScope: 'private' }),
        );
      case 'resources/list':
        return json(
          response,
          answer(came, { resultType: 'complete', resources: [], ttlMs: 0, cacheScope: 'private' }),
        );
      case 'subscriptions/listen': {
        stream(response);
        open.set(response, id);
        response.on('close', () => open.delete(response));
        const _meta = { 'io.modelcontextprotocol/subscriptionId': id };
        return event(response, {
          jsonrpc: '2.0',
          method: 'notifications/subscriptions/acknowledged',
          params: { notifications: asked['notifications'], _meta },
        });
      }
      case 'tools/call':
        if (asked['name'] !== 'hang')
          return json(
            response,
            answer(came, {
              resultType: 'complete',
              content: [{ type: 'text', text: JSON.stringify(asked['arguments'] ?? {}) }],
            }),
          );
        hanging.set(response, came);
        return response.on('close', () => hanging.delete(response));
      default:
        return json(response, answer(came, { resultType: 'complete' }));
    }
  });
  return {
    url: listener.url,
    came: listener.came,
    of: (method) => listener.came.filter((came) => methodOf(came) === method),
    get text() {
      return listener.came.map(({ raw, text }) => `${raw.rawHeaders.join('\n')}\n${text}`).join('\n');
    },
    tell(method, params) {
      for (const [response, id] of open) {
        const _meta = { 'io.modelcontextprotocol/subscriptionId': id };
        event(response, { jsonrpc: '2.0', method, params: { ...params, _meta } });
      }
    },
    get listening() {
      return open.size;
    },
    get hanging() {
      return hanging.size;
    },
    release() {
      for (const [response, came] of hanging)
        json(
          response,
          answer(came, { resultType: 'complete', content: [{ type: 'text', text: 'released' }] }),
        );
    },
  };
}
