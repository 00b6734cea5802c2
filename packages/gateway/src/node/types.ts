/** A node: one data folder opened with one configuration, and the guard over it. Faces are written against this. */
import type {
  Approver,
  Clock,
  Guard,
  LogReader,
  LogWriter,
  PolicyProvider,
  Random,
  StateReader,
  ToolDefinition,
} from '@writ/core';
import type { RetentionStanding } from '@writ/core/records';
import type { DestinationState } from '@writ/stream';
import type { Configuration } from '../config/index.ts';
import type { Concern } from '../definitions/index.ts';
import type { PlaneClient } from '../plane/index.ts';
import type { Stops } from './stops.ts';

/** Takes one line for an operator; one that is not called `info` is to be looked at. */
export type Report = (line: string, level?: 'info') => void;

/** The policies of a node. Before the first `load`, everything is denied. */
export interface NodePolicy extends PolicyProvider {
  /**
   * Validates the policies against these definitions and puts them in force through the log. For the start: throws the first
   * `policy.*` fault (data: `file`, `line`, `column`, `hint`), and then nothing is in force. Tools of the servers in `unseen`, which nobody could
   * ask yet, are taken as policies name them; what could not be checked is reported.
   */
  load(tools: readonly ToolDefinition[], unseen?: readonly string[]): Promise<void>;
  /** Servers without whose tools the set in force was checked: nothing of theirs may be called. */
  readonly unchecked: ReadonlySet<string>;
  /**
   * Validates them anew after tools changed. For a running process: a fault is reported, the last good set stays, and the answer is false.
   * Definitions of tools that are not accepted do not belong in `tools`. A server of `unseen` that has any is seen.
   */
  setTools(tools: readonly ToolDefinition[]): Promise<boolean>;
  /** Reads the files again; as `setTools` on a fault. */
  reload(): Promise<void>;
  /** Begins to watch the policy files. */
  watch(): void;
  /** Issuers whose tokens count, where the policies bring them; absent, or `undefined`: those of the configuration. */
  issuers?(): readonly string[] | undefined;
}

/** What became of one tool definition. */
export interface PinnedTool {
  readonly server: string;
  /** Name as the server lists it. */
  readonly tool: string;
  /** SHA-256 in hexadecimal of the canonical definition; `InterceptedAction.definitionPin`. */
  readonly definitionHash: string;
  readonly status: 'accepted' | 'quarantined';
  /** `trusted`, `first_seen`, `changed`: why now. `known`: as it was, nothing recorded. `refused`: it can never serve, nothing recorded. */
  readonly cause: 'trusted' | 'first_seen' | 'changed' | 'known' | 'refused';
  /** What is wrong with a definition that is not accepted, as far as its review tells; absent where nothing was found. */
  readonly concerns?: readonly Concern[];
}

/** Pinned tool definitions. */
export interface ToolPins {
  /**
   * Compares everything that one server lists with what is pinned and records what is new. `isTrusted` accepts those never seen before in which
   * a review finds nothing suspicious; a changed one is quarantined always, until a person accepts it. One that can never serve, and what is past the
   * bounds of a server, is refused and not pinned. `neighbours` are tools of other servers that come up at the same time. The answer is in the
   * order of `definitions`.
   */
  pinTools(
    isTrusted: boolean,
    definitions: readonly ToolDefinition[],
    neighbours?: readonly ToolDefinition[],
  ): Promise<readonly PinnedTool[]>;
  /**
   * Accepts the quarantined definition of `server/tool`, for a person who saw it. Throws `tool.unknown` where none is pinned, `tool.quarantined`
   * where it is no longer the one with `seenHash`, `tool.invalid` where it can never serve.
   */
  acceptTool(server: string, tool: string, seenHash?: string): Promise<PinnedTool>;
  /** Whether exactly this definition is accepted at this instant, in any process. */
  isAccepted(server: string, tool: string, definitionHash: string): boolean;
}

/** An opened node. */
export interface WritNode {
  readonly config: Configuration;
  readonly clock: Clock;
  readonly random: Random;
  readonly tenant: string;
  /** Node id. */
  readonly id: string;
  readonly log: LogWriter;
  readonly state: StateReader;
  readonly reader: LogReader;
  readonly policy: NodePolicy;
  /** Who may answer what is held now: whom the configuration names, or the bundle that governs; absent in stand-ins. */
  readonly approvers?: () => readonly Approver[];
  /** Speaks to the control plane; absent where none governs this node. */
  readonly plane?: PlaneClient;
  readonly guard: Guard;
  readonly pins: ToolPins;
  readonly stops: Stops;
  /** How the destinations of the log are doing, by name; absent where none is configured. */
  readonly destinations?: () => ReadonlyMap<string, DestinationState>;
  /** How retention stands, and how many bodies this process destroyed; absent in stand-ins. */
  readonly retention?: () => { readonly standing: RetentionStanding; readonly destroyed: number };
  /** Ends the guard, then the log. Idempotent. */
  close(): Promise<void>;
}
