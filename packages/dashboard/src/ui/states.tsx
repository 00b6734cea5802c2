/** The states that every list and panel has beside having something to show. */
import type { ReactNode } from 'react';
import { whatToDo } from '../api/index.ts';
import { Button } from './button.tsx';

/** Nothing yet: what will appear here, and the command that makes it appear. */
export function EmptyState({
  title,
  children,
  command,
}: {
  readonly title: string;
  readonly children?: ReactNode;
  readonly command?: string;
}): ReactNode {
  return (
    <div className="mx-auto max-w-md px-4 py-16 text-center">
      <h2 className="text-base">{title}</h2>
      {children !== undefined && <div className="mt-2 text-ink-2">{children}</div>}
      {command !== undefined && (
        <pre
          className="mt-4 inline-block max-w-full overflow-x-auto rounded-md border border-line bg-sunken px-3 py-2 text-left text-sm"
          tabIndex={0}
          aria-label="Command"
        >
          <span aria-hidden="true" className="text-ink-3 select-none">
            ${' '}
          </span>
          {command}
        </pre>
      )}
    </div>
  );
}

/** What failed, what still works, what to do. `what`: `the list of agents`. */
export function ErrorState({
  what,
  problem,
  works,
  onRetry,
}: {
  readonly what: string;
  readonly problem: unknown;
  readonly works?: string;
  readonly onRetry?: () => void;
}): ReactNode {
  const said = problem instanceof Error ? problem.message : 'nothing is known of why';
  return (
    <div
      role="alert"
      className="mx-auto my-8 max-w-lg rounded-lg border border-line border-l-4 border-l-deny bg-panel px-5 py-4"
    >
      <h2 className="text-base">Could not load {what}</h2>
      <p className="mt-1 text-ink-2">{sentence(said)}</p>
      <p className="mt-1 text-ink-2">{whatToDo(problem)}</p>
      {works !== undefined && <p className="mt-1 text-ink-3">{works}</p>}
      {onRetry !== undefined && (
        <Button className="mt-3" onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}

/** In place of rows that are on their way; never over content. */
export function Skeleton({
  rows = 6,
  label = 'Loading',
}: {
  readonly rows?: number;
  readonly label?: string;
}): ReactNode {
  return (
    <div role="status" className="animate-pulse space-y-3 p-4">
      <span className="sr-only">{label}</span>
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} aria-hidden="true" className="flex gap-4">
          <div className="h-3 w-20 rounded-sm bg-sunken" />
          <div
            className={`h-3 rounded-sm bg-sunken ${row % 3 === 0 ? 'w-1/2' : row % 3 === 1 ? 'w-1/3' : 'w-2/5'}`}
          />
        </div>
      ))}
    </div>
  );
}

/** More than a person reads: how many, and how to come to fewer. */
export function TooMuch({ shown, hint }: { readonly shown: number; readonly hint: string }): ReactNode {
  return (
    <p role="status" className="border-t border-line px-4 py-3 text-sm text-ink-2">
      The first <span className="tabular">{shown.toLocaleString('en')}</span> are shown. {hint}
    </p>
  );
}

/** Messages are written without a capital and a full stop. */
export function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}
