/** A client over the stdio face's own connection, on pipes in this process. */
import { PassThrough } from 'node:stream';
import { type Caller, Fault, isJsonObject, type JsonObject, parseStrictJson, systemTimers } from '@writ/core';
import { onTestFinished } from 'vitest';
import type { WritNode } from '../../src/index.ts';
import { ProxySession } from '../../src/mcp/proxy/index.ts';
import { readMessages } from '../../src/mcp/rpc/index.ts';
import { StdioConnection } from '../../src/mcp/stdio/index.ts';
import { type Behaviour, MemoryUpstream } from '../memory-upstream.ts';
import { type Client, type End, endOf, repeating, started } from './client.ts';

/** Connects it, initialised; `servers` gets the server behind it, `told` what it is told besides answers. */
export async function stdioClient(
  node: WritNode,
  behave: Behaviour,
  servers: MemoryUpstream[],
  told: JsonObject[],
  caller: Caller | undefined,
): Promise<Client> {
  const stdin = new PassThrough();
  const stdout = new PassThrough();
  const connection = new StdioConnection(
    stdout,
    node.guard,
    (client) =>
      new ProxySession({
        ports: node,
        timers: systemTimers,
        face: 'mcp_stdio',
        ...(caller === undefined ? {} : { caller }),
        openUpstreams: (handlers) => {
          const server = new MemoryUpstream('memory', handlers, behave);
          servers.push(server);
          return [server];
        },
        expose: 'plain',
        client,
        note: () => {},
        deserted: () => {},
      }),
  );
  void readMessages(stdin, connection);
  onTestFinished(() => connection.close(new Fault('upstream.closed', 'the test is over')));
  const waiting = new Map<unknown, (message: JsonObject) => void>();
  stdout.setEncoding('utf8').on('data', (chunk: string) => {
    for (const line of chunk.split('\n').filter((one) => one !== '')) {
      const message = parseStrictJson(line);
      if (!isJsonObject(message)) continue;
      const take = waiting.get(message['id']);
      if (take === undefined) told.push(message);
      else take(message);
    }
  });
  const write = (message: JsonObject): void =>
    void stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  let next = 0;
  const request = (method: string, params: JsonObject): { id: number; answer: Promise<JsonObject> } => {
    const id = next;
    next += 1;
    const answer = new Promise<JsonObject>((resolve) => waiting.set(id, resolve));
    write({ id, method, params });
    return { id, answer };
  };
  const hello = {
    protocolVersion: '2025-06-18',
    capabilities: {},
    clientInfo: { name: 'test', version: '1' },
  };
  await request('initialize', hello).answer;
  write({ method: 'notifications/initialized' });
  return repeating((args) => {
    const { id, answer } = request('tools/call', { name: 'pay', arguments: args });
    const left = Promise.withResolvers<End>();
    const end = Promise.race([answer.then(endOf), left.promise]);
    return started(
      () => node.state.holds(),
      end,
      () => {
        write({ method: 'notifications/cancelled', params: { requestId: id } });
        left.resolve('gone');
        return Promise.resolve();
      },
    );
  });
}
