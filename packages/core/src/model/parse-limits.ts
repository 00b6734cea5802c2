/** Reads declared limits. What cannot be understood is an error: a limit that means nothing would mean unlimited. */
import { type ZodType, z } from 'zod';
import { Fault } from '../kernel/index.ts';
import {
  LIMIT_KINDS,
  LIMIT_MEASURES,
  LIMIT_SUBJECTS,
  type LimitDeclaration,
  type LimitFact,
  type LimitKey,
  type LimitKind,
  type LimitMeasure,
  MAX_LIMIT_AMOUNT,
  MAX_LIMITS,
  MICROS,
  missingFacts,
  missingReason,
} from './limits.ts';
import { reducedRate } from './limit-account.ts';
import { parseNoun } from './parse.ts';

const DURATION_UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};
/** Words that Cedar does not take as the name of an attribute after a dot. */
const RESERVED: ReadonlySet<string> = new Set([
  'true',
  'false',
  'if',
  'then',
  'else',
  'in',
  'is',
  'like',
  'has',
]);
const MAX_ACTIONS = 256;
const MAX_KEYS = 8;

const quantity = z.union([z.number(), z.string()]);
const keySchema: ZodType<LimitKey> = z.union([
  z.enum(LIMIT_SUBJECTS),
  z
    .string()
    .max(256)
    .regex(
      /^context\.(?:args(?:\.[A-Za-z_][A-Za-z0-9_]{0,63}){1,8}|user\.id|session\.id|purpose)$/,
      `is none of ${LIMIT_SUBJECTS.join(', ')}, context.args.…, context.user.id, context.session.id, context.purpose`,
    ) as unknown as ZodType<`context.${string}`>,
]);

const raw = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,39}$/, 'is not a name of lower-case letters, digits and `_`, at most 40')
    .refine((id) => !RESERVED.has(id), 'is a word of the policy language'),
  kind: z.enum(LIMIT_KINDS),
  measure: z.enum(LIMIT_MEASURES).optional(),
  key: z.array(keySchema).max(MAX_KEYS).optional(),
  actions: z
    .union([z.literal('all'), z.array(z.string().min(1).max(256)).min(1).max(MAX_ACTIONS)])
    .optional(),
  amount: quantity.optional(),
  per: quantity.optional(),
  burst: quantity.optional(),
  per_call: quantity.optional(),
  reserve: quantity.optional(),
  across: z.literal('fleet').optional(),
});
type Raw = z.infer<typeof raw>;

/** What each kind counts, may count, is kept for, and needs. */
const RULES: Readonly<
  Record<
    LimitKind,
    {
      readonly measures: readonly LimitMeasure[];
      readonly key: readonly LimitKey[];
      readonly amount: 'needed' | 'or per_call';
      readonly per: 'needed' | 'optional' | 'none';
    }
  >
> = {
  rate: { measures: ['calls', 'tokens'], key: ['principal'], amount: 'needed', per: 'needed' },
  quota: { measures: [...LIMIT_MEASURES], key: ['principal'], amount: 'needed', per: 'needed' },
  budget: { measures: ['cost'], key: ['principal'], amount: 'needed', per: 'optional' },
  concurrency: { measures: ['calls'], key: ['principal'], amount: 'needed', per: 'none' },
  tokens: { measures: ['tokens'], key: ['session'], amount: 'or per_call', per: 'optional' },
  calls: { measures: ['calls'], key: ['session'], amount: 'needed', per: 'optional' },
  cost: { measures: ['cost'], key: ['session'], amount: 'or per_call', per: 'optional' },
  time: { measures: ['time'], key: ['session'], amount: 'or per_call', per: 'optional' },
};

/**
 * The limits in `value`, a list of objects. Throws `policy.limit`, naming `place` and the path of what cannot be understood, and for a limit on a fact
 * that neither every action has nor `supplied` names.
 */
export function parseLimits(
  value: unknown,
  place: string,
  supplied: ReadonlySet<LimitFact> = new Set(),
): readonly LimitDeclaration[] {
  const items = parseNoun(z.array(raw).max(MAX_LIMITS), value, 'policy.limit', place);
  const seen = new Set<string>();
  return items.map((item, index) => {
    const refuse = (field: string, problem: string): never => {
      const path = `[${index}]${field === '' ? '' : `.${field}`}`;
      throw new Fault('policy.limit', `${place} at \`${path}\`: limit \`${item.id}\` ${problem}`, { path });
    };
    if (seen.has(item.id)) refuse('id', 'is declared twice');
    seen.add(item.id);
    const declaration = declare(item, refuse);
    const [missing] = missingFacts(declaration, supplied);
    if (missing !== undefined) refuse('', missingReason(missing));
    return declaration;
  });
}

type Refuse = (field: string, problem: string) => never;

