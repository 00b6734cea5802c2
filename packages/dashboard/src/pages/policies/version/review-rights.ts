/** Why somebody cannot review a version, as the server would say. Pure. */
import type { PolicyVersion } from '../policy-data.ts';

/** A sentence; `undefined` where they can, as far as can be seen here. */
export function whyNotReview(
  { status, authors, reviews, replay }: PolicyVersion,
  { canWork, id }: { readonly canWork: boolean; readonly id: string | undefined },
): string | undefined {
  if (status === 'approved') return 'It is approved already: the first answer stands.';
  if (status === 'rejected') return 'It was refused: send a new version with what was asked for.';
  if (id !== undefined && authors.includes(id))
    return 'You wrote it, or what it grew from: somebody else reviews it. Nobody decides about their own.';
  if (!canWork) return 'Reviewing takes the role writer or admin.';
  const isGiven = reviews.some(
    ({ person, verdict, at }) =>
      person === id && verdict === 'approve' && (replay === undefined || at >= replay.at),
  );
  return isGiven ? 'You approved it already: somebody else does too.' : undefined;
}
