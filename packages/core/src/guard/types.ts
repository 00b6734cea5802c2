/** What a face hands to the guard and gets back. A face only turns its own shape into these and has no rule of its own. */
import type { Clock, JsonObject, JsonValue, Random } from '../kernel/index.ts';
import type {
  ActionRequest,
  AgentIdentity,
  Approver,
  Authentication,
  Caller,
  Confinement,
  Decision,
  Detector,
  Face,
  Initiator,
  LimitFact,
  LimitLeases,
  LimitUsage,
  LogWriter,
  Outcome,
  Part,
  Person,
  Phase,
  PolicyDecisionPoint,
  Resource,
  StateReader,
  TraceContext,
  Verdict,
} from '../model/index.ts';

import type { PurposeRegister } from '../privacy/index.ts';
import type { SelfProtection } from '../runtime/index.ts';

/** An action as a face intercepted it, before it is authenticated. */
export interface InterceptedAction {
  readonly face: Face;
  readonly initiator: Initiator;
  /** The server that started it, where `initiator` is `server`. */
  readonly initiatingServer?: string;
  /** `list` for listings, `call` for everything that acts. (`result` is the guard's own.) */
  readonly phase: Exclude<Phase, 'result'>;
  readonly method: string;
  /** Who calls, where the face authenticated them; absent means the node's own agent. It replaces agent, person and chain together. */
  readonly caller?: Caller;
  readonly parts: readonly Part[];
  /** Exactly what is governed: the tool's `arguments`, or the method's params without `_meta`. Already parsed strictly. */
  readonly args: JsonObject;
  /**
   * What is sent beside the arguments as it came, such as `_meta`: no part of the action and of its digest, and looked at by the same checks. It cannot
   * be changed, so where something in it would have to be, the action is refused; where a purpose names what may be received, it stays behind
   * (`Performance.isMinimised`).
   */
  readonly beside?: JsonObject;
  /**
   * The parts that changed arguments have, where parts say more than the arguments' place: asked when a policy had `args` redacted, so that what is
   * judged again is what will be performed. Without it, a change of arguments that parts speak of is refused. Throws: denied.
   */
  readonly partsOf?: (args: JsonObject) => readonly Part[];
  /** Servers whose tools it touches, for kill switches; derived from `parts` where absent. */
  readonly definitionPin?: string;
  /** What the client called its session; believed only when authenticated. */
  readonly sessionClaim?: string;
  readonly trace?: TraceContext;
  /** What its caller says that it is for. With a register of purposes a claim, that configuration may believe. */
  readonly purpose?: string;
  /**
   * Whether its face shows a person the notice of an answer ({@link Enforced.notice}). A notice that is due is then the whole answer, and the call has to be
   * made again. Otherwise a purpose that demands one is not in force.
   */
  readonly showsNotices?: boolean;
  /** Ends waiting and performing when the caller is gone; a {@link Fault} as its reason is told where it is recorded. */
  readonly signal?: AbortSignal;
  /** Told about progress of a held call, so that a face can keep its client waiting. */
  readonly onWaiting?: (hold: { readonly reference: string; readonly expires: number }) => void;
  /** Set where the face already knows that it must be refused (a quarantined tool, a pin that changed). Recorded as a denial with source `admission`. */
  readonly refusal?: { readonly code: string; readonly reason: string };
  /** Wait for an approval: not at all, up to the configured hold (default), or `to_expiry`: for as long as the action is held. */
  readonly wait?: boolean | 'to_expiry';
  /**
   * How strictly whoever performs it can confine it, where a policy asks for that (`Performance.confinement`). Absent: not at all. An action that must be
   * confined more strictly is denied.
   */
  readonly confines?: Confinement;
  /**
   * Set where a host that asks the guard runs it itself, and the face only hears how it ended. A host loses ends (its person interrupts it), and a repetition is
   * a new action of its agent: an unknown outcome does not hold the next one. `asks`: it puts forbids that are for its own person alone,
   * `@approvers("requester")`, to that person (`Performance.ask`); elsewhere nobody can lift these.
   */
  readonly host?: { readonly asks: boolean };
  /**
   * What its result is judged as a result of, where that is not what it acts on: a task's, of the tool that began it. A few. Empty: nothing is delivered
   * by the guard, because bytes flow while it is performed; its result is an account for the record, and labels are joined with the decision.
   */
  readonly delivers?: readonly Resource[];
}

