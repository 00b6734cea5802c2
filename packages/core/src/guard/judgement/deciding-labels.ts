/** Which labels of a session an answer is owed to: asked again without them, and the answer compared. */
import { type PolicyDecisionPoint, type Verdict, VERDICTS } from '../../model/index.ts';
import type { Asked } from './asked.ts';

/** Most labels that are tried; a session with more is rare, and each is one more question. */
const MAX_TRIED = 16;

/**
 * Labels that the session carries and without which the answer to `asked` would have been milder: as few as suffice. None where it permits, or where labels
 * changed nothing. INVARIANT: the answer stands as it is, whatever comes of this.
 */
export function decidingLabels(
  pdp: PolicyDecisionPoint,
  { query, outcome }: Pick<Asked, 'query' | 'outcome'>,
): readonly string[] {
  const { session } = query.context;
  const said = rank(outcome.would ?? outcome.verdict);
  const tried = session.labels.slice(0, MAX_TRIED);
  if (tried.length === 0 || said <= rank('modify')) return [];
  const rest = session.labels.slice(MAX_TRIED);
  const isMilderWith = (labels: readonly string[]): boolean => {
    const other = pdp.decide({
      ...query,
      context: { ...query.context, session: { ...session, labels: [...labels, ...rest] } },
    });
    return rank(other.would ?? other.verdict) < said;
  };
  if (!isMilderWith([])) return [];
  // Each that can stay, stays.
  const kept: string[] = [];
  for (const label of tried) if (isMilderWith([...kept, label])) kept.push(label);
  return tried.filter((label) => !kept.includes(label));
}

function rank(verdict: Verdict): number {
  return VERDICTS.indexOf(verdict);
}
