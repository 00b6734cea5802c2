/** JSON that agents or nodes wrote: as a form that is read, and raw as it is. */
import { type ReactNode, useState } from 'react';
import { AgentText } from './agent-text/index.ts';

/** Deeper, or more members than this, are told and not drawn. */
const DEEPEST = 8;
const MOST_MEMBERS = 200;
const MOST_RAW = 20_000;
/** As much as the greatest arguments that a node shows, of texts that are not to be cut. */
const WHOLE = 200_000;

/** `value` in both forms. `label`: what it is, for who listens. `isWhole`: no text is cut, because somebody signs it. */
export function JsonView({
  value,
  label,
  isWhole = false,
}: {
  readonly value: unknown;
  readonly label: string;
  readonly isWhole?: boolean;
}): ReactNode {
  // What the form would leave out is shown raw, where nothing may be left out.
  const [isRaw, setRaw] = useState(isWhole && !isDrawn(value, 0));
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
          <AgentText
            text={JSON.stringify(value, null, 2) ?? ''}
            isMultiline
            limit={isWhole ? WHOLE : MOST_RAW}
          />
        </pre>
      ) : (
        <Value value={value} depth={0} isWhole={isWhole} />
      )}
    </section>
  );
}

/** Whether the form shows all of `value`. */
function isDrawn(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  const members: readonly unknown[] = Object.values(value);
  return depth < DEEPEST && members.length <= MOST_MEMBERS && members.every((one) => isDrawn(one, depth + 1));
}

function Value({
  value,
  depth,
  isWhole,
}: {
  readonly value: unknown;
  readonly depth: number;
  readonly isWhole: boolean;
}): ReactNode {
  if (typeof value === 'string')
    return <AgentText text={value} isMultiline {...(isWhole ? { limit: WHOLE } : {})} />;
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
      className={`grid gap-x-4 gap-y-1 text-sm sm:grid-cols-[fit-content(40%)_minmax(0,1fr)] ${depth > 0 ? 'border-l border-line pl-3' : ''}`}
    >
      {members.slice(0, MOST_MEMBERS).map(([name, one]) => (
        <div key={name} className="contents">
          <dt className="min-w-0 font-mono text-ink-2">
            <AgentText text={name} limit={isWhole ? WHOLE : 80} />
          </dt>
          <dd className="min-w-0">
            <Value value={one} depth={depth + 1} isWhole={isWhole} />
          </dd>
        </div>
      ))}
      {members.length > MOST_MEMBERS && (
        <p className="text-ink-3">{members.length - MOST_MEMBERS} more members; see raw</p>
      )}
    </dl>
  );
}
