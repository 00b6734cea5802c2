/** What stands after `?`: words by name, each once, so that every state of a page is an address that can be read and sent. */
import { useNavigate, useSearch } from '@tanstack/react-router';

/** By name; a name that is absent is not set. */
export type Search = Readonly<Record<string, string>>;

/** Of an address. Where a name stands twice the first counts. */
export function parseSearch(text: string): Record<string, string> {
  const search: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(text))
    if (!Object.hasOwn(search, name)) search[name] = value;
  return search;
}

/** Back into an address, in the order of names. */
export function stringifySearch(search: Readonly<Record<string, unknown>>): string {
  const words = Object.entries(search)
    .filter((entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1] !== '')
    .sort(([one], [other]) => (one < other ? -1 : 1));
  return words.length === 0 ? '' : `?${new URLSearchParams(words).toString()}`;
}

/** All words of the address of this page. */
export function useSearchWords(): Search {
  return useSearch({ strict: false });
}

/** Sets words of the address; `undefined` removes one. What is changed by hand can be undone with the browser's back button unless `isReplaced`. */
export function useSetSearch(): (
  words: Readonly<Record<string, string | undefined>>,
  isReplaced?: boolean,
) => void {
  const navigate = useNavigate();
  return (words, isReplaced = false) =>
    void navigate({
      to: '.',
      search: (before: Search) => ({ ...before, ...words }),
      replace: isReplaced,
    });
}

/** One word of the address, as a filter is kept. */
export function useFilter(
  name: string,
): readonly [value: string | undefined, set: (value: string | undefined) => void] {
  const value = useSearchWords()[name];
  const set = useSetSearch();
  return [value, (next) => set({ [name]: next }, true)];
}
