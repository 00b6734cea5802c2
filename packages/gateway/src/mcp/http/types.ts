/** The gateway's face over Streamable HTTP: what it stands on. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Caller, Guard, Random, Timers } from '@writ/core';
import type { Expose } from '../naming/index.ts';
import type { GatewayPorts } from '../ports.ts';
import type { Upstream, UpstreamHandlers } from '../upstream/index.ts';

/** A protocol era: `modern` is 2026-07-28 and later, where each request stands alone; `legacy` has sessions. */
export type Era = 'modern' | 'legacy';

/** Who sent a request; `caller` is absent where the operator lets everybody be the node's own agent. */
export type Admitted = { readonly caller?: Caller };

/** Why a request is not let in, as HTTP says it. */
export interface Challenge {
  /** 401 or 403. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** One line, without secrets. */
  readonly message: string;
  /** Code under which it is counted. */
  readonly code: string;
}

/** For whom servers are opened. */
export interface SessionScope {
  readonly era: Era;
  readonly caller?: Caller;
}

/** Bounds of the face; each has a default (`limits.ts`). */
export interface HttpLimits {
  /** Longest body of a request, in bytes. */
  readonly bodyBytes: number;
  /** Legacy sessions, and principals with modern sessions, each. */
  readonly sessions: number;
  /** Legacy sessions of one principal who was authenticated; where nobody is told apart, {@link sessions} alone bounds them. */
  readonly sessionsPerPrincipal: number;
  /** Open event streams, in all. */
  readonly streams: number;
  /** Open event streams of one session or principal. */
  readonly streamsPerSession: number;
  /** A session without requests ends after this long, in milliseconds. */
  readonly sessionIdleMs: number;
}

/** What the face stands on. */
export interface HttpFaceOptions {
  readonly ports: GatewayPorts;
  /** A guard for sessions of one era, in place of that of `ports`; for measuring them apart. */
  readonly guardOf?: (era: Era) => Guard;
  readonly timers: Timers;
  readonly random: Random;
  /** Who sends `request`; asked before its body is read. `method` is the JSON-RPC method once it is known: asked a second time then. */
  readonly authenticate: (request: IncomingMessage, method?: string) => Promise<Admitted | Challenge>;
  /** Opens the servers of one session, in the era its client speaks; at least one. */
  readonly openUpstreams: (handlers: UpstreamHandlers, scope: SessionScope) => readonly Upstream[];
  readonly expose: Expose;
  readonly limits?: Partial<HttpLimits>;
  /** One line for the operator. */
  readonly note: (text: string) => void;
}

/** What goes on at this instant, and what went on since the start. */
export interface HttpFaceStats {
  readonly sessions: { readonly modern: number; readonly legacy: number };
  /** Open event streams. */
  readonly streams: number;
  /** Requests being answered. */
  readonly underWay: number;
  /** Requests answered, by era. */
  readonly answered: { readonly modern: number; readonly legacy: number };
  /** Requests refused before any session took them, by code. */
  readonly refused: Readonly<Record<string, number>>;
}

/** The face. */
export interface HttpFace {
  /** Answers one request on the endpoint. Never throws. */
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** New modern requests and new legacy sessions open servers anew; modern sessions end once they are idle, legacy ones by their clients. */
  renew(): void;
  /** Takes nothing new (503) and resolves once what is under way has ended, or after `ms` milliseconds. */
  drain(ms: number): Promise<void>;
  stats(): HttpFaceStats;
  /** Cancels what is under way, waits for it to be recorded, and ends sessions and servers. Idempotent. */
  close(): Promise<void>;
}
