/** A receipt as it is answered with: what stands in the clear in its entry, and what its node disclosed of it. */
import { z } from 'zod';
import { ULID } from '../people/index.ts';
import type { FactsRow, ReceiptRow } from '../tables/index.ts';

/** A receipt in answers. Texts in `agent`, `tool`, `session`, `person` and `labels` were chosen by agents, servers or clients. */
export interface ReceiptShown {
  readonly id: string;
  /** `origin#index`. */
  readonly receipt: string;
  /** ULID. */
  readonly node: string;
  readonly kind: string;
  /** Of a decision. */
  readonly verdict?: string | undefined;
  /** Of an outcome: what became of the action. */
  readonly outcome?: string | undefined;
  /** Why, where no policy said so. */
  readonly code?: string | undefined;
  readonly method?: string | undefined;
  readonly policyHash?: string | undefined;
  /** Ids of the policies that determined it. */
  readonly policies?: readonly string[] | undefined;
  /** `origin#index` of the decision that an outcome or an answer is about, or that this decision resumes. */
  readonly decisionOf?: string | undefined;
  /** Of an outcome: time since its decision, in microseconds. */
  readonly tookUs?: number | undefined;
  /** Labels that its session carries from it on: of an outcome, and of what shows something by itself. */
  readonly gives?: readonly string[] | undefined;
  /** Of an outcome: what the call cost in millionths of the currency unit; absent where its node told none. */
  readonly costMicros?: number | undefined;
  /** Milliseconds since 1970, as the node had it. */
  readonly time: number;
  /** Whether its node disclosed anything of it; what follows is absent otherwise. */
  readonly isDisclosed: boolean;
  readonly agent?: string | undefined;
  readonly person?: string | undefined;
  readonly session?: string | undefined;
  /** `server/tool`. */
  readonly tool?: string | undefined;
  readonly labels?: readonly string[] | undefined;
}
export const RECEIPT_SHOWN: z.ZodType<ReceiptShown> = z.object({
  id: ULID,
  receipt: z.string(),
  node: ULID,
  kind: z.string(),
  verdict: z.string().optional(),
  outcome: z.string().optional(),
  code: z.string().optional(),
  method: z.string().optional(),
  policyHash: z.string().optional(),
  policies: z.array(z.string()).optional(),
  decisionOf: z.string().optional(),
  tookUs: z.int().optional(),
  gives: z.array(z.string()).optional(),
  costMicros: z.int().optional(),
  time: z.int(),
  isDisclosed: z.boolean(),
  agent: z.string().optional(),
  person: z.string().optional(),
  session: z.string().optional(),
  tool: z.string().optional(),
  labels: z.array(z.string()).optional(),
});

/** Columns of a receipt that are shown. */
export const RECEIPT_COLUMNS = [
  'receipts.id',
  'receipts.origin',
  'receipts.idx',
  'receipts.node',
  'receipts.kind',
  'receipts.verdict',
  'receipts.outcome',
  'receipts.code',
  'receipts.method',
  'receipts.policy_hash',
  'receipts.policies',
  'receipts.decision_of',
  'receipts.took_us',
  'receipts.gives',
  'receipts.cost_micros',
  'receipts.time',
] as const;
/** Columns of its facts that are. */
export const FACT_COLUMNS = [
  'facts.agent',
  'facts.person',
  'facts.session',
  'facts.tool',
  'facts.labels',
  'facts.at',
] as const;

type FactColumns = Pick<FactsRow, 'agent' | 'person' | 'session' | 'tool' | 'labels' | 'at'>;
/** A row of both tables; facts are all `null` where there are none. */
export type ShownRow = Omit<ReceiptRow, 'organisation'> & {
  readonly [Name in keyof FactColumns]: FactColumns[Name] | null;
};

export function shownReceipt(row: ShownRow): ReceiptShown {
  const { id, origin, idx, node, kind, verdict, outcome, code, method, time } = row;
  return {
    id,
    receipt: `${origin}#${idx}`,
    node,
    kind,
    ...present({ verdict, outcome, code, method, policyHash: row.policy_hash }),
    ...(row.policies === null ? {} : { policies: JSON.parse(row.policies) as readonly string[] }),
    ...(row.decision_of === null ? {} : { decisionOf: `${origin}#${row.decision_of}` }),
    ...(row.took_us === null ? {} : { tookUs: row.took_us }),
    ...(row.gives === null ? {} : { gives: JSON.parse(row.gives) as readonly string[] }),
    ...(row.cost_micros === null ? {} : { costMicros: row.cost_micros }),
    time,
    isDisclosed: row.at !== null,
    ...present({ agent: row.agent, person: row.person, session: row.session, tool: row.tool }),
    ...(row.labels === null ? {} : { labels: JSON.parse(row.labels) as readonly string[] }),
  };
}

/** `values` without those that are not there. */
function present<Name extends string>(
  values: Readonly<Record<Name, string | null>>,
): Partial<Record<Name, string>> {
  return Object.fromEntries(
    Object.entries<string | null>(values).filter(([, value]) => value !== null),
  ) as Partial<Record<Name, string>>;
}
