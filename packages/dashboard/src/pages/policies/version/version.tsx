/** One version: what it changes, what was said of it, and how far it goes. */
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { PageLink, useParam } from '../../../router/index.ts';
import {
  AgentText,
  Button,
  buttonClass,
  ErrorState,
  Id,
  PageHead,
  Skeleton,
  Tabs,
  Time,
  useTitle,
} from '../../../ui/index.ts';
import { BUNDLES, ROLLOUTS, usePersonName, usePolicyRights, versionOf, VERSIONS } from '../policy-data.ts';
import { RollOut } from '../rollout/index.ts';
import { inForceOf, standingsOf } from '../standing.ts';
import { VersionState } from '../version-state.tsx';
import { Changes } from './changes.tsx';
import { Files } from './files.tsx';
import { ReviewDialog, type ReviewVerdict } from './review-dialog.tsx';
import { whyNotReview } from './review-rights.ts';
import { Reviews } from './reviews.tsx';

export function VersionPage(): ReactNode {
  const id = useParam('version');
  const { data: read, error, refetch } = useQuery(versionOf(id));
  const { data: versions = [] } = useQuery(VERSIONS);
  const { data: bundles = [] } = useQuery(BUNDLES);
  const { data: rollouts = [] } = useQuery(ROLLOUTS);
  const standings = useMemo(() => standingsOf(rollouts, bundles), [rollouts, bundles]);
  const nameOf = usePersonName();
  const rights = usePolicyRights();
  const [asked, setAsked] = useState<ReviewVerdict>();
  const version = read?.data;
  useTitle(version === undefined ? 'Policy version' : `${version.name}: policy version`);
  const whyNot = version === undefined ? '' : whyNotReview(version, rights);
  useReviewKeys(whyNot === undefined && asked === undefined, setAsked);
  if (version === undefined || read === undefined)
    return (
      <>
        <PageHead title="Policy version" />
        {error === null ? (
          <Skeleton label="Loading the version" rows={8} />
        ) : (
          <ErrorState
            what="this version"
            problem={error}
            works="The list of versions works."
            onRetry={() => void refetch()}
          />
        )}
      </>
    );
  const before = inForceOf(version, versions, standings);
  return (
    <>
      <PageHead
        title={<AgentText text={version.name} limit={64} />}
        actions={
          <>
            {rights.canWork && (
              <PageLink to="/policies/edit" search={{ from: version.id }} className={buttonClass('plain')}>
                Edit as a new version
              </PageLink>
            )}
            {whyNot === undefined && (
              <>
                <Button onClick={() => setAsked('reject')} aria-keyshortcuts="d" title="d">
                  Refuse
                </Button>
                <Button kind="main" onClick={() => setAsked('approve')} aria-keyshortcuts="a" title="a">
                  Approve
                </Button>
              </>
            )}
          </>
        }
      >
        <span className="inline-flex flex-wrap items-center gap-x-3 gap-y-1">
          <VersionState version={version} standings={standings.get(version.id)} />
          <span>
            content <Id id={version.hash} label="hash" />
          </span>
          <span>
            by <AgentText text={version.authors.map(nameOf).join(', ')} limit={120} />,{' '}
            <Time at={version.created} />
          </span>
        </span>
      </PageHead>
      {version.note !== undefined && (
        <p className="border-b border-line px-4 py-2 text-ink-2">
          <AgentText text={version.note} isMultiline limit={500} />
        </p>
      )}
      <Tabs
        label="Parts of the version"
        tabs={[
          {
            id: 'review',
            label: 'Tests and review',
            content: <Reviews version={version} whyNot={whyNot} />,
          },
          { id: 'changes', label: 'Changes', content: <Changes version={version} before={before} /> },
          { id: 'files', label: 'Files', content: <Files version={version.id} /> },
          { id: 'rollout', label: 'Roll-out', content: <RollOut version={version} /> },
        ]}
      />
      <ReviewDialog
        verdict={asked}
        version={version}
        tag={read.tag}
        before={before}
        onClose={() => setAsked(undefined)}
      />
    </>
  );
}

/** `a` approves and `d` refuses, each with its question. */
function useReviewKeys(isOn: boolean, ask: (verdict: ReviewVerdict) => void): void {
  useEffect(() => {
    if (!isOn) return undefined;
    const onKey = (event: KeyboardEvent): void => {
      const verdict = event.key === 'a' ? 'approve' : event.key === 'd' ? 'reject' : undefined;
      const isTaken =
        event.metaKey ||
        event.ctrlKey ||
        event.altKey ||
        event.defaultPrevented ||
        (event.target instanceof HTMLElement &&
          event.target.closest(
            'input, textarea, select, [contenteditable], [role=dialog], [role=alertdialog], [role=menu]',
          ) !== null);
      if (verdict === undefined || isTaken) return;
      event.preventDefault();
      ask(verdict);
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [isOn, ask]);
}
