/** The log as people's rights use it, and entries about them. */
import { createUlid, type Clock, Fault, type Random } from '../kernel/index.ts';
import type {
  EntryDetail,
  EntryDraft,
  EraseEffect,
  LogReader,
  LogWriter,
  StateReader,
} from '../model/index.ts';
import { phoneConcern } from '../model/index.ts';

/** Retention class of what is recorded of people's rights: as long as the record itself. */
const RETENTION_CLASS = 'log';

/** A log, and what entries need from outside. */
export interface RecordsLog {
  readonly writer: LogWriter;
  readonly state: StateReader;
  readonly reader: LogReader;
  readonly tenant: string;
  readonly clock: Clock;
  readonly random: Random;
}

/** With an entry that takes names out of records: no store keeps the rows as they were before. */
export const FORGETTING: EraseEffect = { type: 'erase', bodies: [] };

/** `name` as it is compared with others: composed, in lower case, a telephone number without what stands between its digits. Digits alone may be a customer's. */
export function foldedName(name: string): string {
  const number = /^\d*$/.test(name) ? undefined : phoneConcern(name);
  return number ?? name.normalize('NFC').toLowerCase();
}

/** A fresh id of a hold, a case or a request. */
export function newId({ clock, random }: RecordsLog): string {
  return createUlid(clock, random);
}

/** An entry about people's rights; nothing is committed and nobody concerned unless `rest` says so. */
export function recordsDraft(
  { tenant, clock }: RecordsLog,
  detail: EntryDetail,
  rest: Partial<EntryDraft> = {},
): EntryDraft {
  return {
    detail,
    tenant,
    time: clock.now(),
    monotonicNs: clock.monotonicNs(),
    retentionClass: RETENTION_CLASS,
    committed: {},
    concerns: [],
    ...rest,
  };
}

/** Appends, and answers the index. Throws `log.conflict` where the log refuses. */
export async function appendRecord(log: RecordsLog, draft: EntryDraft): Promise<number> {
  const result = await log.writer.append(draft);
  if (result.status === 'committed') return result.index;
  throw new Fault('log.conflict', `the log refused the entry: ${result.refusal}`, {
    hint: 'somebody changed the same at the same time; look again',
  });
}
