/** Filters of a list: words of its address, shown as chips. */
import type { ReactNode } from 'react';
import { useFilter, useSearchWords, useSetSearch } from '../../router/index.ts';

/** A row of filters; what may be chosen stands in it. */
export function FilterBar({
  children,
  label,
}: {
  readonly children: ReactNode;
  readonly label: string;
}): ReactNode {
  return (
    <div
      role="group"
      aria-label={label}
      data-print="none"
      className="flex flex-wrap items-center gap-2 border-b border-line px-4 py-2"
    >
      {children}
      <ClearFilters />
    </div>
  );
}

const CHIP = 'inline-flex h-7 items-center rounded-full border text-xs';
const SET = 'border-accent bg-accent-ground text-accent';
const UNSET = 'border-edge bg-panel text-ink-2';

/** One out of few. `name`: of the word in the address; `unset`: what it is called that is shown without it. */
export function FilterChoice({
  name,
  label,
  options,
  unset = 'any',
}: {
  readonly name: string;
  readonly label: string;
  readonly options: readonly (readonly [value: string, shown: string])[];
  readonly unset?: string;
}): ReactNode {
  const [value, set] = useFilter(name);
  return (
    <label className={`${CHIP} ${value === undefined ? UNSET : SET} pl-3`}>
      <span>{label}</span>
      <select
        className="h-full max-w-48 cursor-pointer rounded-full bg-transparent pr-2 pl-1 font-medium *:bg-panel *:text-ink"
        value={value ?? ''}
        onChange={(event) => set(event.target.value === '' ? undefined : event.target.value)}
      >
        <option value="">{unset}</option>
        {options.map(([one, shown]) => (
          <option key={one} value={one}>
            {shown}
          </option>
        ))}
      </select>
    </label>
  );
}

/** A word of one's own, set when one is done typing. */
export function FilterText({
  name,
  label,
  placeholder,
}: {
  readonly name: string;
  readonly label: string;
  readonly placeholder?: string;
}): ReactNode {
  const [value, set] = useFilter(name);
  return (
    <form
      className={`${CHIP} ${value === undefined ? UNSET : SET} pl-3`}
      onSubmit={(event) => {
        event.preventDefault();
        const given = new FormData(event.currentTarget).get('value');
        set(typeof given === 'string' && given.trim() !== '' ? given.trim() : undefined);
      }}
    >
      <label className="contents">
        <span>{label}</span>
        <input
          key={value ?? ''}
          name="value"
          defaultValue={value ?? ''}
          placeholder={placeholder}
          maxLength={200}
          spellCheck={false}
          autoComplete="off"
          className="h-full w-40 rounded-full bg-transparent px-2 font-medium placeholder:text-ink-3"
          onBlur={(event) => event.currentTarget.form?.requestSubmit()}
        />
      </label>
    </form>
  );
}

/** Words of the address that are no filters: what is open, and which tab. */
const NO_FILTERS: ReadonlySet<string> = new Set(['open', 'tab', 'view']);

function ClearFilters(): ReactNode {
  const names = Object.keys(useSearchWords()).filter((name) => !NO_FILTERS.has(name));
  const set = useSetSearch();
  if (names.length === 0) return null;
  return (
    <button
      type="button"
      className="h-7 rounded-md px-2 text-xs text-ink-2 hover:bg-hover"
      onClick={() => set(Object.fromEntries(names.map((name) => [name, undefined])))}
    >
      Clear {names.length === 1 ? 'the filter' : `${names.length} filters`}
    </button>
  );
}
