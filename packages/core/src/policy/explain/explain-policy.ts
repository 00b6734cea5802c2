/** One policy before one request: whether it applies, and what is in the way. */
import type { Expression } from '../language/index.ts';
import { levelKey } from '../language/index.ts';
import { type Asking, valueOf } from './asking.ts';
import { type Requirement, requirementsOf } from './requirements.ts';
import { wishFor } from './wish.ts';

/** A policy in an explanation. The sentence may quote values of the request: for the operator's eyes only. */
export interface ExplainedPolicy {
  readonly id: string;
  readonly contentHash: string;
  readonly effect: 'permit' | 'forbid';
  /** `organisation`, `team:research`, `agent:bot`. */
  readonly level: string;
  readonly file: string;
  readonly line: number;
  readonly status: 'applies' | 'fails' | 'errs';
  /** Requirements that do not hold; 0 where it applies. */
  readonly failing: number;
  /** One line: what it does, or would do if what were otherwise. */
  readonly sentence: string;
}

/** An explained policy and what was looked at for it. */
export interface PolicyInspection {
  readonly explained: ExplainedPolicy;
  /** Whether its action scope covers the action. */
  readonly isAbout: boolean;
  /** Expressions that were evaluated, up to the first that did not hold. */
  readonly looked: readonly Expression[];
}

/** Inspects `asking.policy`. */
export function inspectPolicy(asking: Asking): PolicyInspection {
  const requirements = requirementsOf(asking.policy.tree);
  const states = requirements.map((requirement) => stateOf(asking, requirement));
  const first = states.findIndex(({ holds }) => !holds);
  // That the action is the one asked for is no news.
  const looked = requirements
    .slice(0, first < 0 ? undefined : first + 1)
    .filter(({ part }) => part !== 'action')
    .map(({ expression }) => expression);
  const isAbout = states.every(({ holds }, index) => holds || requirements[index]?.part !== 'action');
  const failed = first < 0 ? undefined : requirements[first];
  const error = states[first]?.error;
  // What fails behind a test that does not hold is not known to fail: Cedar would not have looked at it.
  const failing = states.filter(
    ({ holds, error: fault }, index) => !holds && (fault === undefined || index === first),
  ).length;
  const unknown = states.filter(({ error: fault }, index) => fault !== undefined && index > first).length;
  const { id, contentHash, effect, level, place } = asking.policy;
  const status = failed === undefined ? 'applies' : error === undefined ? 'fails' : 'errs';
  return {
    explained: {
      id,
      contentHash,
      effect,
      level: levelKey(level),
      file: place.file,
      line: place.line,
      status,
      failing,
      sentence:
        failed === undefined
          ? appliesSentence(asking, requirements)
          : error === undefined
            ? failsSentence(asking, failed, { others: failing - 1, unknown })
            : `\`${id}\` could not be evaluated: ${error}`,
    },
    isAbout,
    looked,
  };
}

interface State {
  readonly holds: boolean;
  readonly error?: string;
}

function stateOf(asking: Asking, { expression, truth }: Requirement): State {
  const found = valueOf(asking, expression);
  return found.status === 'error' ? { holds: false, error: found.message } : { holds: found.value === truth };
}

interface Rest {
  /** Other requirements that do not hold. */
  readonly others: number;
  /** Those that cannot be looked at before this one holds: `context.args.n == 3` where there is no `n`. */
  readonly unknown: number;
}

function failsSentence(
  asking: Asking,
  { expression, truth }: Requirement,
  { others, unknown }: Rest,
): string {
  const { clause, finding } = wishFor(asking, expression, truth);
  const told = [
    ...(others === 0 ? [] : [`${others} more ${others === 1 ? 'condition does' : 'conditions do'} not hold`]),
    ...(unknown === 0 ? [] : [`${unknown} more cannot be judged before`]),
  ];
  const more = told.length === 0 ? '' : ` (and ${told.join('; ')})`;
  return `\`${asking.policy.id}\` would ${verbOf(asking)} if ${clause}; ${finding}${more}`;
}

/** A forbid that applies says what would make it not apply: its last condition, which is mostly the one that tells. */
function appliesSentence(asking: Asking, requirements: readonly Requirement[]): string {
  const { id, effect } = asking.policy;
  const does = `\`${id}\` ${thirdPerson(verbOf(asking))}`;
  if (effect === 'permit') return `${does} it`;
  const telling = requirements.findLast(({ part }) => part === 'condition');
  if (telling === undefined) return `${does} it, without any condition`;
  const { clause, finding } = wishFor(asking, telling.expression, !telling.truth);
  return `${does} it; it would not if ${clause}; ${finding}`;
}

function verbOf({ policy }: Asking): string {
  if (policy.effect === 'permit') return 'permit';
  switch (policy.verdict) {
    case 'step_up':
      return 'ask for an approval';
    case 'defer':
      return 'wait for more context';
    case undefined:
      return 'forbid';
    default:
      return policy.verdict satisfies never;
  }
}

function thirdPerson(verb: string): string {
  const [first = '', ...rest] = verb.split(' ');
  return [`${first}s`, ...rest].join(' ');
}
