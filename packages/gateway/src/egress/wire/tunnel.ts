/** CONNECT: a tunnel through the guard to the address that was judged. */
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Caller, JsonObject } from '@writ/core';
import { attempt, type Sent } from '../attempt.ts';
import type { ProxyPorts } from '../ports.ts';
import { normalHost } from '../../network/index.ts';
import { readClientHello, type Target } from '../target/index.ts';
import { connectTo } from './connect.ts';
import { nameOf, unreachable } from './exchange.ts';
import { type Waiting, waitOn } from './early-bytes.ts';
import { Flow } from './flow.ts';
import { answerText, refusalOf } from './refusal.ts';

/** Bytes that a TLS client may send before it has named its host. */
const MAX_HELLO = 32_768;

/** Opens one tunnel and resolves when it has ended. Never rejects. */
export async function tunnel(
  ports: ProxyPorts,
  {
    target,
    caller,
    request,
  }: { readonly target: Target; readonly caller?: Caller; readonly request: IncomingMessage },
  client: Socket,
  head: Buffer,
): Promise<void> {
  const gone = new AbortController();
  let hasBegun = false;
  const waiting = waitOn(client, head, () => gone.abort());
  const enforced = await attempt(
    ports.attempt,
    { target, ...(caller === undefined ? {} : { caller }), signal: gone.signal },
    (sent) => {
      hasBegun = true;
      return carry(ports, sent, request, client, waiting);
    },
  );
  if (!hasBegun && client.writable)
    client.end(answerText(refusalOf(enforced, nameOf(target), request.headers.accept)));
}

async function carry(
  ports: ProxyPorts,
  { address, target, receipt, signal }: Sent,
  request: IncomingMessage,
  client: Socket,
  waiting: Waiting,
): Promise<JsonObject> {
  let host: Socket;
  try {
    host = await connectTo(address, target.port, { ...ports, connectMs: ports.limits.connectMs, signal });
  } catch (thrown) {
    client.end(answerText(unreachable(thrown, request.headers.accept)));
    return { address, failed: 'egress.unreachable' };
  }
  waiting.release();
  const flow = new Flow({
    ...ports,
    signal,
    destroy() {
      client.destroy();
      host.destroy();
    },
  });
  client.write(`HTTP/1.1 200 Connection Established\r\nWrit-Receipt: ${receipt}\r\n\r\n`);
  if (target.scheme === 'https') {
    // What a policy permitted as TLS with this host is nothing else: the first bytes say so, or nothing is sent on.
    const hello = await tlsHello(client, target.host, flow);
    if (hello === undefined) return { address, failed: 'egress.not-tls', ...(await flow.account) };
    flow.count(hello.length, 'up');
    host.write(hello);
  }
  flow.join(client, host);
  return { address, ...(await flow.account) };
}

/** The first bytes of `client` once they are a ClientHello for `host`; ends the flow where they are not. */
function tlsHello(client: Socket, host: string, flow: Flow): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    let bytes: Buffer = Buffer.alloc(0);
    const settle = (hello: Buffer | undefined): void => {
      client.off('data', take);
      client.pause();
      if (hello === undefined) flow.end('not-tls');
      resolve(hello);
    };
    const take = (chunk: Buffer): void => {
      bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk]);
      const hello = readClientHello(bytes);
      if (hello.is === 'incomplete' && bytes.length <= MAX_HELLO) return;
      settle(hello.is === 'hello' && isFor(hello.serverName, host) ? bytes : undefined);
    };
    client.on('data', take);
    client.resume();
    client.once('end', () => settle(undefined));
    client.once('error', () => settle(undefined));
    void flow.account.then(() => settle(undefined));
  });
}

/** A host reached by its address has no server name; any other names itself, so that a server of many hosts knows which is meant. */
function isFor(serverName: string | undefined, host: string): boolean {
  return serverName === undefined ? /^[\d.]+$|:/.test(host) : normalHost(serverName) === host;
}
