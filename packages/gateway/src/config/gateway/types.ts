/** `gateway:` of `writ.yaml`, parsed: where MCP is served over HTTP, to whom, and within which bounds. */

import type { AuthConfiguration } from '../../auth/index.ts';

/** An address to listen at. */
export interface ListenAddress {
  /** A name, an IPv4 address, or an IPv6 address without brackets. */
  readonly host: string;
  /** 0 takes one that is free. */
  readonly port: number;
}

/** Certificate and key of the listener. */
export interface TlsConfiguration {
  /** PEM, leaf first; absolute. */
  readonly cert: string;
  /** PEM, of mode 0600; absolute. */
  readonly key: string;
  /** Authorities (PEM) whose client certificates are taken; absolute. Absent: no client is asked for one. */
  readonly clientCa?: string;
  /** Whether a client without a certificate is refused. Only with `clientCa`. */
  readonly isClientRequired: boolean;
}

/** Where probes and metrics are. `listen`: on a listener of their own. `gateway`: beside the endpoint. `off`: nowhere. */
export type AdminConfiguration =
  | { readonly on: 'listen'; readonly listen: ListenAddress }
  | { readonly on: 'gateway' }
  | { readonly on: 'off' };

/** How severe an event is that is written. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** What is written on standard error. */
export interface EventLogConfiguration {
  readonly form: 'json' | 'text';
  /** The least that is written. */
  readonly level: LogLevel;
  /** Whether what servers write on their standard error is passed on. It may hold arguments and secrets. */
  readonly passesServers: boolean;
}

/** Bounds of the listener and of the face behind it. */
export interface GatewayLimits {
  /** Bytes of a body, as they arrive. */
  readonly bodyBytes: number;
  /** Bytes of a request's head. */
  readonly headBytes: number;
  /** Header fields of a request. */
  readonly headers: number;
  /** Open connections; further ones are closed. */
  readonly connections: number;
  /** Requests that one connection carries before it is closed. */
  readonly requestsPerConnection: number;
  /** Open event streams in all, and of one session or principal. */
  readonly streams: number;
  readonly streamsPerSession: number;
  /** Legacy sessions, and principals with modern ones, each. */
  readonly sessions: number;
  /** Legacy sessions of one principal. */
  readonly sessionsPerPrincipal: number;
  /** The head of a request must have come within this time, in milliseconds. */
  readonly headMs: number;
  /** All of a request must have come within this time, in milliseconds. */
  readonly requestMs: number;
  /** A connection without requests is closed after this time, in milliseconds. */
  readonly keepAliveMs: number;
  /** A session without requests ends after this time, in milliseconds. */
  readonly sessionIdleMs: number;
}

/** How the gateway ends. */
export interface DrainConfiguration {
  /** Between "not ready" and the end of listening, in milliseconds: for load balancers that ask. */
  readonly announceMs: number;
  /** What is under way may take this long after that, in milliseconds. */
  readonly finishMs: number;
}

/** A gateway over HTTP. */
export interface GatewayConfiguration {
  readonly listen: ListenAddress;
  /** Path of the endpoint, exact. */
  readonly path: string;
  /** The endpoint as clients know it, where that is not the listener's own address. */
  readonly url?: string;
  /** Names, beside the listener's own and that of `url`, that a `Host` header may say; lower case, without port. */
  readonly hosts: readonly string[];
  /** Origins (RFC 6454) of web pages that may call; none for none. */
  readonly origins: readonly string[];
  /** Whether a proxy in front does TLS, so that plain HTTP is served beyond loopback. */
  readonly isBehindProxy: boolean;
  readonly tls?: TlsConfiguration;
  /** Who may call; absent: nobody. */
  readonly auth?: AuthConfiguration;
  readonly admin: AdminConfiguration;
  readonly log: EventLogConfiguration;
  readonly limits: GatewayLimits;
  readonly drain: DrainConfiguration;
  /** Whether metrics say which tool was called: one series for each. */
  readonly hasToolMetrics: boolean;
}
