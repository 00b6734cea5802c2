/**
 * Gateways for the suite's client mode, opened as `writ gateway` opens them, all in one process: the suite starts some forty clients at once,
 * each of which needs a gateway of its own in front of a server that only then exists. `POST` opens one, `PUT` does what it asked a person for, `DELETE` closes it.
 */
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { json } from 'node:stream/consumers';
import { describeFault, isFault } from '@writ/core';
import { loadConfig } from '../../../src/index.ts';
import { openGateway, type RunningGateway } from '../../../src/serve/index.ts';
import { type GatewaySetting, makeFolder, type Running, writeConfiguration } from '../processes.ts';
import { askedFor, signInAsRobot } from './robot.ts';

/** Starts it, on a port of its own. */
export async function startHost(): Promise<Running> {
  const open = new Map<string, Open>();
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const asked = await json(request);
    if (request.method === 'DELETE') {
      const { url } = asked as Running;
      await open.get(url)?.close();
      open.delete(url);
      response.end('{}');
      return;
    }
    if (request.method === 'PUT') {
      const { url } = asked as Running;
      response.end(JSON.stringify({ signedIn: await open.get(url)?.obey() }));
      return;
    }
    const opened = await openOne(asked as GatewaySetting);
    const { url } = opened.gateway.started;
    open.set(url, opened);
    response.end(JSON.stringify({ url }));
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
      await Promise.all([...open.values()].map(({ close }) => close()));
      server.closeAllConnections();
      server.close();
    },
  };
}

interface Open {
  readonly gateway: RunningGateway;
  /** Signs in once more where the gateway asked for that since the last time; whether it did. */
  obey(): Promise<boolean>;
  close(): Promise<void>;
}

async function openOne(setting: GatewaySetting): Promise<Open> {
  const folder = makeFolder();
  const config = loadConfig(writeConfiguration(folder, 0, setting));
  const environment = { PATH: process.env['PATH'], ...setting.environment };
  if (setting.signsIn === true) await signInAsRobot(config, environment);
  let lines = '';
  const stderr = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines += chunk.toString();
      done();
    },
  });
  const start = (): Promise<RunningGateway> => openGateway({ config, stderr, environment });
  const gateway = await start().catch(async (thrown: unknown) => {
    const scopes = isFault(thrown) ? askedFor(String(thrown.data['hint'])) : undefined;
    if (scopes === undefined) throw thrown;
    await signInAsRobot(config, environment, scopes);
    return start();
  });
  return {
    gateway,
    async obey() {
      const scopes = askedFor(lines);
      lines = '';
      if (scopes === undefined) return false;
      await signInAsRobot(config, environment, scopes);
      return true;
    },
    async close() {
      await gateway.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
