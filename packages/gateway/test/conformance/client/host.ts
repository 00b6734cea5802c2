/**
 * Gateways for the suite's client mode, opened as `writ gateway` opens them, all in one process: the suite starts some forty clients at once,
 * each of which needs a gateway of its own in front of a server that only then exists. `POST` opens one, `DELETE` closes it.
 */
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { json } from 'node:stream/consumers';
import { describeFault } from '@writ/core';
import { loadConfig, openGateway, type RunningGateway } from '../../../src/index.ts';
import { type GatewaySetting, makeFolder, type Running, writeConfiguration } from '../processes.ts';

/** Starts it, on a port of its own. */
export async function startHost(): Promise<Running> {
  const open = new Map<string, () => Promise<void>>();
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const asked = await json(request);
    if (request.method === 'DELETE') {
      const { url } = asked as Running;
      await open.get(url)?.();
      open.delete(url);
      response.end('{}');
      return;
    }
    const { gateway, close } = await openOne(asked as GatewaySetting);
    open.set(gateway.started.url, close);
    response.end(JSON.stringify({ url: gateway.started.url }));
  };
  const server = createServer((request, response) => {
    answer(request, response).catch((thrown: unknown) => response.writeHead(500).end(describeFault(thrown)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      await Promise.all([...open.values()].map((close) => close()));
      server.closeAllConnections();
      server.close();
    },
  };
}

async function openOne(
  setting: GatewaySetting,
): Promise<{ gateway: RunningGateway; close: () => Promise<void> }> {
  const folder = makeFolder();
  const path = writeConfiguration(folder, 0, setting);
  const gateway = await openGateway({
    config: loadConfig(path),
    stderr: new Writable({ write: (_chunk, _encoding, done) => done() }),
    environment: { PATH: process.env['PATH'], ...setting.environment },
  });
  return {
    gateway,
    close: async () => {
      await gateway.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