/** What the guard lets be performed. `args` is what was judged; nothing else may be sent. */
export interface Performance {
  readonly args: JsonObject;
  readonly digest: string;
  /** Receipt of the decision that permits it. */
  readonly receipt: string;
  /** How strictly it must be confined, at least; absent where no policy asks for it. */
  readonly confinement?: Confinement;
  /** A rule of its purpose names what may be received: of what stands beside the arguments nothing may be sent but what the protocol itself needs. */
  readonly isMinimised?: boolean;
  /** What the person at the host must be asked, and agree to, before it runs; absent where they need not be. */
  readonly ask?: readonly string[];
  /** Aborts on kill, deadline, and when the caller is gone. */
  readonly signal: AbortSignal;
}

/** Performs the action. Called at most once per decision, after the decision is durable. */
export type Perform = (performance: Performance) => Promise<JsonValue>;

/** How the guard should read what `Perform` returned. */
export interface ResultShape {
  /** Whether the tool itself reported an error. */
  readonly isError: boolean;
  /** A code for how it ended, which stands in its outcome's entry: `exit.3`. Never anything personal. */
  readonly code?: string;
}

/** The end of an action's way through the guard. */
export interface Enforced {
  readonly verdict: Verdict;
  readonly decision: Decision;
  /** `origin#index` of the decision entry; absent only where it could not be recorded. */
  readonly receipt?: string;
  readonly requestId: string;
  /** What became of the action; absent where it was refused. */
  readonly outcome?: Outcome;
  /** The delivered result: present only for outcome `performed` or `failed` with something to deliver. */
  readonly result?: JsonValue;
  /**
   * Whether the purpose that it was done for is still in force: asked by a face that keeps the result before it hands it out. Absent where it was done for
   * none. Throws what cannot be read.
   */
  readonly stands?: () => boolean;
  /** The decision on the result, where there was one. */
  readonly delivery?: Decision;
  /** Redactions made in the result, count by finding kind. */
  readonly redactions: Readonly<Record<string, number>>;
  /** Set for `step_up`: the reference to approve, and when it ends. */
  readonly hold?: { readonly reference: string; readonly expires: number };
  /** One or two sentences that a model and a person can act on. Never holds a matched secret. */
  readonly message: string;
  /** A notice that the face must show to the person. It is recorded as shown, and nothing else was done. */
  readonly notice?: ShownNotice;
  /** What `perform` threw, where it threw and was allowed to tell. */
  readonly error?: unknown;
}

/** The result of judging a list: which of the parts may be seen. One entry for the whole list. */
export interface EnforcedList {
  readonly verdict: Verdict;
  readonly receipt?: string;
  /** Parallel to the request's parts. */
  readonly visible: readonly boolean[];
  readonly decision: Decision;
  readonly message: string;
}

/** A detector and what its failure means. `block`: a deny. `observe`: its id is in `context.facts_missing`. */
export interface ConfiguredDetector {
  readonly detector: Detector;
  readonly mode: 'block' | 'observe';
}

/** The policy in force. `current` may return another object after a reload; the guard never mixes two. */
export interface PolicyProvider {
  /** Key of the policy epoch in the store: guards with one scope share one policy. */
  readonly scope: string;
  current(): PolicyDecisionPoint;
  /** Who may approve, where that comes with the policies; absent, or `undefined`: as the guard was told. */
  approvers?(): readonly Approver[] | undefined;
  /** A candidate set that is asked beside, its answers recorded and never followed; absent where none is. */
  shadow?(): PolicyDecisionPoint | undefined;
  /** Called when the store holds another policy hash than `current`: reload from the source. Faults leave the guard denying. */
  reload?(): Promise<void>;
}

/** The register of purposes in force, and which purpose an action has. `current` may return another one after a reload. */
export interface PurposeProvider {
  /** Key of the record that says which register is in force: guards with one scope share one register. */
  readonly scope: string;
  current(): PurposeRegister;
  /** The purpose of an action; `claimed`: what its caller says it is, which is a claim. `undefined`: none. */
  declared(action: { readonly parts: readonly Part[]; readonly claimed?: string }): string | undefined;
  /** In which languages notices are shown, the first that there is. */
  readonly languages?: readonly string[];
  /** Called when the store holds another register than `current`: reload from the source. Faults leave the guard denying. */
  reload?(): Promise<void>;
}

