/** `find` and `fd`: where they look, and what they do with what they find. */
import { unite } from '../../codes.ts';
import { locate } from '../../paths/index.ts';
import type { ShellWord } from '../../types.ts';
import { type Invocation, knownWord } from '../invocation.ts';

const EXEC: ReadonlySet<string> = new Set([
  '-exec',
  '-execdir',
  '-ok',
  '-okdir',
  '-x',
  '-X',
  '--exec',
  '--exec-batch',
]);
const WRITES: ReadonlySet<string> = new Set(['-fprint', '-fprint0', '-fls', '-fprintf']);

function startsOf(inv: Invocation): readonly ShellWord[] {
  const isFd = inv.name.startsWith('fd');
  const end = inv.args.findIndex(({ value }) => /^(?:-[^HLPOD]|[()!,]$|--)/.test(value));
  const words = inv.args
    .slice(0, end === -1 ? undefined : end)
    .filter(({ value }) => !/^-[HLPOD]/.test(value));
  // `fd` takes a pattern first, then folders.
  const starts = isFd ? words.slice(1) : words;
  return starts.length === 0 ? [knownWord('.')] : starts;
}

export function find(inv: Invocation): void {
  const starts = startsOf(inv);
  const found = starts.map(
    (start): ShellWord => ({ ...start, unresolved: unite(start.unresolved, ['below']) }),
  );
  for (const start of found) inv.touch('read', start);
  inv.args.forEach((word, at) => {
    const next = inv.args[at + 1];
    if (word.value === '-delete') for (const start of found) inv.touch('delete', start);
    else if (WRITES.has(word.value) && next !== undefined) inv.touch('write', next);
    else if ((word.value === '-files0-from' || word.value === '-newer') && next !== undefined) {
      inv.touch('read', next);
      if (word.value === '-files0-from') inv.note('argument-file');
    } else if (EXEC.has(word.value)) execute(inv, at + 1, found, word.value);
  });
}

/** The command behind `-exec`, once for each place that is searched. */
function execute(inv: Invocation, start: number, found: readonly ShellWord[], option: string): void {
  const isFd = inv.name.startsWith('fd');
  const tail = inv.args.slice(start);
  const end = tail.findIndex(
    ({ value }, at) => value === ';' || (value === '+' && tail[at - 1]?.value === '{}'),
  );
  const command = end === -1 ? tail : tail.slice(0, end);
  const hasPlace = command.some(({ value }) => value.includes('{}'));
  for (const place of found) {
    const state = inv.state;
    const path = locate(place.value, place.unresolved, state.cwds?.[0]);
    const whole: ShellWord = option.endsWith('dir')
      ? { value: path.path, unresolved: path.unresolved }
      : place;
    const words = command.map((word): ShellWord => fill(word, whole));
    // `fd -x rm` appends what it finds.
    const full = isFd && !hasPlace ? [...words, place] : words;
    if (option.endsWith('dir')) inv.state = { ...state, cwds: undefined };
    inv.run(full);
    inv.state = state;
  }
}

/** `{}` alone is a path below the start; within a longer word it is unknown text. */
function fill(word: ShellWord, place: ShellWord): ShellWord {
  if (word.value === '{}') return place;
  if (!word.value.includes('{}')) return word;
  return { ...word, unresolved: unite(word.unresolved, ['stdin-arguments']) };
}
