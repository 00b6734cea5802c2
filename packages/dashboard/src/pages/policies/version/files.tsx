/** The files of a version, exactly as they came. */
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { AgentText, ErrorState, Skeleton } from '../../../ui/index.ts';
import { filesOf } from '../policy-data.ts';

/** Longest text of one file that is drawn, in characters. */
const MOST_SHOWN = 40_000;

export function Files({ version }: { readonly version: string }): ReactNode {
  const { data: files, error, refetch } = useQuery(filesOf(version));
  if (files === undefined)
    return error === null ? (
      <Skeleton label="Loading the files" />
    ) : (
      <ErrorState what="the files" problem={error} onRetry={() => void refetch()} />
    );
  return (
    <div className="space-y-4 overflow-y-auto p-4">
      {files.map(({ path, text }) => (
        <section key={path} className="rounded-lg border border-line bg-panel">
          <h2 className="border-b border-line px-3 py-1.5 font-mono text-sm font-medium">
            <AgentText text={path} limit={120} />
          </h2>
          <pre className="overflow-x-auto px-3 py-2 text-sm" tabIndex={0} aria-label="Text of the file">
            <AgentText text={text} isMultiline limit={MOST_SHOWN} />
          </pre>
        </section>
      ))}
    </div>
  );
}
