/** An action an agent wants to take, as every face hands it to the guard. */
import type { JsonObject } from '../kernel/index.ts';
import type { ResourceLimits } from './resource-limits.ts';
import type { Subject } from './subject.ts';

/** Version of the {@link ActionRequest} shape. */
export const REQUEST_VERSION = 1;

/** The place an action was intercepted at. */
export const FACES = [
  'library',
  'mcp_stdio',
  'mcp_http',
  'decide',
  'hook',
  'egress',
  'sandbox',
  'authz',
] as const;
export type Face = (typeof FACES)[number];

/** Who started it: the agent, a server by itself (sampling, elicitation, roots), or an operator. */
export const INITIATORS = ['agent', 'server', 'operator'] as const;
export type Initiator = (typeof INITIATORS)[number];

/** `list`: may this be seen. `call`: may this be done. `result`: may this be delivered. */
export const PHASES = ['list', 'call', 'result'] as const;
export type Phase = (typeof PHASES)[number];

/** What is acted on, in AuthZEN words; `policy/` maps it to Cedar (`tool` with `files/write_file` → `Server::"files"` …). */
export const RESOURCE_TYPES = [
  'tool',
  'server',
  'data',
  'prompt',
  'program',
  'host',
  'file',
  'agent',
  'sandbox',
] as const;
export type ResourceType = (typeof RESOURCE_TYPES)[number];

/** The target of one part. */
export interface Resource {
  readonly type: ResourceType;
  /** `server/name` for a tool or prompt, the server's name, the URI of data, …; at most 4,096 characters. */
  readonly id: string;
  /** The server it belongs to, where `id` does not say so. */
  readonly server?: string;
  /** What bounds a sandbox; of a `sandbox` only. They are attributes of its entity. */
  readonly limits?: ResourceLimits;
}

/** One action on one resource. A request has at least one part; all are judged and the most restrictive verdict wins. */
export interface Part {
  /** AuthZEN action: the method, `tools/call`, `tools/list`, `results/deliver`, `resources/read`, `process/exec`, … */
  readonly action: { readonly name: string };
  readonly resource: Resource;
  /**
   * What this part is in detail, where it is more than the arguments of the call: the words of one program of a command line, the port of a host.
   * It stands as `context.args` when this part is judged, in the types that the action itself declares; anything else in it is refused.
   */
  readonly args?: JsonObject;
}

/** The session an action belongs to. Writ issues `id`; `claim` is what the client called it, believed only when authenticated. */
export interface SessionRef {
  readonly id: string;
  readonly parent?: string;
  readonly claim?: string;
}

/** W3C trace context, copied into records and never trusted. */
export interface TraceContext {
  readonly traceparent: string;
  readonly tracestate?: string;
}

/** An action before it is judged. All strings are well-formed; lists are bounded by the parser. */
export interface ActionRequest {
  readonly version: typeof REQUEST_VERSION;
  /** ULID. */
  readonly requestId: string;
  /** From configuration or the authenticated credential, never from the caller. */
  readonly tenant: string;
  readonly node: string;
  readonly face: Face;
  readonly session: SessionRef;
  readonly initiator: Initiator;
  /** The server that started it, where `initiator` is `server`. */
  readonly initiatingServer?: string;
  readonly phase: Phase;
  /** The wire method, `tools/call`. */
  readonly method: string;
  /** At least 1, at most 1,024. */
  readonly parts: readonly Part[];
  /** The exact governed parameters: what is judged, digested and performed. Transport matters (`_meta`) are not in it. */
  readonly args: JsonObject;
  readonly subject: Subject;
  /** SHA-256 in hexadecimal of the canonical tool definition the caller relies on. */
  readonly definitionPin?: string;
  /** SHA-256 in hexadecimal, see `actionDigest`. */
  readonly requestedDigest: string;
  readonly idempotencyKey?: string;
  /** Receipt of the decision this one resumes, where it re-enters after waiting. */
  readonly parent?: string;
  /** Receipt of the earlier action that this one carries on (a multi-round-trip request). */
  readonly continues?: string;
  /** Receipts of the decisions whose results led here; at most 64. */
  readonly causes: readonly string[];
  readonly trace?: TraceContext;
  readonly purpose?: string;
  /** Instant after which nobody waits for the answer, milliseconds since 1970. */
  readonly deadline: number;
}
