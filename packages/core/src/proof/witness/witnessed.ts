/** What a signed checkpoint is worth under a trust policy: by which log, and vouched for by which witnesses. */
import { Fault, isFault, toHex } from '../../kernel/index.ts';
import {
  type Checkpoint,
  openNote,
  parseCheckpoint,
  parseNote,
  type VerifySignature,
} from '../note/index.ts';
import { type PolicyLog, type PolicyWitness, satisfiesQuorum, type TrustPolicy } from './trust-policy.ts';

/** A witness that cosigned. */
export interface CosignedBy {
  readonly witness: PolicyWitness;
  /** When it did, in seconds since 1970; its latest cosignature counts. */
  readonly timeSeconds: number;
}

/** A checkpoint by a trusted log. */
export interface WitnessedCheckpoint {
  readonly checkpoint: Checkpoint;
  readonly log: PolicyLog;
  /** In the order of the policy; each public key once, and never that of a trusted log. */
  readonly cosignedBy: readonly CosignedBy[];
  /** Witnesses in the policy. */
  readonly of: number;
  /** Whether they are enough. INVARIANT: without it nothing may rest on the checkpoint. */
  readonly hasQuorum: boolean;
  /** The latest time at or after which witnesses that are enough cosigned, in seconds; absent without quorum, and where no witness is needed. */
  readonly timeSeconds?: number;
}

/**
 * Opens `note` under `policy`. Throws `note.malformed`, `checkpoint.malformed`, and `note.unverified` where no log of the policy signed its own checkpoint
 * or a signature by a key of the policy does not verify. Too few witnesses throw nothing: ask {@link WitnessedCheckpoint.hasQuorum}.
 */
export async function openWitnessed(
  note: Uint8Array,
  policy: TrustPolicy,
  verify: VerifySignature,
): Promise<WitnessedCheckpoint> {
  const parsed = parseNote(note);
  const checkpoint = parseCheckpoint(parsed.text);
  const keys = [...policy.logs, ...policy.witnesses].map(({ key }) => key);
  const verified = await openNote(parsed, keys, verify);
  const isSignedBy = ({ key }: PolicyLog): boolean =>
    key.name === checkpoint.origin && verified.some((signature) => signature.key === key);
  const log = policy.logs.find(isSignedBy);
  if (log === undefined) {
    const found = `the checkpoint is of \`${checkpoint.origin}\``;
    throw new Fault('note.unverified', `${found}, and no log of the policy signed it under that name`);
  }
  const times = new Map<PolicyWitness, number>();
  const logKeys = new Set(policy.logs.map(({ key }) => toHex(key.publicKey)));
  for (const witness of policy.witnesses) {
    // INVARIANT: no log vouches for itself.
    if (logKeys.has(toHex(witness.key.publicKey))) continue;
    for (const { key, timeSeconds } of verified) {
      if (key !== witness.key || timeSeconds === undefined) continue;
      times.set(witness, Math.max(timeSeconds, times.get(witness) ?? 0));
    }
  }
  const cosignedBy = [...times].map(([witness, timeSeconds]) => ({ witness, timeSeconds }));
  return {
    checkpoint,
    log,
    cosignedBy,
    of: policy.witnesses.length,
    hasQuorum: satisfiesQuorum(policy.quorum, (witness) => times.has(witness)),
    ...quorumTime(policy, times),
  };
}

/** `witnessed 2 of 3`, and whether that is enough. */
export function describeWitnessed(
  witnessed: Pick<WitnessedCheckpoint, 'cosignedBy' | 'of' | 'hasQuorum'>,
): string {
  const { cosignedBy, of, hasQuorum } = witnessed;
  return `witnessed ${cosignedBy.length} of ${of}, ${hasQuorum ? 'enough' : 'not enough'} for the quorum`;
}

/** Whether `fault` says that a checkpoint is not to be believed, rather than that looking at it failed. */
export function isUnbelieved(fault: unknown): fault is Fault {
  return (
    isFault(fault, 'note.malformed') ||
    isFault(fault, 'note.unverified') ||
    isFault(fault, 'checkpoint.malformed')
  );
}

/** One witness that lies about the time moves this only where it is enough alone. */
function quorumTime(
  { quorum }: TrustPolicy,
  times: ReadonlyMap<PolicyWitness, number>,
): { readonly timeSeconds?: number } {
  if (quorum.kind === 'none') return {};
  const latestFirst = [...new Set(times.values())].sort((left, right) => right - left);
  const timeSeconds = latestFirst.find((time) =>
    satisfiesQuorum(quorum, (witness) => (times.get(witness) ?? -1) >= time),
  );
  return timeSeconds === undefined ? {} : { timeSeconds };
}
