/** Programs that mostly read, with a word or two that a table does not place. */
import type { Invocation } from '../invocation.ts';
import { rest } from '../options.ts';

/** `yq '.a' file`, `yq eval -i '.a = 1' file`. */
export function yq(inv: Invocation): void {
  const isNamed = /^(?:e|ea|eval|eval-all)$/.test(inv.operands[0]?.value ?? '');
  const skipped = (isNamed ? 1 : 0) + (inv.has('-f', '--from-file') ? 0 : 1);
  for (const word of inv.operands.slice(skipped)) {
    inv.touch('read', word);
    if (inv.has('-i', '--inplace', '--in-place')) inv.touch('write', word);
  }
}

/** `gcc @file` takes further words from the file, `-wrapper a,b` puts a program in front. */
export function compiler(inv: Invocation): void {
  for (const { value } of inv.given('-wrapper'))
    if (value !== undefined) inv.run(value.value.split(',').map((part) => ({ ...value, value: part })));
  for (const word of inv.operands) {
    if (!/^@./.test(word.value)) continue;
    inv.note('argument-file');
    inv.touch('read', rest(word, 1));
  }
}
