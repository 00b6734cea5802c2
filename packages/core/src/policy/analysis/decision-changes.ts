/** Decisions that change between two answers, grouped by how they change. Memory is bounded whatever is counted. */
import type { PolicyQuery, Verdict } from '../../model/index.ts';
import { type Answer, type AnswerField, differingFields } from './outcome-difference.ts';

/** One decision that changes. */
export interface DecisionChange {
  readonly query: PolicyQuery;
  readonly from: Answer;
  readonly to: Answer;
  readonly fields: readonly AnswerField[];
  /** Index of the record it was read from; absent for a generated request. */
  readonly index?: number;
}

/** Decisions that change alike. */
export interface ChangeGroup {
  readonly from: Verdict;
  readonly to: Verdict;
  /** What a verdict would be if everything were enforced, where it is that which changes. */
  readonly fields: readonly AnswerField[];
  /** Ids of policies that determined the answer before and now, sorted. */
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly count: number;
  readonly examples: readonly DecisionChange[];
}

/** Groups that are kept apart; what comes after them is counted as one. */
const MAX_GROUPS = 200;
const DEFAULT_EXAMPLES = 3;

/** Counts decisions that change. */
export interface ChangeCounter {
  /** Compares two answers to `query`. */
  add(query: PolicyQuery, from: Answer, to: Answer, index?: number): void;
  readonly compared: number;
  readonly changed: number;
  /** The weightiest change first: what was denied and is not any more, then by count. */
  groups(): readonly ChangeGroup[];
}

/** A counter that keeps `examples` of each group, by default 3. */
export function createChangeCounter(examples: number = DEFAULT_EXAMPLES): ChangeCounter {
  const groups = new Map<string, Counted>();
  let [compared, changed] = [0, 0];
  return {
    get compared() {
      return compared;
    },
    get changed() {
      return changed;
    },
    add(query, from, to, index) {
      compared += 1;
      const kind = changeKind(from, to);
      if (kind.fields.length === 0) return;
      changed += 1;
      const key = changeKey(kind);
      const counted = groups.get(key) ?? groups.get(groups.size < MAX_GROUPS ? key : REST) ?? newGroup(kind);
      groups.set(groups.has(key) || groups.size < MAX_GROUPS ? key : REST, counted);
      counted.count += 1;
      if (counted.examples.length >= examples) return;
      counted.examples.push({
        query,
        from,
        to,
        fields: kind.fields,
        ...(index === undefined ? {} : { index }),
      });
    },
    groups: () =>
      [...groups.values()]
        .map(({ kind, count, examples: kept }) => ({ ...kind, count, examples: kept }))
        .sort((one, other) => weight(other) - weight(one) || other.count - one.count),
  };
}

interface Counted {
  readonly kind: ChangeKind;
  count: number;
  readonly examples: DecisionChange[];
}

/** How a decision changes. */
export type ChangeKind = Omit<ChangeGroup, 'count' | 'examples'>;

/** How the answer changes from `from` to `to`. */
export function changeKind(from: Answer, to: Answer): ChangeKind {
  return {
    from: from.verdict,
    to: to.verdict,
    fields: differingFields(from, to),
    before: idsOf(from),
    after: idsOf(to),
  };
}

/** Equal for changes of one kind. */
export function changeKey(kind: ChangeKind): string {
  return JSON.stringify(kind);
}

/** Stands for all groups that there are too many of. */
const REST = 'rest';

function newGroup(kind: ChangeKind): Counted {
  return { kind, count: 0, examples: [] };
}

/** What opens is looked at first. */
function weight({ from, to }: ChangeGroup): number {
  const isOpen = (verdict: Verdict): boolean => verdict === 'allow' || verdict === 'modify';
  return isOpen(to) && !isOpen(from) ? 2 : isOpen(from) !== isOpen(to) ? 1 : 0;
}

function idsOf({ determining }: Answer): readonly string[] {
  return [...new Set(determining.map(({ id }) => id))].sort();
}
