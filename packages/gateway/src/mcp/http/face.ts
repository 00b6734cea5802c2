/** The gateway over Streamable HTTP, both eras on one endpoint. Reads top to bottom: admit, read, parse, find the era, hand over. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Caller, describeFault, Fault } from '@writ/core';
import {
  decodeLine,
  INTERNAL_ERROR,
  INVALID_REQUEST,
  PARSE_ERROR,
  REFUSED,
  type RpcMessage,
} from '../rpc/index.ts';
import { classify } from './era/index.ts';
import { LegacyServer } from './legacy/index.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import { ModernServer } from './modern/index.ts';
import { DRAINING } from './refusals.ts';
import { Streams } from './streams.ts';
import type { Challenge, Era, HttpFace, HttpFaceOptions, HttpLimits } from './types.ts';
import { type HttpRefusal, readBody, writeRefusal } from './wire/index.ts';

const JSON_TYPE = /^application\/json[ \t]*(?:;|$)/i;

/** Opens the face. It listens nowhere by itself: whoever listens hands requests to `handle`. */
export function createHttpFace(options: HttpFaceOptions): HttpFace {
  const limits: HttpLimits = { ...DEFAULT_LIMITS, ...options.limits };
  const { ports, timers, note } = options;
  const refused: Record<string, number> = {};
  let isDraining = false;
  const streams = new Streams({
    limits,
    timers,
    stops: ports.stops,
    authenticate: (request) => options.authenticate(request),
  });
  const inEra = (era: Era): HttpFaceOptions => {
    const guard = options.guardOf?.(era);
    return guard === undefined ? options : { ...options, ports: { ...ports, guard } };
  };
  const modern = new ModernServer(inEra('modern'), limits, streams);
  const legacy = new LegacyServer(inEra('legacy'), limits, streams);

  const count = (code: string): void => {
    refused[code] = (refused[code] ?? 0) + 1;
  };
  const refuse = (response: ServerResponse, refusal: HttpRefusal, code: string): void => {
    count(code);
    writeRefusal(response, refusal);
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (isDraining) return refuse(response, DRAINING, 'draining');
    const admitted = await options.authenticate(request);
    if ('status' in admitted) return turnAway(response, admitted);
    const { caller } = admitted;
    if (request.method === 'POST') return post(request, response, caller);
    if (request.method === 'GET') return answered(response, legacy.listen(request, response, caller));
    if (request.method === 'DELETE') return answered(response, legacy.end(request, response, caller));
    const error = { code: INVALID_REQUEST, message: 'Method not allowed' };
    return refuse(response, { status: 405, headers: { allow: 'POST, GET, DELETE' }, error }, 'method');
  };

  const post = async (
    request: IncomingMessage,
    response: ServerResponse,
    caller: Caller | undefined,
  ): Promise<void> => {
    const shape = shapeProblem(request);
    if (shape !== undefined) return refuse(response, shape, 'shape');
    const body = await readBody(request, limits.bodyBytes);
    if (body === 'gone') return count('gone');
    if (body === 'too-large') {
      ports.guard.countRefusal('rpc.too-large');
      return refuse(response, tooLarge(limits.bodyBytes), 'too-large');
    }
    const message = decodeLine(body);
    if (message === undefined || message.kind === 'malformed') {
      ports.guard.countRefusal(message?.code ?? 'rpc.malformed');
      const error = message?.error ?? { code: PARSE_ERROR, message: 'the body is empty' };
      return refuse(response, { status: 400, id: message?.id ?? null, error }, 'malformed');
    }
    if (message.kind !== 'response') {
      const again = await options.authenticate(request, message.method);
      if ('status' in again) return turnAway(response, again, message);
    }
    // Who left while it was found out who they are is not acted for: their leaving is told of only once.
    if (response.destroyed) return count('gone');
    const era = classify(message, request.headers);
    if (typeof era === 'object') {
      ports.guard.countRefusal('rpc.malformed');
      return refuse(response, era, 'headers');
    }
    const posted = { message, bytes: body.length, caller, request, response };
    if (era === 'legacy') return answered(response, await legacy.post(posted));
    switch (message.kind) {
      case 'request':
        return answered(response, await modern.answer({ ...posted, message }));
      case 'notification':
        return answered(response, modern.tell({ ...posted, message }));
      case 'response':
        throw new TypeError('a response is of the legacy era');
      default:
        message satisfies never;
    }
  };

  const answered = (response: ServerResponse, refusal: HttpRefusal | undefined): void => {
    if (refusal !== undefined) refuse(response, refusal, `http-${refusal.status}`);
  };

  const turnAway = (response: ServerResponse, challenge: Challenge, message?: RpcMessage): void => {
    const { status, headers, code } = challenge;
    ports.guard.countRefusal('identity.unauthenticated');
    const id = message?.kind === 'request' ? message.id : null;
    refuse(response, { status, headers, id, error: { code: REFUSED, message: challenge.message } }, code);
  };

  return {
    handle(request, response) {
      serve(request, response).catch((thrown: unknown) => {
        note(`a request failed: ${describeFault(thrown)}`);
        const error = { code: INTERNAL_ERROR, message: 'the gateway failed; nothing is delivered' };
        if (response.headersSent) response.destroy();
        else refuse(response, { status: 500, error, closes: true }, 'fault');
      });
    },
    renew: () => modern.renew(),
    async drain(ms) {
      isDraining = true;
      modern.cancelWaiting(goingDown());
      const late = Promise.withResolvers<void>();
      const cancel = timers.after(ms, late.resolve);
      await Promise.race([Promise.all([modern.idle(), legacy.idle()]), late.promise]);
      cancel();
    },
    stats: () => ({
      sessions: { modern: modern.size, legacy: legacy.size },
      streams: streams.size,
      underWay: modern.underWay + legacy.underWay,
      answered: { modern: modern.answered, legacy: legacy.answered },
      refused: { ...refused },
    }),
    async close() {
      isDraining = true;
      const why = goingDown();
      await Promise.all([modern.close(why), legacy.close(why)]);
    },
  };
}

/** Told to whatever is cancelled because the gateway ends, so that the record does not say that its caller left. */
function goingDown(): Fault {
  // What was under way ends as if it had been cancelled: it may be asked for again.
  return new Fault('guard.aborted', 'the gateway was going down', { code: 'guard.cancelled' });
}

/** What a POST must say of itself. */
function shapeProblem({ headers }: IncomingMessage): HttpRefusal | undefined {
  const problem = (status: number, message: string): HttpRefusal => ({
    status,
    error: { code: INVALID_REQUEST, message },
    closes: true,
  });
  if (!JSON_TYPE.test(headers['content-type'] ?? ''))
    return problem(415, 'a message needs `Content-Type: application/json`');
  if (headers['content-encoding'] !== undefined) return problem(415, 'an encoded body is not read');
  const accept = headers.accept ?? '';
  const acceptsAll = accept.includes('*/*');
  if (!acceptsAll && !(accept.includes('application/json') && accept.includes('text/event-stream')))
    return problem(406, 'an answer needs `Accept: application/json, text/event-stream`');
  return undefined;
}

function tooLarge(bytes: number): HttpRefusal {
  const message = `a body is longer than ${bytes} bytes`;
  return { status: 413, error: { code: INVALID_REQUEST, message }, closes: true };
}
