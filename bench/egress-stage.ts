// One end of the way that `egress.bench.ts` measures, as a process: `host`, `pipe PORT`, `proxy FOLDER`, or `forgetful FOLDER`: the proxy and its guard over a log
// that forgets what it is given. Prints its port.
import { createServer as createHttp } from 'node:http';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { mkdirSync, writeFileSync } from 'node:fs';
import { LOCAL_TENANT, systemClock, systemRandom } from '@writ/core';
import { parseConfig, type WritNode } from '@writ/gateway';
import { openEgress } from '@writ/gateway/egress';

import { cedarPoint, forgetfulLog, openLine } from './line.ts';

const [stage = '', argument = ''] = process.argv.slice(2);
const CHUNK = Buffer.alloc(256 * 1_024, 0x2a);
const POLICY = `
@id("host") permit (principal, action == Action::"network/egress", resource == Host::"127.0.0.1")
when { ["http", "tcp"].contains(context.args.scheme) };
@id("no-secrets-out") forbid (principal, action == Action::"network/egress", resource) when { context.findings.contains("secret") };
`;

/** Answers `GET` with two bytes; a connection that says `get N` is given N bytes, any other its own bytes back. */
function host(): Server {
  const web = createHttp((_request, response) => response.writeHead(200, { 'content-length': 2 }).end('ok'));
  web.keepAliveTimeout = 120_000;
  return createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => {});
    socket.once('data', (first: Buffer) => {
      const text = first.toString('latin1');
      const [, bytes] = /^get (\d+)\n/.exec(text) ?? [];
      if (bytes !== undefined) pour(socket, Number(bytes));
      else if (text.startsWith('GET ')) {
        socket.unshift(first);
        web.emit('connection', socket);
      } else {
        socket.write(first);
        socket.pipe(socket);
      }
    });
  });
}

function pour(socket: Socket, bytes: number): void {
  let left = bytes;
  const more = (): void => {
    while (left > 0) {
      const piece = left < CHUNK.length ? CHUNK.subarray(0, left) : CHUNK;
      left -= piece.length;
      if (!socket.write(piece)) {
        socket.once('drain', more);
        return;
      }
    }
    socket.end();
  };
  more();
}

/** Two sockets and nothing between them: what Node itself costs. */
function pipe(port: number): Server {
  return createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
    const behind = connect({ host: '127.0.0.1', port, noDelay: true, allowHalfOpen: true });
    for (const socket of [client, behind]) socket.on('error', () => {});
    client.pipe(behind).pipe(client);
  });
}

async function proxy(folder: string, isForgetful: boolean): Promise<number> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'bench.cedar'), POLICY);
  const text =
    'policies: [bench.cedar]\nagent: {id: research-bot}\negress: {listen: "127.0.0.1:0", allowNetworks: [127.0.0.0/8]}\n';
  const config = parseConfig(text, join(folder, 'writ.yaml'));
  const { address } = await openEgress({
    config,
    ...(isForgetful ? { node: await forgetfulNode(config) } : {}),
    report: (line) => process.stderr.write(`${line}\n`),
  });
  return 'port' in address ? address.port : 0;
}

/** As much of a node as the proxy asks for. */
async function forgetfulNode(config: WritNode['config']): Promise<WritNode> {
  const decisionPoint = cedarPoint(POLICY);
  const { guard, log } = await openLine({ decisionPoint, log: forgetfulLog() });
  const node: Pick<
    WritNode,
    'config' | 'clock' | 'random' | 'tenant' | 'guard' | 'log' | 'policy' | 'stops'
  > = {
    config,
    clock: systemClock,
    random: systemRandom,
    tenant: LOCAL_TENANT,
    guard,
    log: log.writer,
    policy: { current: () => decisionPoint } as WritNode['policy'],
    stops: { watch: () => () => {}, isStopped: () => false },
  };
  return node as WritNode;
}

function say(port: number): void {
  process.stdout.write(`${port}\n`);
}

if (stage === 'proxy' || stage === 'forgetful') say(await proxy(argument, stage === 'forgetful'));
else {
  const server = stage === 'host' ? host() : pipe(Number(argument));
  server.listen(0, '127.0.0.1', () => say((server.address() as AddressInfo).port));
}
