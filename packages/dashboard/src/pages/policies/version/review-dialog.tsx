/** The question before a review: what is approved or refused, and what follows. */
import { useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { answered, api, ifMatch } from '../../../api/index.ts';
import { AgentText, ConfirmDialog, Id, useToast } from '../../../ui/index.ts';
import type { PolicyVersion } from '../policy-data.ts';

export type ReviewVerdict = 'approve' | 'reject';

export function ReviewDialog({
  verdict,
  version,
  tag,
  before,
  onClose,
}: {
  readonly verdict: ReviewVerdict | undefined;
  readonly version: PolicyVersion;
  /** Of the version as it is looked at: what somebody changed meanwhile is not approved. */
  readonly tag: string;
  readonly before: PolicyVersion | undefined;
  readonly onClose: () => void;
}): ReactNode {
  const queries = useQueryClient();
  const toast = useToast();
  const review = async (reason: string): Promise<void> => {
    await answered(
      api.POST('/v1/policy-versions/{version}/reviews', {
        params: { path: { version: version.id }, header: ifMatch(tag) },
        body: { verdict: verdict ?? 'reject', ...(reason === '' ? {} : { reason }) },
      }),
    );
    await queries.invalidateQueries({ queryKey: ['policy_versions'] });
    toast(verdict === 'approve' ? 'Approved' : 'Refused');
  };
  const { passed, failed } = version.cases;
  return (
    <ConfirmDialog
      isOpen={verdict !== undefined}
      onClose={onClose}
      title={
        <>
          {verdict === 'approve' ? 'Approve' : 'Refuse'} this version of{' '}
          <AgentText text={version.name} limit={64} />?
        </>
      }
      verb={verdict === 'approve' ? 'Approve' : 'Refuse'}
      isDangerous={verdict === 'reject'}
      onConfirm={review}
    >
      <p>
        Its content is <Id id={version.hash} label="hash" />; {passed} of {passed + failed} tests pass
        {version.replay !== undefined &&
          `, and ${version.replay.differs} of ${version.replay.same + version.replay.differs} recorded decisions would be others`}
        .
      </p>
      <p className="mt-2">
        {verdict === 'approve'
          ? `With it ${Math.max(0, version.missing - 1)} approvals are missing. ${before === undefined ? 'Nothing of this name is in force yet.' : 'What is in force stays in force.'} An approved version can be signed; nodes take it when it is rolled out.`
          : 'A refusal ends the review. Nothing that is in force changes; the author sends a new version.'}
      </p>
    </ConfirmDialog>
  );
}
