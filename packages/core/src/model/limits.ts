/** Limits that a policy set declares: how much may be used, of what, by whom, in which time. */

/**
 * Every kind of limit. `rate`: a token bucket. `quota`: so much in each fixed window. `budget`: so much money. `concurrency`: so many at once.
 * `tokens`, `calls`, `cost`, `time`: so much in a session, or in one call.
 */
export const LIMIT_KINDS = [
  'rate',
  'quota',
  'budget',
  'concurrency',
  'tokens',
  'calls',
  'cost',
  'time',
] as const;
export type LimitKind = (typeof LIMIT_KINDS)[number];

/** What is counted. Amounts are whole: calls, tokens, millionths of the currency unit for `cost`, milliseconds for `time`. */
export const LIMIT_MEASURES = ['calls', 'tokens', 'cost', 'time'] as const;
export type LimitMeasure = (typeof LIMIT_MEASURES)[number];

/** Millionths in one unit of currency: what amounts of `cost` are counted in. */
export const MICROS = 1_000_000;

/** What a limit can be kept for, besides paths of the context. `principal`: each agent of the delegation chain by itself. */
export const LIMIT_SUBJECTS = ['principal', 'person', 'tool', 'server', 'session', 'team', 'org'] as const;
/** One of {@link LIMIT_SUBJECTS}, or a path of the context: `context.args.customer`, `context.purpose`. */
export type LimitKey = (typeof LIMIT_SUBJECTS)[number] | `context.${string}`;

/** Something that a limit needs: a measure, what it is kept for, or a side that a fleet shares. */
export type LimitFact = LimitMeasure | LimitKey | 'fleet';

/** Facts that every action has; all others must come from a configured face. */
export const ALWAYS_SUPPLIED: ReadonlySet<LimitFact> = new Set<LimitFact>([
  'calls',
  'time',
  'principal',
  'tool',
  'server',
  'session',
  'context.session.id',
]);

/** Every fact there is: for limits that are read where nobody knows yet which face will supply what. */
export const EVERY_LIMIT_FACT: ReadonlySet<LimitFact> = new Set<LimitFact>([
  ...LIMIT_MEASURES,
  ...LIMIT_SUBJECTS,
  'context.user.id',
  'context.session.id',
  'context.purpose',
  'fleet',
]);

/** A limit as declared. */
export interface LimitDeclaration {
  /** `[a-z][a-z0-9_]{0,39}`, unique in its set: `context.limits.<id>` in policies, `limit:<id>` in decisions. */
  readonly id: string;
  readonly kind: LimitKind;
  readonly measure: LimitMeasure;
  /** What is counted apart from what else; empty counts everything together. Unique, in the order of declaration. */
  readonly key: readonly LimitKey[];
  /** Methods and tools that count: `tools/call`, `files/write_file`; `all` counts every part of every call. */
  readonly actions: 'all' | readonly string[];
  /** How much, at least 0; absent where only single calls are limited. */
  readonly amount?: number;
  /** A rate refills `amount` in this time; all others begin anew with each multiple of it since 1970. Absent: never. Milliseconds. */
  readonly perMs?: number;
  /** Largest amount a rate saves up; absent means `amount`. */
  readonly burst?: number;
  /** Most that one call may need, and for `time` the deadline it runs under. */
  readonly perCall?: number;
  /**
   * What a call takes before it runs, where nothing says what it will need; absent means `perCall`, and without that all that remains, so that
   * such calls run one after another.
   */
  readonly reserve?: number;
  /**
   * Counted over all nodes of a fleet, which take shares of it from a side they have in common; absent: over every process on one data folder.
   * A node that is gone takes its share with it, as used.
   */
  readonly across?: 'fleet';
}

/** What stands to a limit for one call: of its accounts, the one nearest to its end. Whole units of the limit's measure. */
export interface LimitStanding {
  readonly limit: number;
  readonly used: number;
  readonly remaining: number;
  /** Whether the call needs more than remains. */
  readonly exceeded: boolean;
  /** When what the call needs, or all of it, is there again: milliseconds since 1970. Absent where no time brings it. */
  readonly resets?: number;
}

/** Most limits in one set: each is read, reserved and settled with each call it applies to. */
export const MAX_LIMITS = 64;
/** Largest amount, and largest duration in milliseconds: sums of a few of them are still exact. */
export const MAX_LIMIT_AMOUNT: number = 2 ** 50;

/** Those facts that a limit needs and that neither every action has nor a face supplies. Arguments are judged with each call and count as supplied. */
export function missingFacts(
  { measure, key, across }: LimitDeclaration,
  supplied: ReadonlySet<LimitFact>,
): readonly LimitFact[] {
  return [measure, ...key, ...(across === undefined ? [] : [across])].filter(
    (fact) => !ALWAYS_SUPPLIED.has(fact) && !supplied.has(fact) && !fact.startsWith('context.args.'),
  );
}

/** Why a limit that needs `fact` cannot hold. */
export function missingReason(fact: LimitFact): string {
  if (fact === 'fleet') return 'is counted across a fleet, and no side that the nodes share is configured';
  return `is on \`${fact}\`, which no configured face supplies`;
}
