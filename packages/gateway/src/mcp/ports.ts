/** What the gateway stands on besides streams and processes; an opened node fits. */
import type { Guard, Pin, Timers, ToolDefinition } from '@writ/core';
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
    load(tools: readonly ToolDefinition[]): Promise<void>;
    /** The same while serving: `false` keeps the last good set. */
    setTools(tools: readonly ToolDefinition[]): Promise<boolean>;
  };
  readonly state: { pins(server?: string): readonly Pin[] };
  /** Absent means the event loop's. */
  readonly timers?: Timers;
}

/** A server behind the gateway, as configured. */
export interface UpstreamConfig {
  /** `[a-z0-9][a-z0-9-]{0,31}`. */
  readonly name: string;
  /** Program and arguments; at least the program. Run without a shell. */
  readonly command: readonly string[];
  /** Added to the minimal inherited environment; values may hold `${NAME}` (see `serverEnvironment`). */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Whether its tools are accepted at first sight. Absent is `false`. */
  readonly isTrusted?: boolean;
}
