/** One plain request and its answer, from a client through the guard to a host and back. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Caller, Enforced, JsonObject } from '@writ/core';
import { attempt, type Sent } from '../attempt.ts';
import type { ProxyPorts } from '../ports.ts';
import { endToEnd, type Target } from '../target/index.ts';
import { type Body, readBody } from './body.ts';
import { Unreachable } from './connect.ts';
import { waitOn } from './early-bytes.ts';
import { Flow } from './flow.ts';
import { type Agents, type HostAnswer, send, type SentRequest } from './forward.ts';
import { answerText, type ProxyAnswer, refusalOf, rejectionOf } from './refusal.ts';

/** Who asks for what. */
export interface Exchange {
  readonly target: Target;
  readonly caller?: Caller;
  readonly request: IncomingMessage;
}

/** Serves one request that may have a body. Never rejects. */
export async function exchange(
  ports: ProxyPorts,
  { target, caller, request }: Exchange,
  response: ServerResponse,
  agents: Agents,
): Promise<void> {
  const { limits, timers } = ports;
  const gone = new AbortController();
  let hasBegun = false;
  response.once('close', () => {
    if (!hasBegun) gone.abort();
  });
  const body = await readBody(request, { most: limits.bodyBytes, ms: limits.headMs, timers });
  if (body.is === 'broken') {
    ports.count('egress.body');
    return answer(
      response,
      rejectionOf({ code: 'egress.body', message: 'the body did not come' }, 400, request.headers.accept),
    );
  }
  const enforced = await attempt(
    ports.attempt,
    {
      target,
      ...(caller === undefined ? {} : { caller }),
      ...(body.is === 'whole' ? { body: body.text } : {}),
      ...unreadBody(body, ports.passesUnread),
      signal: gone.signal,
    },
    (sent) => {
      hasBegun = true;
      return bringBack(ports, sent, { request, response, body, agents });
    },
  );
  if (!hasBegun) answer(response, refusalOf(enforced, nameOf(target), request.headers.accept));
  else failedToBegin(enforced, response, request);
}

/** Serves one WebSocket handshake; what follows it are bytes. Never rejects. */
export async function upgrade(
  ports: ProxyPorts,
  { target, caller, request }: Exchange,
  socket: Duplex,
  head: Buffer,
): Promise<void> {
  const gone = new AbortController();
  let hasBegun = false;
  const waiting = waitOn(socket, head, () => gone.abort());
  const enforced = await attempt(
    ports.attempt,
    { target, ...(caller === undefined ? {} : { caller }), signal: gone.signal },
    (sent) => {
      hasBegun = true;
      waiting.release();
      return bringUpgrade(ports, sent, request, socket);
    },
  );
  if (!hasBegun && socket.writable)
    socket.end(answerText(refusalOf(enforced, nameOf(target), request.headers.accept)));
}

/** How messages name a target: as the client knows it. */
export function nameOf({ method, scheme, host, port, resource }: Target): string {
  const path = resource?.split('?', 1)[0];
  return path === undefined
    ? `CONNECT ${host}:${port}`
    : `${method ?? 'GET'} ${scheme}://${host}:${port}${path}`;
}

function unreadBody(
  body: Body,
  passes: boolean,
): { readonly hasUnreadBody?: true; readonly refusal?: { code: string; reason: string } } {
  if (body.is !== 'unread') return {};
  if (passes) return { hasUnreadBody: true };
  return {
    hasUnreadBody: true,
    refusal: {
      code: 'egress.body',
      reason: `the body cannot be looked at: ${body.why} (\`egress.unread: pass\` lets such bodies go to the policies)`,
    },
  };
}

interface Incoming {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: Body;
  readonly agents: Agents;
}

async function bringBack(
  ports: ProxyPorts,
  sent: Sent,
  { request, response, body, agents }: Incoming,
): Promise<JsonObject> {
  const { address, target, signal } = sent;
  const isStreamed = body.is === 'unread' && !body.isEnded;
  const bytes = bytesOf(body, sent.body);
  const out = send(request, {
    ...ports,
    ...ports.limits,
    address,
    target,
    ...(bytes === undefined || isStreamed ? {} : { body: bytes }),
    isStreamed,
    isChanged: body.is === 'whole' && sent.body !== undefined && sent.body !== body.text,
    agents,
    signal,
  });
  const flow = new Flow({
    ...ports,
    signal,
    destroy() {
      if (!response.writableFinished) {
        out.request.destroy();
        response.destroy();
      }
    },
  });
  if (bytes !== undefined) flow.count(bytes.length, 'up');
  if (isStreamed) {
    out.request.write(bytes ?? Buffer.alloc(0));
    flow.carry(request, out.request, 'up');
  } else out.request.end(bytes);
  response.once('close', () => flow.end(response.writableFinished ? 'closed' : 'broken'));
  let host: HostAnswer;
  try {
    host = await out.answer;
  } catch (thrown) {
    answer(response, unreachable(thrown, request.headers.accept));
    return { address, failed: 'egress.unreachable', ...(await flow.account) };
  }
  if (host.is === 'upgrade') {
    // Nobody asked for one.
    host.socket.destroy();
    answer(
      response,
      rejectionOf(
        { code: 'egress.upgrade', message: 'the host began another protocol' },
        502,
        request.headers.accept,
      ),
    );
    return { address, failed: 'egress.upgrade', ...(await flow.account) };
  }
  writeHead(host.response, response);
  flow.carry(host.response, response, 'down');
  host.response.once('aborted', () => flow.end('broken'));
  return { address, status: host.response.statusCode ?? 0, ...(await flow.account) };
}

