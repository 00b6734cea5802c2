/** A server behind the gateway, whatever the transport: what a session asks of it, and what it may start by itself. */
import type { Caller, Fault, JsonObject } from '@writ/core';
import type {
  ClientChannel,
  MalformedLine,
  RpcAnswer,
  RpcErrorObject,
  RpcId,
  RpcNotification,
  RpcRequest,
} from '../rpc/index.ts';

/** A request of the client that is being answered. */
export interface ClientCall {
  readonly request: RpcRequest;
  /** Aborts when the client cancels it or is gone; a string as reason is the client's own. */
  readonly signal: AbortSignal;
  /** For what belongs to this request. */
  readonly channel: ClientChannel;
  /** Who calls, where the face authenticated them; absent means the node's own agent. */
  readonly caller?: Caller;
  /** Whether its caller would be let in still, by what it came with; absent where nobody can be shut out. */
  readonly stillAdmitted?: () => Promise<boolean>;
  /** What is wrong between the transport's part of a call and the tool it names; absent where the transport repeats nothing. */
  readonly checkCall?: CheckCall;
}

/** Compares a call with the definition of its tool; the error to answer with, or `undefined`. */
export type CheckCall = (definition: JsonObject, args: JsonObject) => RpcErrorObject | undefined;

/** How a request is sent. */
export interface RequestOptions {
  readonly signal?: AbortSignal;
  /** The client's request that it serves; absent where the gateway asks for itself. */
  readonly call?: ClientCall;
}

/** A server that can be asked. */
export interface Upstream {
  readonly name: string;
  readonly isTrusted: boolean;
  /** What it said it can do; absent before it was asked. */
  capabilities: JsonObject | undefined;
  /** Why it is gone; absent while it can be asked. */
  readonly fault: Fault | undefined;
  /** Which link to the server it is: grows whenever one was lost, so that what was listed over it may hold no more. Absent: there is never another. */
  readonly linkNumber?: number;
  /** How long a listing of its tools holds, in milliseconds, where it says nothing of a change. Absent: as long as the link. */
  readonly listingMs?: number | undefined;
  /** Asks it. Rejects with an `upstream.*` fault when it ends first, `guard.aborted` when the signal aborts first. */
  request(method: string, params: JsonObject | undefined, options?: RequestOptions): Promise<RpcAnswer>;
  notify(method: string, params?: JsonObject): void;
  /** Answers a request of its own. */
  answer(id: RpcId, answer: RpcAnswer): void;
  /** Whether it offers a feature (`tools`, `prompts`, …); unknown counts as yes. */
  offers(feature: string): boolean;
  /** Ends it. Idempotent. */
  close(): Promise<void>;
}

/** Who takes what a server starts by itself. `call` is the client's request on whose stream it came, where the transport tells. */
export interface UpstreamHandlers {
  request(upstream: Upstream, request: RpcRequest, call?: ClientCall): void;
  /** Resolves once delivered or dropped. Answers that arrive later wait for it, so order is kept. Must not reject. */
  notification(upstream: Upstream, notification: RpcNotification, call?: ClientCall): Promise<void>;
  malformed(upstream: Upstream, line: MalformedLine): void;
  /** It has ended; everything it owed has already been failed. */
  ended(upstream: Upstream, why: Fault): void;
  /** What must settle before more of its output is read. */
  busy(): Promise<void> | undefined;
}
