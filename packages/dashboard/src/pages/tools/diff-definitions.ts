/** What changed between two definitions of a tool, field by field, and within texts word by word. */

/** One field, by its JSON pointer (RFC 6901). */
export type FieldChange =
  | { readonly kind: 'added'; readonly pointer: string; readonly after: unknown }
  | { readonly kind: 'removed'; readonly pointer: string; readonly before: unknown }
  | {
      readonly kind: 'changed';
      readonly pointer: string;
      readonly before: unknown;
      readonly after: unknown;
      /** Where both are texts: what stayed, went and came, in order. */
      readonly words?: readonly WordChange[];
    };

/** A run of a text. */
export interface WordChange {
  readonly kind: 'same' | 'removed' | 'added';
  readonly text: string;
}

/** Deeper than this a value is compared as a whole. */
const DEEPEST = 64;
/** Words of a text that are compared one by one; what stands between what both begin and end with is one change in longer ones. */
const MOST_WORDS = 1_500;

/** Every field in which they differ, in the order of `after`, then those that went. Members of objects have no order; those of lists do. */
export function diffDefinitions(before: unknown, after: unknown): readonly FieldChange[] {
  const changes: FieldChange[] = [];
  compare(before, after, '', 0, changes);
  return changes;
}

function compare(
  before: unknown,
  after: unknown,
  pointer: string,
  depth: number,
  changes: FieldChange[],
): void {
  if (Object.is(before, after)) return;
  const [old, now] = [membersOf(before), membersOf(after)];
  if (
    depth < DEEPEST &&
    old !== undefined &&
    now !== undefined &&
    Array.isArray(before) === Array.isArray(after)
  ) {
    for (const [name, value] of now) {
      const at = `${pointer}/${escaped(name)}`;
      if (old.has(name)) compare(old.get(name), value, at, depth + 1, changes);
      else changes.push({ kind: 'added', pointer: at, after: value });
    }
    for (const [name, value] of old)
      if (!now.has(name))
        changes.push({ kind: 'removed', pointer: `${pointer}/${escaped(name)}`, before: value });
    return;
  }
  if (depth >= DEEPEST && canonical(before) === canonical(after)) return;
  const texts = typeof before === 'string' && typeof after === 'string';
  changes.push({
    kind: 'changed',
    pointer,
    before,
    after,
    ...(texts ? { words: diffWords(before, after) } : {}),
  });
}

/** Own members by name: `__proto__` is a name as any other. */
function membersOf(value: unknown): ReadonlyMap<string, unknown> | undefined {
  return typeof value === 'object' && value !== null ? new Map(Object.entries(value)) : undefined;
}

function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_name, one: unknown) =>
    typeof one === 'object' && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([left], [right]) => (left < right ? -1 : 1)))
      : one,
  );
}

/** Runs that lead from `before` to `after`: those that stayed and went are `before`, those that stayed and came are `after`. */
export function diffWords(before: string, after: string): readonly WordChange[] {
  const [old, now] = [wordsOf(before), wordsOf(after)];
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) start += 1;
  let end = 0;
  while (
    end < old.length - start &&
    end < now.length - start &&
    old[old.length - 1 - end] === now[now.length - 1 - end]
  )
    end += 1;
  const [oldMiddle, nowMiddle] = [old.slice(start, old.length - end), now.slice(start, now.length - end)];
  return joined([
    { kind: 'same', text: old.slice(0, start).join('') },
    ...(oldMiddle.length > MOST_WORDS || nowMiddle.length > MOST_WORDS
      ? whole(oldMiddle, nowMiddle)
      : between(oldMiddle, nowMiddle)),
    { kind: 'same', text: old.slice(old.length - end).join('') },
  ]);
}

/** Words, white space and signs, each by itself: together they are the text. */
function wordsOf(text: string): readonly string[] {
  return text.match(/[\p{L}\p{N}\p{M}_]+|\s+|[^\p{L}\p{N}\p{M}_\s]/gu) ?? [];
}

function whole(before: readonly string[], after: readonly string[]): readonly WordChange[] {
  return [
    { kind: 'removed', text: before.join('') },
    { kind: 'added', text: after.join('') },
  ];
}

/** By the longest common subsequence. */
function between(before: readonly string[], after: readonly string[]): readonly WordChange[] {
  const width = after.length + 1;
  const lengths = new Uint16Array((before.length + 1) * width);
  const at = (row: number, column: number): number => lengths[row * width + column] ?? 0;
  for (let row = before.length - 1; row >= 0; row -= 1)
    for (let column = after.length - 1; column >= 0; column -= 1)
      lengths[row * width + column] =
        before[row] === after[column]
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1));
  const runs: WordChange[] = [];
  let [row, column] = [0, 0];
  while (row < before.length || column < after.length) {
    const [old, now] = [before[row], after[column]];
    if (old !== undefined && old === now) {
      runs.push({ kind: 'same', text: old });
      row += 1;
      column += 1;
    } else if (old !== undefined && (now === undefined || at(row + 1, column) >= at(row, column + 1))) {
      runs.push({ kind: 'removed', text: old });
      row += 1;
    } else {
      runs.push({ kind: 'added', text: now ?? '' });
      column += 1;
    }
  }
  return runs;
}

/** Runs of one kind become one; what is empty is none. */
function joined(runs: readonly WordChange[]): readonly WordChange[] {
  const all: WordChange[] = [];
  for (const { kind, text } of runs) {
    if (text === '') continue;
    const last = all.at(-1);
    if (last?.kind === kind) all[all.length - 1] = { kind, text: last.text + text };
    else all.push({ kind, text });
  }
  return all;
}
