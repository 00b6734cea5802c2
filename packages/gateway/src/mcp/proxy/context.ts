/** What the parts of one proxied connection share. */
import type { RpcPeer, RpcRequest } from '../rpc/index.ts';
import type { Timers } from '@writ/core';
import type { Expose } from '../naming/index.ts';
import type { GatewayPorts } from '../ports.ts';
import type { Upstream } from '../upstream/index.ts';
import type { Directory, ToolCatalogue } from './offer/index.ts';
import type { ProgressTokens } from './progress.ts';

/** One client, its servers, and what they offer. */
export interface ProxyContext {
  readonly ports: GatewayPorts;
  readonly timers: Timers;
  readonly client: RpcPeer;
  /** In the order of the configuration; at least one. */
  readonly upstreams: readonly Upstream[];
  readonly expose: Expose;
  readonly catalogue: ToolCatalogue;
  readonly directory: Directory;
  readonly progress: ProgressTokens;
  /** One line for the operator, on standard error. */
  readonly note: (text: string) => void;
}

/** A request of the client that is being answered. */
export interface ClientCall {
  readonly request: RpcRequest;
  /** Aborts when the client cancels it or is gone; a string as reason is the client's own. */
  readonly signal: AbortSignal;
}
