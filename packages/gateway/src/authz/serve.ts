/** The requests of other gateways: read, told apart by their tokens, answered. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { fromUtf8, isFault, type JsonObject, parseStrictJson } from '@writ/core';
import { type Authenticator, isChallenge } from '../auth/index.ts';
import type { Asker, AuthzPorts, Verdict } from './asker.ts';
import { evaluate, evaluateAll, metadata } from './authzen.ts';
import { checkRequest, EXT_AUTHZ_PREFIX } from './ext-authz.ts';

/** Scope that a token needs to ask. */
export const AUTHZ_SCOPE = 'authz';
/** Largest body of a question, in bytes. */
const MAX_BODY = 1_048_576;
const METADATA_PATH = '/.well-known/authzen-configuration';
/** Envoy keeps `Authorization` for the request it asks about; its own token comes here. */
const OWN_TOKEN_HEADER = 'writ-authorization';
const REQUEST_ID = /^[\x21-\x7e]{1,128}$/;

/** What serving stands on. */
export interface ServeOptions {
  readonly ports: AuthzPorts;
  readonly authenticator: Authenticator;
}

type Reply = {
  readonly status: number;
  readonly body: JsonObject;
  readonly headers?: Readonly<Record<string, string>>;
};

/** A handler for Node's HTTP server. Never rejects. */
export function createAuthzHandler(
  options: ServeOptions,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (request, response) => {
    try {
      write(request, response, await reply(options, request));
    } catch {
      // INVARIANT: what failed is a refusal to whoever asked, and tells nothing of itself.
      options.ports.guard.countRefusal('authz.fault');
      write(request, response, problem(500, 'no answer can be given now'));
    }
  };
}

async function reply({ ports, authenticator }: ServeOptions, request: IncomingMessage): Promise<Reply> {
  const { method = '', url = '/' } = request;
  const path = url.split('?', 1)[0] ?? '/';
  if (path === METADATA_PATH)
    return method === 'GET'
      ? { status: 200, body: metadata(ports.url()) }
      : problem(405, 'only GET is served here');
  const isEnvoy = path === EXT_AUTHZ_PREFIX || path.startsWith(`${EXT_AUTHZ_PREFIX}/`);
  const isOne = path === '/access/v1/evaluation';
  if (!isEnvoy && !isOne && path !== '/access/v1/evaluations') return problem(404, 'nothing is served here');
  const asker = await askerOf(authenticator, request, isEnvoy);
  if ('status' in asker) {
    ports.guard.countRefusal(asker.code);
    return problem(asker.status, asker.message, asker.headers);
  }
  const bytes = await readWhole(request);
  if (bytes === undefined)
    return counted(ports, problem(413, `a question has at most ${MAX_BODY} bytes`, { connection: 'close' }));
  if (isEnvoy) {
    const verdict = await checkRequest(ports, asker, { request, body: bytes, most: MAX_BODY });
    return verdict === undefined
      ? counted(ports, problem(400, 'the `Host` header or the path cannot be read'))
      : statusOf(verdict);
  }
  if (method !== 'POST') return problem(405, 'only POST is served here');
  try {
    const json = parseStrictJson(fromUtf8(bytes));
    if (!isOne) return { status: 200, body: await evaluateAll(ports, asker, json) };
    const { decision, context } = await evaluate(ports, asker, json);
    return { status: 200, body: { decision, context } };
  } catch (fault) {
    const isTheirs = isFault(fault) && /^(?:request|json|bytes)\./.test(fault.code);
    if (!isTheirs) throw fault;
    return counted(ports, problem(400, fault.message));
  }
}

/** Envoy: 200 lets the request go on, everything else is what its client gets. */
function statusOf({ decision, context }: Verdict): Reply {
  const { receipt, verdict } = context;
  const headers = {
    ...(typeof receipt === 'string' ? { 'writ-receipt': receipt } : {}),
    ...(typeof verdict === 'string' ? { 'writ-verdict': verdict } : {}),
  };
  return decision ? { status: 200, body: {}, headers } : { status: 403, body: { error: context }, headers };
}

async function askerOf(
  authenticator: Authenticator,
  { method = '', headersDistinct }: IncomingMessage,
  isEnvoy: boolean,
): Promise<
  | Asker
  | {
      readonly status: number;
      readonly code: string;
      readonly message: string;
      readonly headers: Readonly<Record<string, string>>;
    }
> {
  const credentials = headersDistinct[isEnvoy ? OWN_TOKEN_HEADER : 'authorization'];
  const headers = credentials === undefined ? {} : { authorization: credentials };
  const answer = await authenticator.authenticate({ method, url: '/', headers });
  if (isChallenge(answer)) return answer;
  return (
    answer.caller ?? { status: 401, code: 'auth.missing', message: 'who asks is not known', headers: {} }
  );
}

async function readWhole(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_BODY) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function problem(status: number, message: string, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status, body: { error: { status, message } }, headers };
}

function counted(ports: AuthzPorts, refused: Reply): Reply {
  ports.guard.countRefusal('authz.request');
  return refused;
}

function write(request: IncomingMessage, response: ServerResponse, { status, body, headers }: Reply): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const text = JSON.stringify(body);
  const id = request.headers['x-request-id'];
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    ...(typeof id === 'string' && REQUEST_ID.test(id) ? { 'x-request-id': id } : {}),
    ...headers,
  });
  response.end(request.method === 'HEAD' ? undefined : text);
}
