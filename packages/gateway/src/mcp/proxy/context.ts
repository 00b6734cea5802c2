/** What the parts of one proxied connection share. */
import type { Caller, Face, Timers } from '@writ/core';
import type { ClientChannel } from '../rpc/index.ts';
import type { Expose } from '../naming/index.ts';
import type { GatewayPorts } from '../ports.ts';
import type { Upstream } from '../upstream/index.ts';
import type { Directory, ToolCatalogue } from './offer/index.ts';
import type { ProgressTokens } from './progress.ts';
import type { SessionTasks } from './tasks/index.ts';

/** One client, its servers, and what they offer. */
export interface ProxyContext {
  readonly ports: GatewayPorts;
  readonly timers: Timers;
  readonly face: Face;
  /** Whose session it is, where the face authenticated them; absent means the node's own agent. */
  readonly caller?: Caller;
  /** For what belongs to no request. */
  readonly client: ClientChannel;
  /** In the order of the configuration; at least one. */
  readonly upstreams: readonly Upstream[];
  readonly expose: Expose;
  readonly catalogue: ToolCatalogue;
  readonly directory: Directory;
  readonly progress: ProgressTokens;
  readonly tasks: SessionTasks;
  /** One line for the operator, on standard error. */
  readonly note: (text: string) => void;
}
