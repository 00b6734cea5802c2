/** How far a stop came: which nodes said that it is in force, and how long each took. */
import type { ReactNode } from 'react';
import { Id } from '../ui/index.ts';
import type { StopWithReach } from './stops.ts';

const MOST_SHOWN = 12;

export function Reach({ reach }: { readonly reach: StopWithReach['reach'] }): ReactNode {
  const { nodes, reached, p50Ms, p99Ms, effects } = reach;
  const slowest = Math.max(1, ...effects.map(({ ms }) => ms));
  return (
    <div className="mt-2 text-sm">
      <p role="status" className="tabular">
        <strong className="font-semibold">
          In force on {reached} of {nodes} {nodes === 1 ? 'node' : 'nodes'}
        </strong>
        {p50Ms !== undefined && p99Ms !== undefined && (
          <span className="text-ink-2">
            {reached === 1
              ? ` · within ${p99Ms} ms`
              : ` · half of them within ${p50Ms} ms, all but one in a hundred within ${p99Ms} ms`}
          </span>
        )}
        {reached < nodes && (
          <span className="text-step-up">
            {' '}
            · {nodes - reached} {nodes - reached === 1 ? 'has' : 'have'} not said so yet
          </span>
        )}
      </p>
      {effects.length > 0 && (
        <ul className="mt-2 grid gap-x-6 gap-y-1 sm:grid-cols-2" aria-label="Time to effect by node">
          {effects.slice(0, MOST_SHOWN).map(({ node, ms }) => (
            <li key={node} className="flex items-center gap-2">
              <Id id={node} label="node" />
              <span aria-hidden="true" className="h-1.5 min-w-0 flex-1 rounded-sm bg-sunken">
                <span
                  className="block h-full rounded-sm bg-deny"
                  style={{ width: `${Math.max(2, (ms / slowest) * 100)}%` }}
                />
              </span>
              <span className="tabular w-20 text-right">{ms} ms</span>
            </li>
          ))}
        </ul>
      )}
      {effects.length > MOST_SHOWN && (
        <p className="mt-1 text-xs text-ink-3">{effects.length - MOST_SHOWN} more nodes said so.</p>
      )}
    </div>
  );
}
