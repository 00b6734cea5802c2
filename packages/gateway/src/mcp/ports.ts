/** What the gateway stands on besides streams and processes; an opened node fits. */
import type { Caller, Clock, Guard, StateReader, Timers, ToolDefinition } from '@writ/core';
import type { ServerAuth, ServerEra, ServerTls } from '../config/index.ts';
import type { PinnedTool } from '../node/index.ts';

/** The guard, the pinned definitions and the policy that reads them. */
export interface GatewayPorts {
  readonly guard: Guard;
  readonly pins: {
    /** Pins what one server lists now, in the order of `definitions`; `neighbours` are tools of others that come up at the same time. */
    pinTools(
      isTrusted: boolean,
      definitions: readonly ToolDefinition[],
      neighbours?: readonly ToolDefinition[],
    ): Promise<readonly PinnedTool[]>;
    /** Whether exactly this definition is accepted at this instant, in any process. Asked at each call. */
    isAccepted(server: string, tool: string, definitionHash: string): boolean;
  };
  readonly policy: {
    /** Validates the policies against these tools and puts them in force; throws where they do not fit. */
    load(tools: readonly ToolDefinition[], unseen?: readonly string[]): Promise<void>;
    /** Servers without whose tools the set in force was checked; absent is none. */
    readonly unchecked?: ReadonlySet<string>;
    /** The same while serving: `false` keeps the last good set. */
    setTools(tools: readonly ToolDefinition[]): Promise<boolean>;
  };
  /** Tells of agents that are stopped while nothing of theirs is judged; absent where nobody can be. */
  readonly stops?: {
    watch(
      caller: Pick<Caller, 'agent' | 'chain'> | undefined,
      stopped: () => void,
      server?: string,
    ): () => void;
    isStopped(caller: Pick<Caller, 'agent' | 'chain'> | undefined, server?: string): boolean;
  };
  /** Who may approve now, a bundle's approvers included; absent: whom `config` names. */
  readonly approvers?: () => readonly unknown[];
  /** Who may approve: where nobody may, nothing waits. Absent as a whole: answers name no receipts either. */
  readonly config?: {
    readonly approvals: { readonly approvers: readonly unknown[] };
    /** Whether answers to clients name the entry that permitted them; absent means yes. */
    readonly hasReceipts?: boolean;
    /** Data folder, absolute: sign-ins to servers are kept in it. */
    readonly data?: string;
    /** Set where purposes say what servers may receive. */
    readonly privacy?: unknown;
  };
  /** Absent means the machine's. */
  readonly clock?: Clock;
  readonly state: Pick<StateReader, 'pins'> & Partial<Pick<StateReader, 'pinStanding'>>;
  /** Absent means the event loop's. */
  readonly timers?: Timers;
}

/** A server behind the gateway, as configured: a program, or an address. */
export type UpstreamConfig = ProcessServer | HttpServer;

interface NamedServer {
  /** `[a-z0-9][a-z0-9-]{0,31}`. */
  readonly name: string;
  /** Whether its tools are accepted at first sight. Absent is `false`. */
  readonly isTrusted?: boolean;
  /** The era it is spoken to in. Absent is `auto`: the client's own where it can, else the other, bridged. */
  readonly era?: ServerEra;
}

/** A server that is started. */
export interface ProcessServer extends NamedServer {
  /** Program and arguments; at least the program. Run without a shell. */
  readonly command: readonly string[];
  /** Added to the minimal inherited environment; values may hold `${NAME}` (see `serverEnvironment`). */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** A server that is reached over Streamable HTTP; its fields are those of the configuration. */
export interface HttpServer extends NamedServer {
  readonly url: string;
  readonly timeoutMs?: number;
  /** How long a listing of its tools holds, in milliseconds; absent is a minute. */
  readonly listingMs?: number;
  readonly allowsLinkLocal?: boolean;
  readonly tls?: ServerTls;
  readonly auth?: ServerAuth;
}
