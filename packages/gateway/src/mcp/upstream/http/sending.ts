/** Sends one message to a server with the credential it wants, and reads what it answers into an inbox. */
import type { IncomingHttpHeaders } from 'node:http';
import {
  type Caller,
  Fault,
  fromUtf8,
  isFault,
  isJsonObject,
  ownProperty,
  parseStrictJson,
} from '@writ/core';
import { decodeLine, isErrorObject, type RpcErrorObject } from '../../rpc/index.ts';
import {
  type Challenge,
  type Credential,
  type CredentialHeaders,
  readChallenge,
} from '../credentials/index.ts';
import { EventBody, WholeBody } from './body.ts';
import { type BodySink, Exchange, type Reply } from './exchange.ts';
import type { Inbox } from './inbox.ts';
import { broken } from './link.ts';
import type { HttpPool } from './pool.ts';

const JSON_TYPE = 'application/json';
const EVENTS_TYPE = 'text/event-stream';

/** What is sent, and how it is read. */
export interface Outgoing {
  readonly method: 'POST' | 'GET' | 'DELETE';
  /** Names and values in turn, besides the credential. */
  readonly headers: readonly string[];
  readonly body?: Buffer;
  /** Takes messages of the response; absent where none is wanted. */
  readonly inbox?: Inbox;
  /** Whether the response stays open for as long as it may. */
  readonly isStream?: boolean;
  /** Whose credential it is sent with. */
  readonly caller?: Caller | undefined;
  /** Told of the head of a response that is taken, and whether it is an event stream. */
  readonly onHead?: (headers: IncomingHttpHeaders, isEventStream: boolean) => void;
}

/** How it ended: its response was read, or the status says no. */
export type Sent =
  | { readonly kind: 'read' }
  | { readonly kind: 'refused'; readonly status: number; readonly error?: RpcErrorObject };

/** A response that says no. */
interface Refused {
  readonly status: number;
  /** What of the credential was refused; absent where it was something else. */
  readonly of?: 'token' | 'scope' | 'nonce';
  readonly challenge: Challenge;
  error?: RpcErrorObject;
}

/** Where it goes, and with what. */
export interface Destination {
  readonly pool: HttpPool;
  readonly credential: Credential | undefined;
}

/** A message under way. */
export class Sending implements Reply {
  /** Settles when its response was read whole. Rejects with an `upstream.*` fault, also for a credential that is refused twice. */
  readonly done: Promise<Sent>;
  readonly #to: Destination;
  readonly #outgoing: Outgoing;
  #resolve: (sent: Sent) => void = () => {};
  #reject: (fault: Fault) => void = () => {};
  #exchange: Exchange | undefined;
  #release: (() => void) | undefined;
  #refused: Refused | undefined;
  /** What was refused and tried again: each at most once. */
  readonly #tried = new Set<Refused['of']>();
  #shown: CredentialHeaders = {};
  #isAborted = false;
  #isOver = false;

  constructor(to: Destination, outgoing: Outgoing) {
    this.#to = to;
    this.#outgoing = outgoing;
    this.done = new Promise<Sent>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.done.catch(() => {});
    void this.#send();
  }

  /** Whether its response was read, or none will be. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Ends it as if it had been read. Idempotent. */
  abort(): void {
    this.#isAborted = true;
    this.#isOver = true;
    this.#exchange?.abort();
    this.#release?.();
    this.#resolve({ kind: 'read' });
  }

