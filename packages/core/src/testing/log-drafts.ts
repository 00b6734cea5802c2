/** Drafts of entries for tests: well-formed, and changed where a test says so. */
import type { DecisionRecord, EntryDetail, EntryDraft, Outcome } from '../model/index.ts';

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
