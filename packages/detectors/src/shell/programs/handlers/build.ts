/** `make` and its kind: what they run stands in their own files. */
import type { Invocation } from '../invocation.ts';
import { runShellText } from '../shell-text.ts';
import { changesOf } from '../environment.ts';
import { known, textValue, UNKNOWN_HERE } from '../../engine/index.ts';

export function build(inv: Invocation): void {
  const isMake = inv.name.endsWith('make') && inv.name !== 'cmake';
  const file = inv.value('-f', '--file', '--makefile', '--justfile');
  if (file !== undefined) {
    if (file.value === '-') inv.note('piped-code');
    else inv.touch('read', file);
  }
  for (const { value } of inv.given('--eval')) {
    if (value === undefined) continue;
    if (value.unresolved.length > 0) inv.note('dynamic-code');
    inv.note('inline-code');
    for (const text of shellCalls(value.value))
      inv.engine.textIfWhole(text, inv.state, inv.inner({ dialect: 'sh' }));
  }
  for (const { value } of inv.given('-S', '--shell'))
    if (isMake && value !== undefined) runShellText(inv, value);
  for (const { value, unresolved } of inv.operands) {
    const [, name, text = ''] = /^([A-Za-z_]\w*)[:?+]*=(.*)$/s.exec(value) ?? [];
    if (name === undefined) continue;
    // `make SHELL=…`, `make CC=…`: what the rules run with.
    inv.note(
      ...changesOf(
        inv.engine,
        [{ name, value: text, unresolved, held: unresolved.length ? UNKNOWN_HERE : textValue(known(text)) }],
        inv.state,
        inv.frame,
      ),
    );
    if (name === 'SHELL' || /\$\(shell/.test(text)) inv.note('environment');
  }
}

/** What stands in each `$(shell …)` up to the first bracket that closes, save in lines of recipes. */
function shellCalls(text: string): readonly string[] {
  const found: string[] = [];
  const marks = /\$\(shell(?=\s)|^\t.*$/gm;
  for (let match = marks.exec(text); match !== null; match = marks.exec(text)) {
    if (match[0].startsWith('\t')) continue;
    const end = text.indexOf(')', marks.lastIndex);
    if (end === -1) return found;
    found.push(text.slice(marks.lastIndex, end).trimStart());
    marks.lastIndex = end + 1;
  }
  return found;
}
