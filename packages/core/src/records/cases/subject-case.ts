/** A case: what a person asked for under GDPR articles 15 to 21, or a breach, with its deadline. It stands in the collection `cases` and changes with an entry of kind `case`. */
import { z } from 'zod';
import { asJson, Fault, isUlid, type JsonObject, type JsonValue } from '../../kernel/index.ts';
import { CASE_TYPES, type CaseType, type StateReader, type StateRecord } from '../../model/index.ts';

/** `deferred`: the person was told that a legal hold keeps what should be erased; it is done when the hold is released. */
export const CASE_STATUSES = ['open', 'identity_verified', 'in_progress', 'deferred', 'closed'] as const;
export type CaseStatus = (typeof CASE_STATUSES)[number];

/** How a case ends. */
export const CASE_OUTCOMES = ['done', 'refused', 'withdrawn'] as const;
export type CaseOutcome = (typeof CASE_OUTCOMES)[number];

/** What shows that something was done: an entry of this log by its index, or a file by its SHA-256 in hexadecimal. */
export type CaseEvidence = { readonly receipt: number } | { readonly sha256: string };

/** A recipient of data that is corrected, and when it said that it was told, in milliseconds since 1970. */
export interface CaseRecipient {
  readonly name: string;
  readonly acknowledged?: number;
}

/** One case as it stands. Instants are milliseconds since 1970. */
export interface SubjectCase {
  /** ULID. */
  readonly id: string;
  readonly type: CaseType;
  readonly status: CaseStatus;
  readonly opened: number;
  /** When the controller became aware of a breach; its deadlines count from then. */
  readonly aware?: number;
  /** By when it must be answered. */
  readonly due: number;
  readonly isExtended: boolean;
  readonly closed?: number;
  readonly outcome?: CaseOutcome;
  /** Names of the person, as actions know them; none of a breach, and none once the person was erased. */
  readonly subject: readonly string[];
  /** Restriction and objection: the purposes that are not in force for the person while {@link isRestricting}; absent for all. */
  readonly purposes?: readonly string[];
  readonly isRestricting: boolean;
  /** Rectification: who received what is corrected. */
  readonly recipients: readonly CaseRecipient[];
  /** Codes of what was done, oldest first, at most {@link MAX_STEPS}. */
  readonly steps: readonly { readonly step: string; readonly at: number }[];
  readonly evidence: readonly CaseEvidence[];
}

/** A case with the index of the entry that wrote it. */
export interface StandingCase extends SubjectCase {
  readonly index: number;
}

/** Most steps, pieces of evidence and recipients of one case. */
export const MAX_STEPS = 200;
/** Most names of one person. */
export const MAX_NAMES = 16;
/** A code of a step. */
export const STEP_CODE: RegExp = /^[a-z][a-z0-9_]{0,31}$/;

const INSTANT = z.int().min(0);
const SCHEMA = z.strictObject({
  type: z.enum(CASE_TYPES),
  status: z.enum(CASE_STATUSES),
  opened: INSTANT,
  aware: INSTANT.optional(),
  due: INSTANT,
  isExtended: z.boolean(),
  closed: INSTANT.optional(),
  outcome: z.enum(CASE_OUTCOMES).optional(),
  subject: z.array(z.string()).max(MAX_NAMES),
  purposes: z.array(z.string()).optional(),
  isRestricting: z.boolean(),
  recipients: z.array(z.strictObject({ name: z.string(), acknowledged: INSTANT.optional() })).max(MAX_STEPS),
  steps: z.array(z.strictObject({ step: z.string(), at: INSTANT })).max(MAX_STEPS),
  evidence: z
    .array(z.union([z.strictObject({ receipt: INSTANT }), z.strictObject({ sha256: z.string() })]))
    .max(MAX_STEPS),
});

/** The record of `subjectCase`; its key is the id. */
export function caseValue({ id: _id, ...rest }: SubjectCase): JsonObject {
  // What is absent is left out: records are JSON.
  const { index: _index, ...plain } = rest as Partial<StandingCase>;
  return JSON.parse(JSON.stringify(plain)) as JsonObject;
}

/** The case that `record` holds. Throws `log.corrupt` where it holds none: what cannot be read is not passed over. */
export function parseCase({ key, value, index }: StateRecord): StandingCase {
  const parsed = SCHEMA.safeParse(value);
  if (!isUlid(key) || !parsed.success)
    throw new Fault('log.corrupt', `the record of case \`${key}\` cannot be read`, { index });
  return { id: key, ...(parsed.data as Omit<SubjectCase, 'id'>), index };
}

/** All cases, oldest first. */
export function listCases(state: Pick<StateReader, 'records'>): readonly StandingCase[] {
  return state
    .records('cases')
    .filter(({ key }) => isUlid(key))
    .map(parseCase);
}

/** The case `id`. Throws `case.unknown`. */
export function findCase(state: Pick<StateReader, 'record'>, id: string): StandingCase {
  const record = isUlid(id) ? state.record('cases', id) : undefined;
  if (record === undefined)
    throw new Fault('case.unknown', `there is no case \`${id.slice(0, 40)}\``, {
      hint: '`writ case list --all` shows the ids',
    });
  return parseCase(record);
}

/** Whether something is still owed: neither closed nor waiting for a hold. */
export function isPending({ status }: Pick<SubjectCase, 'status'>): boolean {
  return status !== 'closed' && status !== 'deferred';
}

/** Whether its deadline has passed with something owed. */
export function isOverdue(one: Pick<SubjectCase, 'status' | 'due'>, now: number): boolean {
  return isPending(one) && now > one.due;
}

/** Evidence as JSON, for entries. */
export function evidenceJson(evidence: readonly CaseEvidence[]): JsonValue {
  return evidence.map((one) =>
    'receipt' in one ? asJson({ receipt: one.receipt }) : asJson({ sha256: one.sha256 }),
  );
}
