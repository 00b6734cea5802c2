/** What the decision point was asked, and what a candidate set said beside it. The candidate is heard, recorded and never followed. */
import type { PolicyOutcome, PolicyQuery, ShadowRecord } from '../../model/index.ts';
import { differingFields } from '../../policy/index.ts';
import type { Line } from '../line.ts';

/** Policies named of a candidate's answer that differs. */
const MAX_DETERMINING = 8;

/** One asking of the decision point. */
export interface Asked {
  readonly query: PolicyQuery;
  readonly outcome: PolicyOutcome;
  /** Absent where no candidate runs beside. */
  readonly shadow?: ShadowRecord;
}

/**
 * `query` with its `outcome`, and what the candidate answers. INVARIANT: the outcome is decided before the candidate is asked, and is handed on as it is;
 * whatever the candidate does, throwing included, changes nothing but the record.
 */
export function besideIt({ policy }: Line, query: PolicyQuery, outcome: PolicyOutcome): Asked {
  if (policy.shadow === undefined) return { query, outcome };
  let policyHash: string | undefined;
  try {
    const candidate = policy.shadow();
    if (candidate === undefined) return { query, outcome };
    ({ policyHash } = candidate);
    return { query, outcome, shadow: compare(policyHash, outcome, candidate.decide(query)) };
  } catch {
    // A candidate that breaks is a finding about the candidate; the decision stands as it is.
    return {
      query,
      outcome,
      shadow: { policyHash: policyHash ?? UNKNOWN, status: 'failed', determining: [] },
    };
  }
}

/** Hash of a candidate that broke before it said which one it is. */
const UNKNOWN = '0'.repeat(64);

function compare(policyHash: string, outcome: PolicyOutcome, other: PolicyOutcome): ShadowRecord {
  const { verdict, would, determining } = other;
  const differs = differingFields(outcome, other).length > 0;
  return {
    policyHash,
    status: differs ? 'differs' : 'same',
    verdict,
    ...(would === undefined ? {} : { would }),
    determining: differs ? determining.slice(0, MAX_DETERMINING) : [],
  };
}

/** The rounds of one judgement. */
export function askedIn(...rounds: readonly { readonly asked: Asked }[]): {
  readonly asked: readonly Asked[];
} {
  return { asked: rounds.map(({ asked }) => asked) };
}

/** The record of a candidate over all askings of one judgement: the first that failed or differs, else that all were the same. */
export function shadowOf(asked: readonly Asked[]): ShadowRecord | undefined {
  const records = asked.flatMap(({ shadow }) => (shadow === undefined ? [] : [shadow]));
  return records.find(({ status }) => status !== 'same') ?? records[0];
}
