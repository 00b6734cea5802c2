/** Deadlines of cases beside a node: once a quarter of an hour, each that nears or has passed becomes an entry, which every destination of events is sent. */
import {
  type Clock,
  describeFault,
  type EntryDetail,
  type EntryDraft,
  type LogWriter,
  type StateReader,
  type Timer,
} from '@writ/core';
import { caseAlerts } from '@writ/core/records';
import type { Report } from './types.ts';

/** How often deadlines are looked at, in milliseconds: short beside the 72 hours of a breach. */
export const LOOK_AT_CASES_MS: number = 15 * 60_000;

/** What alerts stand on. */
export interface CaseAlertsOptions {
  readonly log: Pick<LogWriter, 'append'>;
  readonly state: StateReader;
  /** Completes an entry that the node writes about itself. */
  readonly draft: (detail: EntryDetail, rest: Partial<EntryDraft>) => EntryDraft;
  readonly clock: Clock;
  readonly timer: Timer;
  readonly report: Report;
}

/** Begins to look; what fails is reported and tried again. The answer ends it, and waits for what is under way. */
export function startCaseAlerts(options: CaseAlertsOptions): () => Promise<void> {
  const { timer, report } = options;
  let running: Promise<void> | undefined;
  const stop = timer.every(LOOK_AT_CASES_MS, () => {
    running ??= tell(options)
      .catch((fault: unknown) => report(`deadlines of cases could not be looked at: ${describeFault(fault)}`))
      .finally(() => (running = undefined));
  });
  return async () => {
    stop();
    await running;
  };
}

async function tell({ log, state, draft, clock, report }: CaseAlertsOptions): Promise<void> {
  for (const { subjectCase, step, draft: alert } of caseAlerts(state, clock.now())) {
    const { detail, ...rest } = alert;
    // Refused: another process told it, or somebody changed the case, which is looked at again.
    const { status } = await log.append(draft(detail, rest));
    if (status === 'committed')
      report(`case ${subjectCase.id} (${subjectCase.type}) is ${step.replace('_', ' ')}`);
  }
}
