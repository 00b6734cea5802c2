/** Whether two answers to one request differ in what they do. Names and texts of policies are not what they do. */
import { canonicalJson, type JsonValue } from '../../kernel/index.ts';
import type { HeldForbid, PolicyOutcome } from '../../model/index.ts';

/** What of an outcome anyone can notice. */
export type Answer = Pick<
  PolicyOutcome,
  'verdict' | 'would' | 'source' | 'determining' | 'obligations' | 'held' | 'needs' | 'parts'
> & { readonly code?: string };

/** Everything that may differ between two answers, the weightiest first. */
export const ANSWER_FIELDS = ['verdict', 'would', 'parts', 'obligations', 'held', 'needs'] as const;
export type AnswerField = (typeof ANSWER_FIELDS)[number];

/**
 * Fields in which the answers differ, none where they do the same. Which policies determined them, their ids and sentences are not compared;
 * of a hold, who may lift it, the quorum and the time are.
 */
export function differingFields(one: Answer, other: Answer): readonly AnswerField[] {
  return ANSWER_FIELDS.filter((field) => {
    const [left, right] = [viewOf(one, field), viewOf(other, field)];
    return left !== right;
  });
}

function viewOf(answer: Answer, field: AnswerField): string {
  switch (field) {
    case 'verdict':
      return answer.verdict;
    case 'would':
      // Where nothing is only watched, what is enforced is what would be.
      return answer.would ?? answer.verdict;
    case 'parts':
      return answer.parts.length === 1 ? '' : answer.parts.map(({ verdict }) => verdict).join(' ');
    case 'obligations':
      return sorted(answer.obligations.map((obligation) => ({ ...obligation })));
    case 'held':
      return sorted(answer.held.map(termsOf));
    case 'needs':
      return sorted(answer.needs);
    default:
      return field satisfies never;
  }
}

function termsOf({ approvers, quorum, timeoutMs }: HeldForbid): JsonValue {
  return [[...approvers].sort(), quorum, timeoutMs ?? null];
}

function sorted(values: readonly JsonValue[]): string {
  return values
    .map((value) => canonicalJson(value))
    .sort()
    .join('\n');
}
