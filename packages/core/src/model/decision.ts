/** The answer to a request, and what must be done for it to stand. */
import type { Confinement } from './confinement.ts';
import type { Mode, Verdict } from './verdict.ts';

/** A policy that took part, by id and by the SHA-256 of its canonical text (hexadecimal). */
export interface PolicyRef {
  /** The `@id`: `[A-Za-z0-9][A-Za-z0-9._-]{0,63}`, or `limit:<id>` for the forbid that a limit implies; names a rule, never a person. */
  readonly id: string;
  readonly contentHash: string;
}

/** A policy that could not be evaluated. */
export interface PolicyError {
  readonly policy: string;
  /** Code of the fault, `policy.evaluation`. */
  readonly code: string;
  /** For operators; may quote values, so it is sealed in records. */
  readonly message: string;
}

/** What must be done for the verdict to stand (XACML obligation). */
export type Obligation =
  | {
      readonly type: 'redact';
      /** `arguments` on a call, `result` on a delivery. */
      readonly target: 'arguments' | 'result';
      /** Finding kinds to remove, sorted. */
      readonly kinds: readonly string[];
    }
  | {
      readonly type: 'label';
      /** Labels the session joins, sorted. */
      readonly labels: readonly string[];
    }
  | {
      readonly type: 'confine';
      /** How strictly, at least, what runs must be confined. */
      readonly confinement: Confinement;
    }
  | {
      readonly type: 'minimise';
      /** Id of the registered purpose whose rule leaves in the arguments what the tool may receive. */
      readonly purpose: string;
    }
  | {
      readonly type: 'ask';
      /** Ids of the forbids that whoever asked must lift where they sit, before it runs; sorted. */
      readonly policies: readonly string[];
    };

/** A forbid that a person may lift: `@verdict("step_up")`. */
export interface HeldForbid extends PolicyRef {
  /** Names of approvers or groups that may lift it; empty means any configured approver. */
  readonly approvers: readonly string[];
  /** Distinct approvers needed, at least 1. */
  readonly quorum: number;
  /** How long an approval may be waited for, in milliseconds; absent means the configured one. */
  readonly timeoutMs?: number;
}

/** A check that was configured for the path, and what became of it. */
export interface Check {
  readonly id: string;
  readonly version: string;
  readonly status: 'ran' | 'skipped' | 'failed';
  /** Code of the reason for `skipped` and `failed`. */
  readonly reason?: string;
  /** `observe`: its failure is a missing fact. `block`: its failure is a deny. */
  readonly mode: 'observe' | 'block';
}

/** Where a verdict came from: steps 3–4, the policy set, or something that broke. */
export type DecisionSource = 'admission' | 'policy' | 'fault';

/** What was decided for one part. */
export interface PartDecision {
  readonly verdict: Verdict;
  readonly determining: readonly PolicyRef[];
}

/** An approval that was used. */
export interface UsedApproval {
  /** Receipt of the held decision, `origin#index`. */
  readonly hold: string;
  /** Key ids that approved, sorted. */
  readonly keyIds: readonly string[];
  /** Content hashes of the forbids it lifts, sorted. */
  readonly lifts: readonly string[];
}

/** A decision as recorded and returned. */
export interface Decision {
  readonly verdict: Verdict;
  /** What a non-enforcing mode would have answered; absent where the verdict is enforced. */
  readonly would?: Verdict;
  readonly mode: Mode;
  readonly source: DecisionSource;
  /** Code for admission and fault (`kill.agent`, `json.duplicate-key`); absent for policy. */
  readonly code?: string;
  /** Every policy that determined the verdict; an entry names the first 64 and the whole number. */
  readonly determining: readonly PolicyRef[];
  readonly errors: readonly PolicyError[];
  readonly policyHash: string;
  readonly schemaHash: string;
  readonly entitiesHash: string;
  readonly engineVersion: string;
  readonly killEpoch: number;
  readonly policyEpoch: number;
  readonly labelsVersion: number;
  /** In the order of the request's parts; at most 1,024. */
  readonly parts: readonly PartDecision[];
  readonly obligations: readonly Obligation[];
  readonly checks: readonly Check[];
  /** Digest of what runs, where it runs; equals the requested one unless arguments were changed. */
  readonly performedDigest?: string;
  readonly approvals: readonly UsedApproval[];
  readonly isolation: 'isolated' | 'unisolated';
  /** Forbids that wait for a person, for `step_up`. */
  readonly held: readonly HeldForbid[];
  /** Paths of context that are missing, for `defer`. */
  readonly needs: readonly string[];
  /** Names of arguments that no policy could judge. */
  readonly unjudgedArgs: readonly string[];
  /** Sentences for the caller; from `@reason` and from the guard. Sealed in records. */
  readonly reasons: readonly string[];
}