/** A notice as it is shown. */
export interface ShownNotice {
  readonly id: string;
  readonly version: number;
  readonly language: string;
  readonly text: string;
}

/** Signs an agent's actions, where the agent has a key. */
export interface ActionSigner {
  readonly keyId: string;
  sign(statement: Uint8Array): Uint8Array;
}

/** Says what calls need and used, where limits are on tokens or money: a face that talks to a model, or a table of prices. */
export interface UsageMeter {
  /** What it can tell: `tokens`, `cost`, `context.purpose`. A limit on a fact that nothing supplies does not load. */
  readonly supplies: ReadonlySet<LimitFact>;
  /** The most that the call can need, before it runs. A measure left out is not known. Throws: the call is denied. */
  estimate?(request: ActionRequest, args: JsonObject): LimitUsage;
  /** What the call used, by its result. A measure left out, or a fault: what was reserved counts. */
  actual?(request: ActionRequest, result: JsonValue): LimitUsage;
}

/** Everything the guard stands on. All ports; `openGuard` and `createGuard` fill them for the common cases. */
export interface GuardPorts {
  readonly log: LogWriter;
  readonly state: StateReader;
  readonly policy: PolicyProvider;
  readonly clock: Clock;
  readonly random: Random;
  readonly tenant: string;
  readonly node: string;
  readonly agent: AgentIdentity;
  readonly person?: Person;
  readonly chain?: readonly AgentIdentity[];
  /** What else than configuration vouches for agent and person, such as the user that the process runs as; absent: `configured`. */
  readonly vouchedBy?: Omit<Authentication, 'at'>;
  /** Absent: the agent is what `vouchedBy` says, and the entry says so. */
  readonly signer?: ActionSigner & { readonly publicKey: Uint8Array };
  readonly detectors: readonly ConfiguredDetector[];
  readonly approvers: readonly Approver[];
  /** Absent: limits can be on calls and time alone. */
  readonly usage?: UsageMeter;
  /** The side that all nodes of a fleet share for limits `across: fleet`; absent: such a limit does not load. */
  readonly leases?: LimitLeases;
  /** Absent: a purpose is what the face says, and nothing is minimised. */
  readonly purposes?: PurposeProvider;
  /** Seconds since the witnesses of the log last cosigned it, for policies to read; absent, or `undefined`, without witnesses. */
  readonly unwitnessedSeconds?: () => number | undefined;
  readonly isolation: 'isolated' | 'unisolated';
  /** Writ's own files, out of every action's reach whatever policy says; absent protects nothing. */
  readonly selfProtection?: SelfProtection;
  readonly timings: GuardTimings;
  /** Bound of actions under way at once; more are refused with `guard.overloaded`. */
  readonly maxConcurrent: number;
}

/** How long the guard waits, in milliseconds. */
export interface GuardTimings {
  /** A held call waits this long for an approval before it returns the reference (default 45,000). */
  readonly holdMs: number;
  /** A hold ends this long after it began (default 900,000). */
  readonly approvalTimeoutMs: number;
  /** An action may run this long (default 300,000). */
  readonly performMs: number;
  /** How often kills, approvals and policy of other processes are looked for while something waits (default 100). */
  readonly pollMs: number;
}

/** The policy enforcement point. */
export interface Guard {
  /** Takes one action along the whole line. Never throws for a refusal or a fault: both are `Enforced` with a verdict. */
  enforce(
    action: InterceptedAction,
    perform: Perform,
    shape?: (result: JsonValue) => ResultShape,
  ): Promise<Enforced>;
  /** Judges which of the parts may be seen. */
  list(action: InterceptedAction): Promise<EnforcedList>;
  /** Counts a refusal before authentication (malformed input); recorded in aggregate. */
  countRefusal(code: string): void;
  /** Aborts what is under way, waits for its outcomes to be recorded. The log stays open. Idempotent. */
  close(): Promise<void>;
}
