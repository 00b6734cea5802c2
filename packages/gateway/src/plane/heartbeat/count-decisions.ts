/** Decisions of this process, counted by the policy set that they were made under: what a control plane stops a bad roll-out by. */
import { type EntryDraft, type Verdict } from '@writ/core';

/** Most policy sets counted; the oldest are let go. */
const MAX_SETS = 16;

/** Decisions under one set. */
export type DecisionCounts = { readonly policyHash: string; readonly errors: number } & Readonly<
  Record<Verdict, number>
>;

/** Counts. */
export interface DecisionCounter {
  /** Takes a draft that was appended; what is no decision counts for nothing. */
  count(draft: Pick<EntryDraft, 'detail'>): void;
  read(): readonly DecisionCounts[];
}

export function createDecisionCounter(): DecisionCounter {
  const sets = new Map<string, DecisionCounts>();
  return {
    count({ detail }) {
      if (detail.kind !== 'decision') return;
      const { policyHash, verdict, source } = detail.decision;
      const before = sets.get(policyHash) ?? { policyHash, ...NONE };
      // The last used stands last.
      sets.delete(policyHash);
      for (const oldest of sets.keys()) if (sets.size >= MAX_SETS) sets.delete(oldest);
      sets.set(policyHash, {
        ...before,
        [verdict]: before[verdict] + 1,
        errors: before.errors + (source === 'fault' ? 1 : 0),
      });
    },
    read: () => [...sets.values()],
  };
}

const NONE = { allow: 0, modify: 0, step_up: 0, defer: 0, deny: 0, errors: 0 };
