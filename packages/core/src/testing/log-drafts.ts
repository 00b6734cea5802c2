/** Drafts of entries for tests: well-formed, and changed where a test says so. */
import type {
  DecisionRecord,
  EntryDetail,
  EntryDraft,
  HeldForbid,
  HoldAnswer,
  Outcome,
} from '../model/index.ts';

/** A hash for tests: 64 times the same digit. */
export function sampleHash(digit = 'a'): string {
  return digit.repeat(64);
}

/** A permitting decision as a record. */
export function sampleDecision(changes: Partial<DecisionRecord> = {}): DecisionRecord {
  return {
    verdict: 'allow',
    mode: 'strict',
    source: 'policy',
    method: 'tools/call',
    phase: 'call',
    initiator: 'agent',
    authentication: { method: 'configured', assurance: 1 },
    determining: [{ id: 'allow-reads', contentHash: sampleHash('1') }],
    determiningCount: 1,
    errors: [],
    policyHash: sampleHash('2'),
    schemaHash: sampleHash('3'),
    entitiesHash: sampleHash('4'),
    engineVersion: 'test 1',
    killEpoch: 0,
    policyEpoch: 0,
    labelsVersion: 0,
    parts: { count: 1, verdicts: { allow: 1 } },
    obligations: [],
    checks: [],
    approvals: [],
    isolation: 'unisolated',
    held: [],
    ...changes,
  };
}

/** A draft of `detail` without anything personal. */
export function sampleDraft(detail: EntryDetail, changes: Partial<EntryDraft> = {}): EntryDraft {
  return {
    detail,
    tenant: 'default',
    time: 1_000,
    monotonicNs: 1n,
    retentionClass: 'standard',
    committed: {},
    concerns: [],
    ...changes,
  };
}

/** A permitting decision that is open under `digest`. */
export function openDraft(digest: string, changes: Partial<EntryDraft> = {}): EntryDraft {
  return sampleDraft(
    { kind: 'decision', decision: sampleDecision() },
    { effects: [{ type: 'open', digest }], ...changes },
  );
}

/** The outcome of the decision at `decisionOf`. */
export function outcomeDraft(decisionOf: number, outcome: Outcome = 'performed'): EntryDraft {
  return sampleDraft({ kind: 'outcome', outcome, decisionOf });
}

/** A forbid that one person may lift. */
export const SAMPLE_FORBID: HeldForbid = {
  id: 'ask',
  contentHash: sampleHash('5'),
  approvers: [],
  quorum: 1,
};

/** Agent `bot` killed, or let go. */
export function killDraft(action: 'kill' | 'unkill', reason = 'manual'): EntryDraft {
  const target = { scope: 'agent', id: 'bot' } as const;
  return sampleDraft(
    { kind: 'kill', kill: { action, scope: 'agent', reason: 'manual', killEpoch: 0 } },
    {
      effects: [action === 'kill' ? { type: 'kill', ...target, reason } : { type: 'unkill', ...target }],
    },
  );
}

/** A decision that waits for people, asked for by `requesters`. */
export function holdDraft(
  digest: string,
  forbid: HeldForbid = SAMPLE_FORBID,
  requesters: readonly string[] = ['bot'],
): EntryDraft {
  const decision = sampleDecision({
    verdict: 'step_up',
    held: [{ contentHash: forbid.contentHash, quorum: forbid.quorum }],
  });
  return sampleDraft(
    { kind: 'decision', decision },
    {
      effects: [
        {
          type: 'hold',
          digest,
          policyHash: sampleHash('2'),
          forbids: [forbid],
          requesters,
          expires: 10_000,
        },
      ],
    },
  );
}

/** An answer by `keyId`, whose statement and signature are only samples. */
export function answerDraft(
  hold: number,
  answer: 'approve' | 'deny',
  keyId: string,
  words: Pick<HoldAnswer, 'approver' | 'statement' | 'signature'> = {
    approver: keyId,
    statement: '{}',
    signature: 's',
  },
): EntryDraft {
  return sampleDraft(
    {
      kind: 'answer',
      answer: { answer, keyId, policyHash: sampleHash('2'), lifts: [], expires: 10_000 },
      decisionOf: hold,
    },
    { effects: [{ type: 'answer', hold, answer, keyId, ...words }] },
  );
}

/** The definition number `digit` of the tool `files/write`. */
export function pinDraft(digit: string, status: 'accepted' | 'quarantined'): EntryDraft {
  return sampleDraft(
    { kind: 'pin', pin: { status, cause: 'operator', definitionHash: sampleHash(digit) } },
    {
      effects: [
        {
          type: 'pin',
          server: 'files',
          tool: 'write',
          definitionHash: sampleHash(digit),
          status,
          definition: { name: 'write', digit },
        },
      ],
    },
  );
}
