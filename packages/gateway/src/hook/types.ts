/** What stands between a coding agent's hook and the guard. */
import type { Confinement, InterceptedAction } from '@writ/core';
import type { JsonObject, JsonValue } from '@writ/core';

/** Coding agents whose hooks are spoken. */
export const HOSTS = ['claude-code', 'cursor', 'copilot', 'gemini', 'opencode', 'codex'] as const;
export type HostId = (typeof HOSTS)[number];

/** One event of a host, read strictly. */
export interface HookEvent {
  readonly host: HostId;
  /** `other`: a session's start or end, a prompt; nothing to judge. */
  readonly event: 'before' | 'after' | 'other';
  /** As the host calls it, `PreToolUse`. */
  readonly name: string;
  /** As the host names it, `Bash`; empty for `other`. */
  readonly tool: string;
  readonly input: JsonObject;
  /** `after` only. */
  readonly output?: JsonValue;
  readonly isError?: boolean;
  /** Joins before and after. */
  readonly callId?: string;
  /** The host takes no other arguments at this event, whatever it takes at others. */
  readonly isFixed?: boolean;
  readonly session?: string;
  /** Absolute. */
  readonly cwd: string;
  /** Absolute roots; the first is where the agent was started. */
  readonly workspaces: readonly string[];
}

/** What the host is told. */
export type HookAnswer =
  /** Not ours to judge. */
  | { readonly kind: 'pass' }
  | { readonly kind: 'allow'; readonly input?: JsonObject; readonly note?: string }
  | { readonly kind: 'deny'; readonly reason: string }
  /** Only where the approvers are the person who asked: `@approvers("requester")`. */
  | { readonly kind: 'ask'; readonly reason: string; readonly input?: JsonObject }
  /** After: what the model sees instead. */
  | { readonly kind: 'output'; readonly output: JsonValue; readonly note?: string }
  | { readonly kind: 'withhold'; readonly reason: string };

/** What the hook's process prints, and how it ends. */
export interface HookReply {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** Where a hook runs. */
export interface HookEnvironment {
  readonly cwd: string;
  /** Where the host was started, absolute, if it tells its hooks. */
  readonly project?: string;
}

/** One host's shapes. */
export interface HostAdapter {
  readonly id: HostId;
  /** Throws `hook.payload` with the place for anything that is not this host's shape. */
  read(payload: JsonValue, environment: HookEnvironment): HookEvent;
  /** A denial is both the host's JSON and its blocking exit code, with the reason on standard error. */
  reply(answer: HookAnswer, event: HookEvent | undefined): HookReply;
  readonly can: {
    readonly rewriteInput: boolean;
    /** Whether a result can be kept from the model or changed; `successes`: that of a call that failed cannot. */
    readonly replaceOutput: boolean | 'successes';
    readonly ask: boolean;
    /** The option with which the host itself fails closed, in its own words. */
    readonly strict?: string;
  };
}

/** From an event to what the guard judges. Throws a Fault for what cannot be read: denied. */
export interface HookActions {
  action(event: HookEvent): Promise<InterceptedAction>;
}

/** Has a host run its agent's commands confined, where policy permits them only so. */
export interface HookConfiner {
  /** `event` with the agent's own text in place of a line that Writ made of it before: it is judged as what it runs, and not confined twice. */
  plain(event: HookEvent): HookEvent;
  /** How strictly the call can be confined at most; `undefined`: not at all. */
  able(event: HookEvent): Confinement | undefined;
  /** The arguments with which the host runs `event` confined. Throws `sandbox.*` where this machine cannot, or not there. */
  confined(event: HookEvent, confinement: Confinement): Promise<JsonObject>;
}
