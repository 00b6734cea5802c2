/** Numbers about personal data in the record: what is open, late, deferred, consented and refused. No name is in them. */
import { isJsonObject } from '../../kernel/index.ts';
import { CASE_TYPES, type CaseType, type LogReader, type StateReader } from '../../model/index.ts';
import { readAction } from '../actions/index.ts';
import { alertStep, type CaseTerms, DEFAULT_TERMS, isOverdue, isPending, listCases } from '../cases/index.ts';

/** What stands of cases: it grows with them, not with the people in the record. */
export interface CaseIndicators {
  /** Cases in which something is owed, by type. */
  readonly open: Readonly<Record<CaseType, number>>;
  readonly overdue: number;
  readonly dueSoon: number;
  /** Until the first deadline, in milliseconds; negative where it has passed, absent where nothing is owed. */
  readonly nextDueMs?: number;
  /** Erasures that wait for the release of a legal hold. */
  readonly deferredErasures: number;
  readonly legalHolds: number;
}

/** What stands in the state: every consent is looked at. */
export interface PrivacyIndicators extends CaseIndicators {
  readonly consentsGiven: number;
  readonly consentsWithdrawn: number;
  /** Restrictions and objections in force. */
  readonly restrictions: number;
  readonly noticesShown: number;
}

/** What the last entries tell; each of their bodies is opened. */
export interface PrivacyActivity {
  /** Entries that were looked at. */
  readonly entries: number;
  /** Actions denied that declared a purpose which was not in force, by why. */
  readonly refusedForPurpose: Readonly<Record<string, number>>;
  /** Actions that declared no purpose. */
  readonly withoutPurpose: number;
  /** Permitted actions in whose arguments a detector saw personal data, and which declared no purpose: data that nobody classified. */
  readonly unclassified: number;
  readonly bodiesErased: number;
  /** Bodies past their time that the last run of retention under each class left because of a legal hold. */
  readonly held: number;
}

/** Kinds of findings that are personal data (detection, and `@writ/detectors`). */
const PERSONAL: ReadonlySet<string> = new Set([
  'email',
  'phone',
  'payment-card',
  'iban',
  'ssn',
  'ip-address',
  'passport',
  'driving-licence',
  'national-id',
]);

/** Reads the cases as of `now`, milliseconds since 1970. Throws `log.corrupt` where one cannot be read. */
export function caseIndicators(
  state: Pick<StateReader, 'records'>,
  now: number,
  terms: CaseTerms = DEFAULT_TERMS,
): CaseIndicators {
  const pending = listCases(state).filter(isPending);
  return {
    open: Object.fromEntries(
      CASE_TYPES.map((type) => [type, pending.filter((one) => one.type === type).length]),
    ) as Record<CaseType, number>,
    overdue: pending.filter((one) => isOverdue(one, now)).length,
    dueSoon: pending.filter((one) => alertStep(one, now, terms) === 'due_soon').length,
    ...(pending.length === 0 ? {} : { nextDueMs: Math.min(...pending.map(({ due }) => due)) - now }),
    deferredErasures: state.records('erasures').length,
    legalHolds: state.records('legal_holds').length,
  };
}

/** Reads the state as of `now`, milliseconds since 1970. */
export function privacyIndicators(
  state: Pick<StateReader, 'records'>,
  now: number,
  terms: CaseTerms = DEFAULT_TERMS,
): PrivacyIndicators {
  const consents = state.records('consents');
  const inState = (wanted: string): number =>
    consents.filter(
      ({ key, value }) => key.includes('.consent.') && isJsonObject(value) && value['state'] === wanted,
    ).length;
  return {
    ...caseIndicators(state, now, terms),
    consentsGiven: inState('given'),
    consentsWithdrawn: inState('withdrawn'),
    restrictions: consents.filter(({ key }) => key.split('.')[1] === 'restricted').length,
    noticesShown: state.records('notices').length,
  };
}

/** Reads the last `entries` of the log. */
export function privacyActivity(reader: LogReader, entries: number): PrivacyActivity {
  const size = reader.size();
  const refused = new Map<string, number>();
  const held = new Map<string, number>();
  let [withoutPurpose, unclassified, bodiesErased] = [0, 0, 0];
  const from = Math.max(0, size - entries);
  for (let index = from; index < size; index += 1) {
    const { entry } = reader.entry(index);
    if (entry.kind === 'erasure') bodiesErased += entry.erasure.bodies;
    if (entry.kind === 'retention') held.set(entry.retention.class, entry.retention.held);
    if (entry.kind !== 'decision' || entry.decision.phase !== 'call') continue;
    const action = readAction(reader, index, entry);
    if (action.isUnread) continue;
    const { purpose, purposeStatus, isPermitted, kinds } = action;
    if (purpose === undefined) withoutPurpose += 1;
    if (!isPermitted && purposeStatus !== undefined && purposeStatus !== 'in_force')
      refused.set(purposeStatus, (refused.get(purposeStatus) ?? 0) + 1);
    if (isPermitted && purpose === undefined && kinds.some((kind) => PERSONAL.has(kind))) unclassified += 1;
  }
  return {
    entries: size - from,
    refusedForPurpose: Object.fromEntries([...refused].sort(([left], [right]) => (left < right ? -1 : 1))),
    withoutPurpose,
    unclassified,
    bodiesErased,
    held: [...held.values()].reduce((sum, count) => sum + count, 0),
  };
}
