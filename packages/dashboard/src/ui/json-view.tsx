/** JSON that agents or nodes wrote: as a form that is read, and raw as it is. */
import { type ReactNode, useState } from 'react';
import { AgentText } from './agent-text/index.ts';

/** Deeper, or more members than this, are told and not drawn. */
const DEEPEST = 8;
const MOST_MEMBERS = 200;
const MOST_RAW = 20_000;

/** `value` in both forms. `label`: what it is, for who listens. */
export function JsonView({ value, label }: { readonly value: unknown; readonly label: string }): ReactNode {
  const [isRaw, setRaw] = useState(false);
  return (
    <section aria-label={label}>
      <div className="flex justify-end">
        <button
          type="button"
          aria-pressed={isRaw}
          className="rounded-sm px-1.5 text-xs text-ink-2 hover:bg-hover aria-pressed:bg-accent-ground aria-pressed:text-accent"
          onClick={() => setRaw(!isRaw)}
        >
          raw
        </button>
      </div>
      {isRaw ? (
        <pre
          className="overflow-x-auto rounded-md bg-sunken p-3 text-sm"
          tabIndex={0}
          aria-label={`${label}, raw`}
        >
          <AgentText text={JSON.stringify(value, null, 2) ?? ''} isMultiline limit={MOST_RAW} />
        </pre>
      ) : (
        <Value value={value} depth={0} />
      )}
    </section>
  );
}

function Value({ value, depth }: { readonly value: unknown; readonly depth: number }): ReactNode {
  if (typeof value === 'string') return <AgentText text={value} isMultiline />;
  if (typeof value !== 'object' || value === null)
    return <code className="tabular text-accent">{JSON.stringify(value) ?? 'absent'}</code>;
  const members = Array.isArray(value)
    ? value.map((one: unknown, at) => [String(at + 1), one] as const)
    : Object.entries(value as Readonly<Record<string, unknown>>);
  if (members.length === 0)
    return <span className="text-ink-3">{Array.isArray(value) ? 'none' : 'nothing'}</span>;
  if (depth >= DEEPEST) return <span className="text-ink-3">{members.length} members deeper; see raw</span>;
  return (
    <dl
      className={`grid gap-x-4 gap-y-1 text-sm sm:grid-cols-[minmax(6rem,auto)_1fr] ${depth > 0 ? 'border-l border-line pl-3' : ''}`}
    >
      {members.slice(0, MOST_MEMBERS).map(([name, one]) => (
        <div key={name} className="contents">
          <dt className="font-mono text-ink-2">
            <AgentText text={name} limit={80} />
          </dt>
          <dd className="min-w-0">
            <Value value={one} depth={depth + 1} />
          </dd>
        </div>
      ))}
      {members.length > MOST_MEMBERS && (
        <p className="text-ink-3">{members.length - MOST_MEMBERS} more members; see raw</p>
      )}
    </dl>
  );
}
