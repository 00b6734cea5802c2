/** A decision as its entry has it, and as its node disclosed it: read member by member, for whoever wrote it may have written anything. */

type Members = Readonly<Record<string, unknown>>;

/** A policy that took part. */
export interface PolicyNamed {
  readonly id: string;
  readonly contentHash: string;
}

/** A check, and what became of it. */
export interface CheckMade {
  readonly id: string;
  readonly version: string;
  readonly status: string;
  readonly reason?: string;
  readonly mode: string;
}

/** What stands in the clear of a decision, or of the delivery of its result. */
export interface RecordedDecision {
  readonly verdict: string;
  readonly would?: string;
  readonly mode: string;
  readonly source: string;
  readonly code?: string;
  readonly method: string;
  readonly phase: string;
  readonly initiator: string;
  readonly authentication: { readonly method: string; readonly assurance: number };
  readonly determining: readonly PolicyNamed[];
  readonly determiningCount: number;
  readonly errors: readonly { readonly policy: string; readonly code: string }[];
  readonly policyHash: string;
  readonly killEpoch: number;
  readonly policyEpoch: number;
  readonly parts: number;
  readonly obligations: readonly { readonly type: string; readonly names: readonly string[] }[];
  readonly checks: readonly CheckMade[];
  readonly approvals: readonly { readonly hold: string; readonly keyIds: readonly string[] }[];
  readonly held: readonly { readonly contentHash: string; readonly quorum: number }[];
  readonly parent?: string;
  readonly shadow?: { readonly status: string; readonly verdict?: string };
  readonly spentUs: Readonly<Record<string, number>>;
}

/** The decision in `entry`; `undefined` for an entry of another kind. */
export function decisionIn(entry: Members): RecordedDecision | undefined {
  return entry['kind'] === 'decision' ? readDecision(entry['decision']) : undefined;
}

/** How the result of an action was judged, where `entry` is its outcome and says so. */
export function deliveryIn(entry: Members): RecordedDecision | undefined {
  return readDecision(entry['delivery']);
}

/** What an outcome took out of a result, by kind. */
export function redactionsIn(entry: Members): readonly (readonly [kind: string, count: number])[] {
  return Object.entries(membersOf(entry['redactions'])).map(([kind, count]) => [kind, countOf(count)]);
}

/** Microseconds by step, as `entry` has them. */
export function spentIn(entry: Members): Readonly<Record<string, number>> {
  return spentOf(entry['spentUs']);
}

function readDecision(value: unknown): RecordedDecision | undefined {
  if (!isMembers(value)) return undefined;
  const verdict = textOf(value['verdict']);
  if (verdict === undefined) return undefined;
  const authentication = membersOf(value['authentication']);
  const determining = policiesOf(value['determining']);
  const shadow = membersOf(value['shadow']);
  return {
    verdict,
    ...some('would', textOf(value['would'])),
    mode: textOf(value['mode']) ?? 'strict',
    source: textOf(value['source']) ?? 'policy',
    ...some('code', textOf(value['code'])),
    method: textOf(value['method']) ?? 'other',
    phase: textOf(value['phase']) ?? 'call',
    initiator: textOf(value['initiator']) ?? 'agent',
    authentication: {
      method: textOf(authentication['method']) ?? 'none',
      assurance: countOf(authentication['assurance']),
    },
    determining,
    determiningCount: Math.max(determining.length, countOf(value['determiningCount'])),
    errors: listOf(value['errors']).map((one) => ({
      policy: textOf(one['policy']) ?? '',
      code: textOf(one['code']) ?? '',
    })),
    policyHash: textOf(value['policyHash']) ?? '',
    killEpoch: countOf(value['killEpoch']),
    policyEpoch: countOf(value['policyEpoch']),
    parts: countOf(membersOf(value['parts'])['count']),
    obligations: listOf(value['obligations']).map((one) => ({
      type: textOf(one['type']) ?? '',
      names: textsOf(one['names']),
    })),
    checks: listOf(value['checks']).map((one) => ({
      id: textOf(one['id']) ?? '',
      version: textOf(one['version']) ?? '',
      status: textOf(one['status']) ?? '',
      ...some('reason', textOf(one['reason'])),
      mode: textOf(one['mode']) ?? '',
    })),
    approvals: listOf(value['approvals']).map((one) => ({
      hold: textOf(one['hold']) ?? '',
      keyIds: textsOf(one['keyIds']),
    })),
    held: listOf(value['held']).map((one) => ({
      contentHash: textOf(one['contentHash']) ?? '',
      quorum: Math.max(1, countOf(one['quorum'])),
    })),
    ...some('parent', textOf(value['parent'])),
    ...(isMembers(value['shadow'])
      ? {
          shadow: {
            status: textOf(shadow['status']) ?? '',
            ...some('verdict', textOf(shadow['verdict'])),
          },
        }
      : {}),
    spentUs: spentOf(value['spentUs']),
  };
}

function policiesOf(value: unknown): readonly PolicyNamed[] {
  return listOf(value).map((one) => ({
    id: textOf(one['id']) ?? '',
    contentHash: textOf(one['contentHash']) ?? '',
  }));
}

function spentOf(value: unknown): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(membersOf(value)).filter(
      (pair): pair is [string, number] => Number.isSafeInteger(pair[1]) && (pair[1] as number) >= 0,
    ),
  );
}

/** The members of `value`; none of what is no object. */
export function membersOf(value: unknown): Members {
  return isMembers(value) ? value : {};
}

/** The objects in the list `value`. */
export function listOf(value: unknown): readonly Members[] {
  return Array.isArray(value) ? (value as readonly unknown[]).filter(isMembers) : [];
}

/** The texts in the list `value`. */
export function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value)
    ? (value as readonly unknown[]).filter((one): one is string => typeof one === 'string')
    : [];
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function countOf(value: unknown): number {
  return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : 0;
}

/** A member that is there, or none. */
export function some<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): { readonly [Key in Name]?: Value } {
  return (value === undefined ? {} : { [name]: value }) as { readonly [Key in Name]?: Value };
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