function declare(item: Raw, refuse: Refuse): LimitDeclaration {
  const rule = RULES[item.kind];
  const measure: LimitMeasure = item.measure ?? rule.measures[0] ?? 'calls';
  if (!rule.measures.includes(measure)) refuse('measure', `cannot count \`${measure}\` as a ${item.kind}`);
  const amounts = amountsOf(item, measure, refuse);
  const perMs = item.per === undefined ? undefined : duration(item.per, 'per', refuse);
  if (rule.per === 'needed' && perMs === undefined) refuse('per', 'does not say `per` which time');
  if (rule.per === 'none' && perMs !== undefined)
    refuse('per', 'counts what runs at once, which has no `per`');
  if (perMs === 0) refuse('per', 'has a `per` of no time');
  if (amounts.amount === undefined && (rule.amount === 'needed' || amounts.perCall === undefined))
    refuse('amount', rule.amount === 'needed' ? 'has no `amount`' : 'has neither `amount` nor `per_call`');
  requireTogether(item, amounts, measure, refuse);
  if (item.kind === 'rate' && perMs !== undefined) requireExact(amounts, perMs, refuse);
  if (item.across === 'fleet' && (item.kind === 'concurrency' || amounts.amount === undefined))
    refuse('across', 'cannot be counted across a fleet: a call under way belongs to its node');
  const key = item.key ?? rule.key;
  if (new Set(key).size !== key.length) refuse('key', 'names a key twice');
  return {
    id: item.id,
    kind: item.kind,
    measure,
    key,
    actions: item.actions === undefined ? ['tools/call'] : item.actions,
    ...amounts,
    ...(perMs === undefined ? {} : { perMs }),
    ...(item.across === undefined ? {} : { across: item.across }),
  };
}

type Amounts = Pick<LimitDeclaration, 'amount' | 'burst' | 'perCall' | 'reserve'>;

function amountsOf(item: Raw, measure: LimitMeasure, refuse: Refuse): Amounts {
  const read = (field: 'amount' | 'burst' | 'per_call' | 'reserve'): number | undefined => {
    const value = item[field];
    return value === undefined ? undefined : amountIn(value, measure, field, refuse);
  };
  const [amount, burst, perCall, reserve] = [
    read('amount'),
    read('burst'),
    read('per_call'),
    read('reserve'),
  ];
  return {
    ...(amount === undefined ? {} : { amount }),
    ...(burst === undefined ? {} : { burst }),
    ...(perCall === undefined ? {} : { perCall }),
    ...(reserve === undefined ? {} : { reserve }),
  };
}

/** Fields that mean nothing together are refused: whoever wrote them meant something. */
function requireTogether(item: Raw, amounts: Amounts, measure: LimitMeasure, refuse: Refuse): void {
  const { amount, burst, perCall, reserve } = amounts;
  if (burst !== undefined && item.kind !== 'rate') refuse('burst', 'is no rate and has no `burst`');
  if (perCall !== undefined && measure === 'calls') refuse('per_call', 'counts calls, so `per_call` is one');
  if (reserve !== undefined && measure === 'calls')
    refuse('reserve', 'counts calls and takes one for each, so it has no `reserve`');
  if (reserve !== undefined && amount === undefined)
    refuse('reserve', 'has no `amount` to take a `reserve` from');
  if (reserve !== undefined && perCall !== undefined && reserve > perCall)
    refuse('reserve', 'takes more in `reserve` than `per_call` lets one call need');
  if (reserve === 0) refuse('reserve', 'has a `reserve` of nothing, so that calls at once could pass it');
}

/** A bucket is counted in fractions of its amount; those must be whole numbers too. */
function requireExact({ amount = 0, burst = amount }: Amounts, perMs: number, refuse: Refuse): void {
  const { per } = reducedRate(amount, perMs);
  if (burst * per > MAX_LIMIT_AMOUNT)
    refuse('per', 'cannot be counted exactly; use rounder numbers, a shorter time or a quota');
}

function amountIn(value: number | string, measure: LimitMeasure, field: string, refuse: Refuse): number {
  if (measure === 'time') return duration(value, field, refuse);
  const text = typeof value === 'number' ? String(value) : value.trim();
  const match = /^([0-9]{1,15})(?:\.([0-9]{1,6}))?$/.exec(text);
  const isWhole = match?.[2] === undefined;
  if (match === null || (measure !== 'cost' && !isWhole)) {
    const expected = measure === 'cost' ? 'a decimal of at most 6 places' : 'a whole number';
    return refuse(field, `has \`${text.slice(0, 40)}\` as \`${field}\`, which is not ${expected} from 0 on`);
  }
  const amount =
    measure === 'cost'
      ? Number(match[1]) * MICROS + Number((match[2] ?? '').padEnd(6, '0'))
      : Number(match[1]);
  return bounded(amount, field, refuse);
}

/** `90s`, `1.5h` is refused; a bare number is milliseconds. */
function duration(value: number | string, field: string, refuse: Refuse): number {
  const text = typeof value === 'number' ? `${value}ms` : value.trim();
  const match = /^([0-9]{1,15}) ?(ms|[smhdw])$/.exec(text);
  const unit = DURATION_UNITS[match?.[2] ?? ''];
  if (match === null || unit === undefined) {
    return refuse(
      field,
      `has \`${String(value).slice(0, 40)}\` as \`${field}\`, which is not a whole number with ms, s, m, h, d or w`,
    );
  }
  return bounded(Number(match[1]) * unit, field, refuse);
}

function bounded(amount: number, field: string, refuse: Refuse): number {
  return amount <= MAX_LIMIT_AMOUNT
    ? amount
    : refuse(field, `has a \`${field}\` above ${MAX_LIMIT_AMOUNT}, which cannot be counted exactly`);
}
