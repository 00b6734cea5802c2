/** Two definitions, by the fields in which they differ. Signs and words repeat what colours say. */
import { type ReactNode, useMemo } from 'react';
import { AgentText, JsonView } from '../../ui/index.ts';
import { diffDefinitions, type FieldChange, type WordChange } from './diff-definitions.ts';

/** Most fields that are drawn. */
const MOST_FIELDS = 100;
const MOST_TEXT = 4_000;

export function DefinitionDiff({
  before,
  after,
}: {
  readonly before: unknown;
  readonly after: unknown;
}): ReactNode {
  const changes = useMemo(() => diffDefinitions(before, after), [before, after]);
  if (changes.length === 0) return <p className="text-sm text-ink-2">Nothing: both are the same.</p>;
  return (
    <>
      <p className="mb-2 text-sm text-ink-3">
        {changes.length} {changes.length === 1 ? 'field' : 'fields'}.
      </p>
      <ul className="divide-y divide-line rounded-md border border-line">
        {changes.slice(0, MOST_FIELDS).map((change, at) => (
          <li key={change.pointer} data-change={change.kind} className="px-3 py-2 text-sm">
            <p className="flex items-baseline justify-between gap-3">
              <span className="min-w-0 font-mono text-xs text-ink-2">
                {change.pointer === '' ? 'the whole' : <AgentText text={change.pointer} limit={200} />}
              </span>
              <span className="text-xs text-ink-3">{change.kind}</span>
            </p>
            <Values change={change} at={at + 1} />
          </li>
        ))}
      </ul>
      {changes.length > MOST_FIELDS && (
        <p className="mt-2 text-sm text-ink-3">
          {changes.length - MOST_FIELDS} more fields: <code>writ tools diff --full</code> shows them at the
          node.
        </p>
      )}
    </>
  );
}

function Values({ change, at }: { readonly change: FieldChange; readonly at: number }): ReactNode {
  switch (change.kind) {
    case 'added':
      return <Side sign="+" value={change.after} at={at} />;
    case 'removed':
      return <Side sign="−" value={change.before} at={at} />;
    case 'changed':
      return change.words === undefined ? (
        <>
          <Side sign="−" value={change.before} at={at} />
          <Side sign="+" value={change.after} at={at} />
        </>
      ) : (
        <Words words={change.words} />
      );
    default:
      return change satisfies never;
  }
}

function Side({
  sign,
  value,
  at,
}: {
  readonly sign: '+' | '−';
  readonly value: unknown;
  readonly at: number;
}): ReactNode {
  const look = sign === '+' ? 'bg-allow-ground text-allow' : 'bg-deny-ground text-deny';
  return (
    <div className="mt-1 flex gap-2">
      <span className={`h-5 w-5 shrink-0 rounded-sm text-center ${look}`} aria-hidden="true">
        {sign}
      </span>
      <span className="sr-only">{sign === '+' ? 'now' : 'before'}</span>
      <div className="min-w-0 flex-1">
        {typeof value === 'object' && value !== null ? (
          <JsonView value={value} label={`${sign === '+' ? 'Now' : 'Before'}, change ${at}`} />
        ) : typeof value === 'string' ? (
          <AgentText text={value} isMultiline limit={MOST_TEXT} />
        ) : (
          <code>{JSON.stringify(value)}</code>
        )}
      </div>
    </div>
  );
}

function Words({ words }: { readonly words: readonly WordChange[] }): ReactNode {
  return (
    <p className="mt-1">
      {words.map(({ kind, text }, at) => {
        const shown = <AgentText text={text} isMultiline limit={MOST_TEXT} />;
        if (kind === 'same') return <span key={at}>{shown}</span>;
        if (kind === 'removed')
          return (
            <del key={at} className="rounded-sm bg-deny-ground text-deny">
              {shown}
            </del>
          );
        return (
          <ins key={at} className="rounded-sm bg-allow-ground font-medium text-allow">
            {shown}
          </ins>
        );
      })}
    </p>
  );
}
