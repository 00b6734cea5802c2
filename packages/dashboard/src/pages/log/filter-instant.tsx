/** An instant as a filter, in UTC, because that is what the log has. */
import type { ReactNode } from 'react';
import { useFilter } from '../../router/index.ts';
import { instantOf } from '../../receipts/index.ts';

export function FilterInstant({ name, label }: { readonly name: string; readonly label: string }): ReactNode {
  const [value, set] = useFilter(name);
  const isWrong = value !== undefined && instantOf(value) === undefined;
  const look =
    value === undefined ? 'border-edge bg-panel text-ink-2' : 'border-accent bg-accent-ground text-accent';
  return (
    <label className={`inline-flex h-7 items-center rounded-full border pl-3 text-xs ${look}`}>
      <span>{label}</span>
      <input
        type="datetime-local"
        step={1}
        value={isWrong ? '' : (value ?? '')}
        className="h-full w-40 rounded-full bg-transparent px-2 font-medium"
        onChange={(event) => set(event.target.value === '' ? undefined : event.target.value)}
      />
      <span className="pr-3 text-ink-3">UTC</span>
    </label>
  );
}