async function bringUpgrade(
  ports: ProxyPorts,
  { address, target, signal }: Sent,
  request: IncomingMessage,
  client: Duplex,
): Promise<JsonObject> {
  const out: SentRequest = send(request, {
    ...ports,
    ...ports.limits,
    address,
    target,
    isStreamed: false,
    isChanged: false,
    signal,
  });
  const open: Duplex[] = [client];
  const flow = new Flow({
    ...ports,
    signal,
    destroy() {
      out.request.destroy();
      for (const one of open) one.destroy();
    },
  });
  client.once('close', () => flow.end('closed'));
  out.request.end();
  let host: HostAnswer;
  try {
    host = await out.answer;
  } catch (thrown) {
    client.end(answerText(unreachable(thrown, request.headers.accept)));
    return { address, failed: 'egress.unreachable', ...(await flow.account) };
  }
  const { statusCode = 502, statusMessage = '', rawHeaders } = host.response;
  const isUpgraded = host.is === 'upgrade' && statusCode === 101;
  const kept = endToEnd(
    rawHeaders,
    isUpgraded ? undefined : host.response.headers.connection,
    isUpgraded ? [] : ['content-length'],
  );
  const connection = isUpgraded ? ['Connection', 'Upgrade', 'Upgrade', 'websocket'] : ['Connection', 'close'];
  client.write(headText(statusCode, statusMessage, [...kept, ...connection]));
  if (host.is === 'upgrade') {
    open.push(host.socket);
    if (host.head.length > 0) {
      flow.count(host.head.length, 'down');
      client.write(host.head);
    }
    flow.join(client, host.socket);
  } else {
    flow.carry(host.response, client, 'down');
  }
  return { address, status: statusCode, ...(await flow.account) };
}

/** The bytes that go on: those that came where nothing was changed, else the text that was judged. */
function bytesOf(body: Body, judged: string | undefined): Buffer | undefined {
  switch (body.is) {
    case 'whole':
      return judged === undefined || judged === body.text ? body.bytes : Buffer.from(judged);
    case 'unread':
      return body.start;
    case 'none':
    case 'broken':
      return undefined;
    default:
      return body satisfies never;
  }
}

function writeHead(from: IncomingMessage, response: ServerResponse): void {
  const kept = endToEnd(from.rawHeaders, from.headers.connection);
  // A host's own reason could hold what no head may.
  response.writeHead(from.statusCode ?? 502, kept);
}

function headText(status: number, message: string, headers: readonly string[]): string {
  let text = `HTTP/1.1 ${status} ${message.replace(/[^\t\x20-\x7e]/g, '')}\r\n`;
  for (let at = 0; at < headers.length; at += 2) text += `${headers[at] ?? ''}: ${headers[at + 1] ?? ''}\r\n`;
  return `${text}\r\n`;
}

/** Answers with something of the proxy's own and ends the connection: what was not read of the request would be taken for the next. */
export function answer(response: ServerResponse, { status, phrase, headers, body }: ProxyAnswer): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  response.writeHead(status, phrase, headers);
  response.end(response.req.method === 'HEAD' ? undefined : body);
}

/** The answer for a host that was not reached. */
export function unreachable(thrown: unknown, accept: string | undefined): ProxyAnswer {
  const isLate = thrown instanceof Unreachable && thrown.isLate;
  const message = thrown instanceof Unreachable ? thrown.message : 'the host cannot be spoken to';
  return rejectionOf({ code: 'egress.unreachable', message }, isLate ? 504 : 502, accept);
}

/** What was begun and never answered: the guard ended it. */
function failedToBegin(enforced: Enforced, response: ServerResponse, request: IncomingMessage): void {
  if (response.headersSent || response.destroyed) return;
  answer(
    response,
    rejectionOf({ code: 'egress.ended', message: enforced.message }, 502, request.headers.accept),
  );
}
