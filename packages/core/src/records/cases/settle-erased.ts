/** After an erasure: cases that waited for it are done, and no case names the person any more. */
import { appendRecord, FORGETTING, recordsDraft, type RecordsLog } from '../records-log.ts';
import { casesOf, type CaseDraft, draftChange, forgetInCases } from './draft-case.ts';
import { type CaseEvidence, findCase } from './subject-case.ts';

/** Receipts that are kept of one erasure: the last ones, which follow all others. */
const MAX_RECEIPTS = 16;

/** What shows an erasure: entries of it, by index. */
export function erasureEvidence(entries: readonly number[]): readonly CaseEvidence[] {
  return entries.slice(-MAX_RECEIPTS).map((receipt) => ({ receipt }));
}

/**
 * To be called once everything of the person `subject` is erased, with the `entries` that tell of it. Cases of erasure that a legal hold had deferred are closed
 * as done; all others but `except` lose the name. Answers the ids of those that were closed. Throws `log.conflict`.
 */
export async function settleErased(
  log: RecordsLog,
  subject: readonly string[],
  entries: readonly number[],
  except?: string,
): Promise<readonly string[]> {
  const { state, clock } = log;
  const append = ({ detail, ...rest }: CaseDraft): Promise<number> =>
    appendRecord(log, recordsDraft(log, detail, rest));
  const named = casesOf(state, subject).filter(({ id }) => id !== except);
  const deferred = named.filter(({ type, status }) => type === 'erasure' && status === 'deferred');
  const effects = forgetInCases(state, subject, except);
  if (effects.length > 0) {
    const erasure = { cause: 'subject_request', destroyed: [], resealed: [], bodies: 0 } as const;
    await appendRecord(
      log,
      recordsDraft(log, { kind: 'erasure', erasure }, { effects: [FORGETTING, ...effects] }),
    );
  }
  const evidence = erasureEvidence(entries);
  for (const { id } of deferred)
    for (const change of [
      evidence.length === 0
        ? ({ action: 'step', step: 'nothing_held' } as const)
        : ({ action: 'step', step: 'erased', evidence } as const),
      { action: 'close', outcome: 'done' } as const,
    ])
      await append(draftChange(findCase(state, id), change, {}, { state, now: clock.now() }).draft);
  return deferred.map(({ id }) => id);
}
