/** What a version changes against what is in force: policies by id, and lines. */
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useId, useMemo } from 'react';
import { AgentText, EmptyState, ErrorState, Id, Skeleton } from '../../../ui/index.ts';
import { changedPolicies, diffFiles, type FileDiff } from '../diff.ts';
import { filesOf, type PolicyVersion } from '../policy-data.ts';

export function Changes({
  version,
  before,
}: {
  readonly version: PolicyVersion;
  readonly before: PolicyVersion | undefined;
}): ReactNode {
  const { data: after, error, refetch } = useQuery(filesOf(version.id));
  const { data: old, error: oldError } = useQuery(filesOf(before?.id));
  const was = before === undefined ? NOTHING : old;
  const files = useMemo(
    () => (was === undefined || after === undefined ? [] : diffFiles(was, after)),
    [was, after],
  );
  const policies = useMemo(
    () => (was === undefined || after === undefined ? undefined : changedPolicies(was, after)),
    [was, after],
  );
  const problem = error ?? oldError;
  if (policies === undefined)
    return problem === null ? (
      <Skeleton label="Loading what changes" />
    ) : (
      <ErrorState what="what changes" problem={problem} onRetry={() => void refetch()} />
    );
  if (files.length === 0)
    return (
      <EmptyState title="Nothing changes">Its files are those of the version that is in force.</EmptyState>
    );
  return (
    <div className="space-y-4 overflow-y-auto p-4">
      <p className="text-ink-2">
        {before === undefined ? (
          'No version of this name is in force: everything is new.'
        ) : (
          <>
            Against the version in force, <Id id={before.hash} label="hash" />.
          </>
        )}
      </p>
      <dl className="grid gap-x-6 gap-y-1 sm:grid-cols-[auto_minmax(0,1fr)]">
        <Ids name="Policies added" ids={policies.added} className="text-allow" />
        <Ids name="changed" ids={policies.changed} className="text-step-up" />
        <Ids name="removed" ids={policies.removed} className="text-deny" />
      </dl>
      {files.map((file) => (
        <FileChanges key={file.path} file={file} />
      ))}
    </div>
  );
}

const NOTHING: readonly never[] = [];

function Ids({
  name,
  ids,
  className,
}: {
  readonly name: string;
  readonly ids: readonly string[];
  readonly className: string;
}): ReactNode {
  return (
    <>
      <dt className="text-sm text-ink-3">
        {name} <span className="tabular">({ids.length})</span>
      </dt>
      <dd className={`min-w-0 font-mono text-sm ${className}`}>
        {ids.length === 0 ? (
          <span className="text-ink-3">none</span>
        ) : (
          <AgentText text={ids.join(', ')} limit={2_000} />
        )}
      </dd>
    </>
  );
}

const LOOKS = {
  same: ['', ' '],
  added: ['bg-allow-ground', '+'],
  removed: ['bg-deny-ground', '−'],
} as const;
/** Lines that stayed, shown beside those that did not. */
const CONTEXT = 3;
const MOST_LINES = 2_000;

function FileChanges({ file: { path, lines } }: { readonly file: FileDiff }): ReactNode {
  const id = useId();
  const near = lines.map((_, at) =>
    lines.slice(Math.max(0, at - CONTEXT), at + CONTEXT + 1).some(({ kind }) => kind !== 'same'),
  );
  const shown = lines.map((line, at) => ({ line, at })).filter(({ at }) => near[at] === true);
  return (
    <section className="overflow-hidden rounded-lg border border-line bg-panel">
      <h2 id={id} className="border-b border-line px-3 py-1.5 font-mono text-sm font-medium">
        <AgentText text={path} limit={120} />
      </h2>
      <div className="overflow-x-auto" tabIndex={0} role="region" aria-labelledby={id}>
        <table className="w-full font-mono text-sm">
          <tbody>
            {shown.slice(0, MOST_LINES).map(({ line, at }, row) => {
              const [ground, sign] = LOOKS[line.kind];
              const isApart = row > 0 && shown[row - 1]?.at !== at - 1;
              return (
                <tr key={at} className={`${ground} ${isApart ? 'border-t border-line-strong' : ''}`}>
                  <td className="w-10 px-2 text-right text-ink-3 select-none">{line.before ?? ''}</td>
                  <td className="w-10 px-2 text-right text-ink-3 select-none">{line.after ?? ''}</td>
                  <td className="w-5 text-center">
                    <span aria-hidden="true">{sign}</span>
                    {line.kind !== 'same' && <span className="sr-only">{line.kind}:</span>}
                  </td>
                  <td className="pr-3">
                    {line.text === '' ? ' ' : <AgentText text={line.text} isMultiline limit={500} />}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      {shown.length > MOST_LINES && (
        <p className="border-t border-line px-3 py-2 text-sm text-ink-3">
          The first {MOST_LINES.toLocaleString('en')} of {shown.length.toLocaleString('en')} lines are shown.
        </p>
      )}
    </section>
  );
}
