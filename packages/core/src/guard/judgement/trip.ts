/** One action's way through the guard: what each step learned, until the next step needs it. */
import type { Clock, JsonObject } from '../../kernel/index.ts';
import type {
  ActionRequest,
  Check,
  Decision,
  Finding,
  Hold,
  LimitReservation,
  PolicyContext,
  UsedApproval,
} from '../../model/index.ts';
import type { Purpose, PurposeStanding } from '../../privacy/index.ts';
import type { GuardPorts, InterceptedAction } from '../types.ts';
import type { Asked } from './asked.ts';
import type { CallShares } from './call-shares.ts';

/** Everything known about an action before it is judged. */
export interface IdentifiedAction {
  readonly action: InterceptedAction;
  readonly request: ActionRequest;
  /** Keys used up by whatever entry records this action: the nonce of its signature. */
  readonly nonceKeys: readonly string[];
  /** The purpose in the register that it is for, with whose data it uses; absent where there is none. */
  readonly registered?: Purpose;
  readonly dataSubject?: string;
  /** The agent's signature over the digest, sealed with the record; absent where the agent has no key. */
  readonly signature?: JsonObject;
}

/** Facts of step 5. */
export interface Facts {
  readonly findings: readonly Finding[];
  /** In what is sent beside the arguments; absent where nothing is, or nothing was found. */
  readonly beside?: readonly Finding[];
  /** Of both. */
  readonly findingNames: readonly string[];
  readonly checks: readonly Check[];
  readonly factsMissing: readonly string[];
  /** A check that must run and did not: a deny, with the code of its fault. */
  readonly failure?: { readonly code: string; readonly reason: string };
  readonly labels: readonly string[];
  readonly labelsVersion: number;
}

/** Epochs the decision was made under. */
export interface Epochs {
  readonly killEpoch: number;
  readonly policyEpoch: number;
}

/** The answer of steps 4–6: the decision, and what would be performed under it. */
export interface Judgement {
  readonly decision: Decision;
  readonly facts: Facts;
  readonly epochs: Epochs;
  /** What is performed: the requested arguments, or the redacted ones. */
  readonly args: JsonObject;
  readonly performedDigest: string;
  /** What was found in the requested arguments, where others are performed; `facts` are of those. */
  readonly requestedFindings?: readonly Finding[];
  /** What the decision point was asked, in order; absent where it was not. */
  readonly asked?: readonly Asked[];
  /** Labels of the session without which the answer would have been milder; absent for none. */
  readonly decidingLabels?: readonly string[];
  /** What stands of its purpose; absent where none is declared or no register is configured. */
  readonly purpose?: PurposeStanding;
  /** What the entry takes of limits, where it permits. */
  readonly reservations?: readonly LimitReservation[];
  /** What it took of limits that a fleet keeps together. */
  readonly shares?: CallShares;
  /** A rule of its purpose names what the tool may receive, so that nothing else goes beside it. */
  readonly isMinimised?: boolean;
  /** How long a limit lets it run. */
  readonly deadlineMs?: number;
  /** What the person at the host is asked before it runs. */
  readonly ask?: readonly string[];
  /** The hold for the performed digest, where one is open. */
  readonly hold?: Hold;
  /** The approval that is used up, where one lifts something. */
  readonly approval?: UsedApproval & { readonly index: number; readonly expires: number };
}

/** How long nobody has vouched for the log, where it has witnesses. */
export function witnessFact({
  unwitnessedSeconds,
}: Pick<GuardPorts, 'unwitnessedSeconds'>): Pick<PolicyContext, 'unwitnessedSeconds'> {
  const seconds = unwitnessedSeconds?.();
  return seconds === undefined ? {} : { unwitnessedSeconds: seconds };
}

/** The present instant for expiry: never below what is already recorded (architecture, section 5). */
export function flooredNow(clock: Clock, timeFloor: number): number {
  return Math.max(clock.now(), timeFloor);
}