  head(status: number, headers: IncomingHttpHeaders): BodySink | undefined {
    const { server } = this.#to.pool;
    const type = mediaType(headers['content-type']);
    const encoding = headers['content-encoding'];
    if (encoding !== undefined && encoding !== 'identity')
      throw broken(server, 'its answer is compressed, which nobody asked for');
    const nonce = headers['dpop-nonce'];
    if (typeof nonce === 'string') this.#to.credential?.heard?.(nonce);
    if (status >= 300) {
      this.#refused = refusedBy(status, headers);
      if (status === 401 || type !== JSON_TYPE) return undefined;
      return new WholeBody(server, (bytes) => this.#readError(bytes));
    }
    this.#outgoing.onHead?.(headers, type === EVENTS_TYPE);
    const { inbox } = this.#outgoing;
    if (inbox === undefined) return undefined;
    if (type === EVENTS_TYPE) return new EventBody(server, inbox);
    if (type === JSON_TYPE && inbox.id !== undefined) {
      return new WholeBody(server, (bytes) => {
        const message = decodeLine(bytes);
        if (message !== undefined) inbox.take(message);
      });
    }
    if (inbox.id === undefined || status === 202 || status === 204) return undefined;
    throw broken(server, 'its answer is neither JSON nor a stream of events');
  }

  over(fault: Fault | undefined): void {
    const refused = this.#refused;
    if (fault === undefined && refused?.of !== undefined && this.#to.credential !== undefined)
      void this.#remedy(this.#to.credential, refused);
    else this.#end(fault);
  }

  #end(fault: Fault | undefined): void {
    this.#isOver = true;
    this.#release?.();
    const refused = this.#refused;
    if (fault !== undefined) this.#reject(fault);
    else if (refused === undefined) this.#resolve({ kind: 'read' });
    else if (refused.status === 401) this.#reject(this.#unauthorised());
    else if (refused.of === 'scope' && this.#to.credential !== undefined)
      this.#reject(this.#forbidden(this.#to.credential));
    else {
      const { status, error } = refused;
      this.#resolve({ kind: 'refused', status, ...(error === undefined ? {} : { error }) });
    }
  }

  async #send(): Promise<void> {
    const { pool, credential } = this.#to;
    const { method, body = null, isStream, caller } = this.#outgoing;
    try {
      const headers = [...this.#outgoing.headers];
      if (credential !== undefined) {
        this.#shown = await credential.headers({ method, url: pool.url }, caller);
        for (const [name, value] of Object.entries(this.#shown)) headers.push(name, value);
      }
      if (this.#isAborted) return;
      this.#exchange = new Exchange(pool.server, this);
      if (isStream === true && method !== 'DELETE') {
        this.#release?.();
        this.#release = pool.stream(method, headers, body, this.#exchange);
      } else if (method !== 'GET') pool.call(method, headers, body, this.#exchange);
    } catch (thrown) {
      this.#reject(isFault(thrown) ? thrown : broken(pool.server, 'the request cannot be made'));
    }
  }

  /** The credential may have been withdrawn before its time, or reach not far enough: it is tried again at most once for each reason. */
  async #remedy(credential: Credential, { of, challenge }: Refused): Promise<void> {
    if (of === undefined || this.#tried.has(of)) {
      this.#end(undefined);
      return;
    }
    this.#tried.add(of);
    try {
      const refusal = { of, challenge, shown: this.#shown };
      const remedy = await credential.refused(refusal, this.#outgoing.caller);
      if (this.#isAborted) return;
      if (remedy !== 'again') {
        this.#end(remedy);
        return;
      }
      this.#refused = undefined;
      await this.#send();
    } catch {
      this.#end(broken(this.#to.pool.server, 'its refusal cannot be answered'));
    }
  }

  #unauthorised(): Fault {
    const { pool, credential } = this.#to;
    const { server } = pool;
    if (credential === undefined) {
      const hint = `write \`servers.${server}.auth\``;
      return new Fault(
        'upstream.credential',
        `server \`${server}\` wants a credential, and none is configured`,
        { server, hint },
      );
    }
    const problem = `server \`${server}\` refused the credential \`${credential.name}\` (HTTP 401)`;
    return new Fault('upstream.credential', problem, { server, hint: `look at \`servers.${server}.auth\`` });
  }

  #forbidden({ name }: Credential): Fault {
    const { server } = this.#to.pool;
    const problem = `server \`${server}\` wants more scopes than the credential \`${name}\` has (HTTP 403)`;
    return new Fault('upstream.credential', problem, { server, hint: `look at \`servers.${server}.auth\`` });
  }

  #readError(bytes: Uint8Array): void {
    const { inbox } = this.#outgoing;
    if (this.#refused === undefined) return;
    const error = errorIn(bytes, inbox);
    if (error !== undefined) this.#refused.error = error;
  }
}

/** RFC 6750 §3.1, RFC 9449 §9. */
function refusedBy(status: number, headers: IncomingHttpHeaders): Refused {
  if (status !== 401 && status !== 403) return { status, challenge: {} };
  const challenge = readChallenge(headers['www-authenticate']);
  if (status === 403)
    return {
      status,
      challenge,
      ...(challenge.error === 'insufficient_scope' ? { of: 'scope' as const } : {}),
    };
  const isNonce = challenge.error === 'use_dpop_nonce' && headers['dpop-nonce'] !== undefined;
  return { status, challenge, of: isNonce ? 'nonce' : 'token' };
}

/** The error of a JSON-RPC answer with our id, or with none, which refusals before a request is read have. */
function errorIn(bytes: Uint8Array, inbox: Inbox | undefined): RpcErrorObject | undefined {
  try {
    const value = parseStrictJson(fromUtf8(bytes));
    if (!isJsonObject(value)) return undefined;
    const id = ownProperty(value, 'id') ?? null;
    const error = ownProperty(value, 'error');
    return (id === null || id === inbox?.id) && isErrorObject(error) ? error : undefined;
  } catch (thrown) {
    // A refusal whose body cannot be read is a refusal by its status.
    if (isFault(thrown)) return undefined;
    throw thrown;
  }
}

function mediaType(value: string | undefined): string {
  return (value?.split(';', 1)[0] ?? '').trim().toLowerCase();
}
