/** Trust policies: which logs and witnesses a verifier trusts, and which witnesses are enough (c2sp.org/tlog-policy). */
import type { VerifierKey } from '../note/index.ts';

/** A log whose checkpoints are accepted. */
export interface PolicyLog {
  /** `ed25519` or `ml-dsa-44`; its name is the origin. */
  readonly key: VerifierKey;
  /** Of a meaning that the application gives it; absent where the line has none. */
  readonly url?: string;
}

/** A witness whose cosignatures count. */
export interface PolicyWitness {
  /** As the policy calls it; it means nothing outside. Octets that are no UTF-8 stand as U+FFFD. */
  readonly name: string;
  /** `cosignature/v1` or `ml-dsa-44`. */
  readonly key: VerifierKey;
  /** Usually the submission prefix of c2sp.org/tlog-witness; absent where the line has none. */
  readonly url?: string;
}

/** Which witnesses are enough: a tree in which each witness and each group stands at most once. */
export type Quorum =
  | { readonly kind: 'none' }
  | { readonly kind: 'witness'; readonly witness: PolicyWitness }
  | {
      readonly kind: 'group';
      readonly name: string;
      /** Members that must have witnessed, 1 to their number. */
      readonly threshold: number;
      readonly members: readonly Quorum[];
    };

/** A trust policy, read. */
export interface TrustPolicy {
  /** No public key twice; none where the log is known otherwise. */
  readonly logs: readonly PolicyLog[];
  /** No public key twice. Those that the quorum does not name are asked and reported, and never counted towards it. */
  readonly witnesses: readonly PolicyWitness[];
  readonly quorum: Quorum;
}

/** Whether the witnesses for which `hasCosigned` holds are enough. INVARIANT: each is asked for at most once, so it counts in one way only. */
export function satisfiesQuorum(quorum: Quorum, hasCosigned: (witness: PolicyWitness) => boolean): boolean {
  switch (quorum.kind) {
    case 'none':
      return true;
    case 'witness':
      return hasCosigned(quorum.witness);
    case 'group':
      return (
        quorum.members.filter((member) => satisfiesQuorum(member, hasCosigned)).length >= quorum.threshold
      );
    default:
      return quorum satisfies never;
  }
}
