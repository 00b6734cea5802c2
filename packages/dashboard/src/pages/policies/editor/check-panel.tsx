/** What the parser and the tests say of what is written. */
import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { answered, api } from '../../../api/index.ts';
import { AgentText, Badge, ErrorState, Skeleton } from '../../../ui/index.ts';
import type { Checked, Issue, PolicyFile } from '../policy-data.ts';

/** How long one pauses before it is checked, in milliseconds. */
const PAUSE_MS = 350;
const MOST_SHOWN = 50;

/** A check of what was written when one paused last. */
export interface Check {
  readonly data: Checked | undefined;
  readonly problem: unknown;
  /** Whether it is of what is written now. */
  readonly isCurrent: boolean;
  readonly again: UseQueryResult['refetch'];
}

/** Has `files` checked whenever one pauses; what was said before stands until then. */
export function useCheck(files: readonly PolicyFile[], isOn: boolean): Check {
  const [settled, setSettled] = useState(files);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(files), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [files]);
  const { data, error, isPlaceholderData, refetch } = useQuery({
    queryKey: ['policy_check', settled],
    queryFn: () =>
      answered(
        api.POST('/v1/policies/check', {
          body: { files: settled.map(({ path, text }) => ({ path, text })) },
        }),
      ),
    enabled: isOn,
    staleTime: Infinity,
    gcTime: 0,
    placeholderData: (before) => before,
  });
  return { data, problem: error, isCurrent: settled === files && !isPlaceholderData, again: refetch };
}

export function CheckPanel({
  check: { data, problem, isCurrent, again },
  canCheck,
  onGo,
}: {
  readonly check: Check;
  readonly canCheck: boolean;
  readonly onGo: (issue: Issue) => void;
}): ReactNode {
  return (
    <aside
      aria-label="Check"
      aria-busy={!isCurrent}
      className="shrink-0 overflow-y-auto border-t border-line bg-panel p-4 md:w-80 md:border-t-0 md:border-l"
    >
      {!canCheck ? (
        <p className="text-ink-2">
          To check and send policies takes the role writer or admin; this can be read.
        </p>
      ) : problem !== null ? (
        <ErrorState
          what="what the parser says"
          problem={problem}
          works="What you wrote is still here."
          onRetry={() => void again()}
        />
      ) : data === undefined ? (
        <Skeleton label="Checking" rows={4} />
      ) : (
        <Findings data={data} onGo={onGo} />
      )}
    </aside>
  );
}

function Findings({
  data,
  onGo,
}: {
  readonly data: Checked;
  readonly onGo: (issue: Issue) => void;
}): ReactNode {
  const { problems, warnings, policies, cases } = data;
  const failing = cases.filter(({ passed }) => !passed);
  return (
    <>
      <p role="status" className="font-medium">
        {problems.length === 0 ? (
          <span className="text-allow">
            It loads: {policies.length} {policies.length === 1 ? 'policy' : 'policies'}
          </span>
        ) : (
          <span className="text-deny">
            {problems.length === 1 ? 'One error' : `${problems.length} errors`}: it does not load
          </span>
        )}
      </p>
      <Issues issues={problems} onGo={onGo} />
      {warnings.length > 0 && (
        <>
          <h2 className="mt-5 text-sm text-step-up">
            {warnings.length === 1 ? 'One warning' : `${warnings.length} warnings`}
          </h2>
          <Issues issues={warnings} onGo={onGo} />
        </>
      )}
      {problems.length === 0 && (
        <>
          <h2 className="mt-5 text-sm">
            Tests{' '}
            <span className="tabular font-normal text-ink-3">
              {cases.length - failing.length} of {cases.length} pass
            </span>
          </h2>
          {cases.length === 0 && (
            <p className="mt-1 text-sm text-ink-2">None: a version without tests is not approved.</p>
          )}
          <ul className="mt-2 space-y-2 text-sm">
            {[...failing, ...cases.filter(({ passed }) => passed)]
              .slice(0, MOST_SHOWN)
              .map(({ name, passed, failures }, at) => (
                // oxlint-disable-next-line react/no-array-index-key -- names of cases may be the same
                <li key={at}>
                  <Badge tone={passed ? 'good' : 'bad'}>{passed ? 'passes' : 'fails'}</Badge>{' '}
                  <AgentText text={name} limit={120} />
                  {failures.map((failure) => (
                    <span key={failure} className="mt-0.5 block text-deny">
                      <AgentText text={failure} isMultiline limit={300} />
                    </span>
                  ))}
                </li>
              ))}
          </ul>
        </>
      )}
    </>
  );
}

function Issues({
  issues,
  onGo,
}: {
  readonly issues: readonly Issue[];
  readonly onGo: (issue: Issue) => void;
}): ReactNode {
  if (issues.length === 0) return null;
  return (
    <ol className="mt-2 space-y-2 text-sm">
      {issues.slice(0, MOST_SHOWN).map((issue, at) => (
        // oxlint-disable-next-line react/no-array-index-key -- the same may be wrong twice
        <li key={at} className="rounded-md bg-sunken px-3 py-2">
          {issue.file !== undefined && (
            <button
              type="button"
              className="link block break-all text-left font-mono text-xs"
              onClick={() => onGo(issue)}
            >
              <AgentText text={issue.file} limit={120} />
              {issue.line !== undefined && `:${issue.line}:${issue.column ?? 1}`}
            </button>
          )}
          <AgentText text={issue.message} isMultiline limit={500} />
          {issue.hint !== undefined && (
            <span className="mt-1 block text-ink-2">
              <AgentText text={issue.hint} isMultiline limit={300} />
            </span>
          )}
        </li>
      ))}
    </ol>
  );
}
