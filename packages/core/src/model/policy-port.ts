/** Port of the policy decision point: pure, synchronous, no I/O. */
import type { JsonObject } from '../kernel/index.ts';
import type { Check, HeldForbid, Obligation, PartDecision, PolicyError, PolicyRef } from './decision.ts';
import type { LimitDeclaration, LimitStanding } from './limits.ts';
import type { PurposeStatus } from './purpose-status.ts';
import type { Initiator, Part, Phase } from './request.ts';
import type { Subject } from './subject.ts';
import type { Mode, Verdict } from './verdict.ts';

/** Facts a policy may read. Absent is absent: it never satisfies a permit. */
export interface PolicyContext {
  /** Judged arguments of a call; absent for lists and results. */
  readonly args?: JsonObject;
  readonly session: {
    readonly id: string;
    readonly labels: readonly string[];
    readonly goal?: string;
  };
  /** `kind` and `kind/detail` of each finding, sorted, unique. */
  readonly findings: readonly string[];
  /** Ids of checks whose facts are missing. */
  readonly factsMissing: readonly string[];
  /** With a purpose register: present only where it is in force for the person whose data it is. Without: as the face says it. */
  readonly purpose?: string;
  /** What stands of the purpose that is declared; absent where none is, or no register is configured. */
  readonly purposeStatus?: PurposeStatus;
  /** By id of the limit: those that apply to the call; absent where none does. */
  readonly limits?: Readonly<Record<string, LimitStanding>>;
  /** Seconds since a witness last cosigned the log; absent without witnesses. */
  readonly unwitnessedSeconds?: number;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Whether the result is an error result; results only. */
  readonly isError?: boolean;
}

/** One question to the decision point. */
export interface PolicyQuery {
  readonly subject: Subject;
  readonly initiator: Initiator;
  readonly initiatingServer?: string;
  readonly phase: Phase;
  readonly parts: readonly Part[];
  readonly context: PolicyContext;
  /** Content hashes of `step_up` forbids that a verified approval lifts for exactly this action. */
  readonly lifted: ReadonlySet<string>;
}

/** The answer. `deny` by construction until every rule of the verdict algebra says otherwise. */
export interface PolicyOutcome {
  readonly verdict: Verdict;
  /** The policy verdict where the mode does not enforce it. */
  readonly would?: Verdict;
  readonly mode: Mode;
  /** `fault` where the request could not be put to the policies (an argument outside its declared type). */
  readonly source: 'policy' | 'fault';
  readonly code?: string;
  readonly determining: readonly PolicyRef[];
  readonly errors: readonly PolicyError[];
  readonly obligations: readonly Obligation[];
  readonly held: readonly HeldForbid[];
  readonly needs: readonly string[];
  readonly parts: readonly PartDecision[];
  readonly unjudgedArgs: readonly string[];
  readonly reasons: readonly string[];
  /** Checks that the decision ran by itself; absent where the set declares none. */
  readonly checks?: readonly Check[];
}

/** A loaded, validated, immutable policy set with its schema and entities. */
export interface PolicyDecisionPoint {
  /** SHA-256 in hexadecimal of the canonical policy set, mode included. */
  readonly policyHash: string;
  readonly schemaHash: string;
  readonly entitiesHash: string;
  readonly engineVersion: string;
  readonly mode: Mode;
  /** Limits declared with the set; part of its identity. Absent: none. Whoever enforces reads, judges and reserves them. */
  readonly limits?: readonly LimitDeclaration[];
  /** Never throws: a fault is a `deny` with source `fault`. */
  decide(query: PolicyQuery): PolicyOutcome;
}
