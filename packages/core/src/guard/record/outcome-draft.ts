/** The entry that closes a decision. */
import { canonicalJson, type JsonValue } from '../../kernel/index.ts';
import { sha256Hex } from '../../kernel/crypto/index.ts';
import {
  type Decision,
  type EntryDraft,
  type Finding,
  type LimitUsage,
  type Outcome,
  type OutcomeStep,
  type StateEffect,
} from '../../model/index.ts';
import { recordQuestion } from '../../policy/index.ts';
import type { Asked, IdentifiedAction } from '../judgement/index.ts';
import type { GuardPorts } from '../types.ts';
import { decisionRecord } from './decision-record.ts';
import { concernsOf, RETENTION_CLASS } from './decision-draft.ts';
import { mostUnits } from './most-units.ts';
import { NOBODY, peopleIn } from './people.ts';

/** Largest canonical result that is sealed whole, in UTF-16 units; of a larger one only hash and length are. */
const MAX_SEALED_RESULT = 1024 * 1024;

/** What became of a permitted action, and how its result was judged. */
export interface OutcomeFacts {
  readonly outcome: Outcome;
  readonly code?: string;
  readonly delivery?: Decision;
  /** What the decision point was asked about the result. */
  readonly asked?: readonly Asked[];
  readonly redactions?: Readonly<Record<string, number>>;
  readonly result?: JsonValue;
  /** What was found in the result as it came back. */
  readonly findings?: readonly Finding[];
  readonly labels?: readonly string[];
  /** What it used, in place of what was reserved; absent where nothing was. */
  readonly usage?: LimitUsage;
  /** What it cost, as a meter said, whether or not a limit asks. */
  readonly costMicros?: number;
  /** Time spent since the decision. */
  readonly spentUs?: Readonly<Partial<Record<OutcomeStep, number>>>;
}

/** The draft of the entry that closes decision `index`. */
export function outcomeDraft(
  ports: GuardPorts,
  identified: IdentifiedAction,
  index: number,
  facts: OutcomeFacts,
): EntryDraft {
  const { request } = identified;
  const { outcome, code, delivery, redactions, result, labels = [], asked, usage, findings = [] } = facts;
  const { costMicros, spentUs } = facts;
  const named = result === undefined ? NOBODY : peopleIn(result, findings);
  return {
    detail: {
      kind: 'outcome',
      outcome,
      decisionOf: index,
      ...(code === undefined ? {} : { code }),
      ...(delivery === undefined
        ? {}
        : {
            delivery: decisionRecord(
              delivery,
              { ...request, method: 'results/deliver', phase: 'result' },
              undefined,
              asked,
            ),
          }),
      ...(redactions === undefined || Object.keys(redactions).length === 0 ? {} : { redactions }),
      ...(costMicros === undefined ? {} : { costMicros }),
      ...(spentUs === undefined ? {} : { spentUs }),
    },
    tenant: ports.tenant,
    time: ports.clock.now(),
    monotonicNs: ports.clock.monotonicNs(),
    retentionClass: identified.registered?.retention ?? RETENTION_CLASS,
    committed: {
      ...(result === undefined ? {} : { result: sealable(result) }),
      ...(delivery === undefined || delivery.reasons.length === 0 ? {} : { reasons: delivery.reasons }),
    },
    ...(asked === undefined
      ? {}
      : {
          input: {
            asked: asked.map((one) => recordQuestion(one.query, one.outcome, request)),
            ...(named.cut === 0 ? {} : { peopleCut: named.cut }),
          },
        }),
    concerns: concernsOf(identified, named.concerns),
    effects: effects(request.session.id, labels, usage),
  };
}

function effects(
  session: string,
  labels: readonly string[],
  usage: LimitUsage | undefined,
): readonly StateEffect[] {
  const joined: readonly StateEffect[] =
    labels.length === 0 ? [] : [{ type: 'join_labels', session, labels }];
  return usage === undefined ? joined : [...joined, { type: 'settle_limits', usage }];
}

/** The result itself, or its hash and length where it is large. */
function sealable(result: JsonValue): JsonValue {
  // Seldom is a result so large that it has to be written to be measured.
  if (mostUnits(result, MAX_SEALED_RESULT) <= MAX_SEALED_RESULT) return result;
  const text = canonicalJson(result);
  if (text.length <= MAX_SEALED_RESULT) return result;
  return { sha256: sha256Hex(text), length: text.length, omitted: 'result is larger than 1 MiB' };
}
