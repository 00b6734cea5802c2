/** The legacy era over HTTP: sessions under `Mcp-Session-Id`, a stream by GET, an end by DELETE (MCP 2025-11-25, Streamable HTTP). */
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Caller, type Fault, isJsonObject, ownProperty } from '@writ/core';
import { INVALID_REQUEST, type RpcAnswer, type RpcMessage, type RpcRequest } from '../../rpc/index.ts';
import { isStillAdmitted } from '../admitted.ts';
import { callerKey } from '../caller-key.ts';
import { headerValue, LEGACY_VERSIONS } from '../era/index.ts';
import { FULL, NEEDS_SESSION, NO_SESSION, TOO_MANY_SESSIONS } from '../refusals.ts';
import { SessionTable } from '../session-table.ts';
import type { Streams } from '../streams.ts';
import type { HttpFaceOptions, HttpLimits } from '../types.ts';
import { type HttpRefusal, writeAccepted } from '../wire/index.ts';
import { LegacySession } from './session.ts';

/** Bytes of randomness in a session id. */
const ID_BYTES = 24;

/** A message and what came with it. */
interface Posted {
  readonly message: RpcMessage;
  readonly bytes: number;
  readonly caller: Caller | undefined;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** The legacy side of the face. */
export class LegacyServer {
  readonly #options: HttpFaceOptions;
  readonly #streams: Streams;
  /** By {@link keyOf} their ids. */
  readonly #table: SessionTable<LegacySession>;
  readonly #ofOne: number;
  #underWay = 0;
  #answered = 0;

  constructor(options: HttpFaceOptions, limits: HttpLimits, streams: Streams) {
    this.#options = options;
    this.#streams = streams;
    const { sessions: capacity, sessionIdleMs: idleMs } = limits;
    this.#ofOne = limits.sessionsPerPrincipal;
    this.#table = new SessionTable({ capacity, idleMs, timers: options.timers });
  }

  get size(): number {
    return this.#table.size;
  }

  get underWay(): number {
    return this.#underWay;
  }

  get answered(): number {
    return this.#answered;
  }

  /** Takes one message, unless it must be refused. */
  async post(posted: Posted): Promise<HttpRefusal | undefined> {
    const { message, bytes, caller, request, response } = posted;
    const id = message.kind === 'request' ? message.id : null;
    const stillAdmitted = (): Promise<boolean> =>
      isStillAdmitted(
        this.#options,
        request,
        caller,
        message.kind === 'request' ? message.method : undefined,
      );
    const origin = { bytes, ...(caller === undefined ? {} : { caller, stillAdmitted }) };
    if (message.kind === 'request' && message.method === 'initialize') {
      return this.#initialize(message, posted, origin);
    }
    const session = this.#session(request, caller);
    if (!(session instanceof LegacySession)) return { ...session, id };
    switch (message.kind) {
      case 'request':
        await this.#counted(() => session.answer(message, response, origin));
        return undefined;
      case 'notification':
        session.told(message, caller);
        break;
      case 'response':
        session.settle(message.id, message.answer);
        break;
      default:
        message satisfies never;
    }
    writeAccepted(response);
    return undefined;
  }

  /** Opens a stream for what belongs to no request, or resumes one, unless it must be refused. */
  listen(
    request: IncomingMessage,
    response: ServerResponse,
    caller: Caller | undefined,
  ): HttpRefusal | undefined {
    const session = this.#session(request, caller);
    if (!(session instanceof LegacySession)) return session;
    if (!(request.headers.accept ?? '').includes('text/event-stream')) {
      return problem(406, 'a stream needs `Accept: text/event-stream`');
    }
    const refused = session.listen(response, headerValue(request.headers['last-event-id']));
    switch (refused) {
      case undefined:
        return undefined;
      case 'conflict':
        return problem(409, 'this stream of the session is already being read');
      case 'full':
        return FULL;
      case 'gone':
        return problem(404, 'no stream of this session has the event of `Last-Event-ID`');
      default:
        return refused satisfies never;
    }
  }

  /** Ends the session, unless there is none. */
  end(
    request: IncomingMessage,
    response: ServerResponse,
    caller: Caller | undefined,
  ): HttpRefusal | undefined {
    const session = this.#session(request, caller);
    if (!(session instanceof LegacySession)) return session;
    this.#table.end(keyOf(session.id));
    response.writeHead(204).end();
    return undefined;
  }

  /** Waits for what is under way. */
  idle(): Promise<void> {
    return this.#table.idle();
  }

  close(why?: Fault): Promise<void> {
    return this.#table.close(why);
  }

  async #initialize(
    message: RpcRequest,
    { caller, request, response }: Posted,
    origin: { readonly bytes: number; readonly caller?: Caller },
  ): Promise<HttpRefusal | undefined> {
    if (request.headers['mcp-session-id'] !== undefined) {
      return { ...problem(400, '`initialize` opens a session and so names none'), id: message.id };
    }
    const owner = callerKey(caller);
    // First, so that nobody takes the place of somebody else's idle session for one more of too many.
    if (caller !== undefined && !this.#table.hasRoomFor(owner, this.#ofOne))
      return { ...TOO_MANY_SESSIONS, id: message.id };
    if (!this.#table.hasRoom()) return { ...FULL, id: message.id };
    const id = Buffer.from(this.#options.random.bytes(ID_BYTES)).toString('base64url');
    const key = keyOf(id);
    const requested =
      message.params === undefined ? undefined : ownProperty(message.params, 'protocolVersion');
    const session = new LegacySession({
      id,
      caller,
      owner,
      version: typeof requested === 'string' ? requested : '',
      face: this.#options,
      streams: this.#streams,
      deserted: () => void this.#table.end(key),
    });
    this.#table.add(key, session, owner);
    const answer = await this.#counted(() =>
      session.answer(message, response, origin, { 'mcp-session-id': id }),
    );
    // A session that was never initialised serves nothing.
    const isOpen = answer !== undefined && 'result' in answer && isJsonObject(answer.result);
    if (!isOpen) this.#table.end(key);
    return undefined;
  }

  async #counted(answer: () => Promise<RpcAnswer | undefined>): Promise<RpcAnswer | undefined> {
    this.#underWay += 1;
    try {
      return await answer();
    } finally {
      this.#underWay -= 1;
      this.#answered += 1;
    }
  }

  /** The session that the request names, where it is its caller's own. To others it does not exist. */
  #session(request: IncomingMessage, caller: Caller | undefined): LegacySession | HttpRefusal {
    const version = headerValue(request.headers['mcp-protocol-version']);
    if (version !== undefined && !LEGACY_VERSIONS.includes(version)) {
      return problem(400, `Unsupported protocol version (supported: ${LEGACY_VERSIONS.join(', ')})`);
    }
    const id = headerValue(request.headers['mcp-session-id']);
    if (id === undefined) return NEEDS_SESSION;
    const session = this.#table.get(keyOf(id));
    if (session === undefined || session.owner !== callerKey(caller)) return NO_SESSION;
    return session;
  }
}

/** What a session is looked up by: its id is a secret, and comparing a digest tells nothing of how far a guess was right. */
function keyOf(id: string): string {
  return createHash('sha256').update(id).digest('base64url');
}

function problem(status: number, message: string): HttpRefusal {
  return { status, error: { code: INVALID_REQUEST, message } };
}
