import { unite } from '../../../codes.ts';
import { type Invocation, knownWord } from '../../invocation.ts';
import { runShellText } from '../../shell-text.ts';
import type { ShellWord } from '../../../types.ts';
import { scanSed } from './scan.ts';

export function sed(inv: Invocation): void {
  const scripts: ShellWord[] = inv.given('-e', '--expression').flatMap(({ value }) => value ?? []);
  const files = inv.given('-f', '--file').flatMap(({ value }) => value ?? []);
  for (const file of files) {
    inv.note('script-file');
    inv.touch('read', file);
  }
  const isFirst = scripts.length === 0 && files.length === 0;
  const [first] = inv.operands;
  if (isFirst && first !== undefined) scripts.push(first);
  // Scripts are lines of one.
  if (scripts.length > 0)
    inspect(inv, {
      value: scripts.map(({ value }) => value).join('\n'),
      unresolved: unite(...scripts.map(({ unresolved }) => unresolved)),
    });
  const isInPlace =
    inv.has('-i', '--in-place') || inv.args.some(({ value }) => value.startsWith('--in-place'));
  for (const word of inv.operands.slice(isFirst ? 1 : 0)) {
    inv.touch('read', word);
    if (isInPlace) inv.touch('write', word);
  }
}

function inspect(inv: Invocation, script: ShellWord): void {
  // What is put in may end the command and begin another.
  if (script.unresolved.length > 0) return inv.note('inline-code');
  const { reads, writes, runs, isWhole } = scanSed(script.value);
  if (!isWhole) inv.note('inline-code');
  for (const file of reads) inv.touch('read', knownWord(file));
  for (const file of writes) inv.touch('write', knownWord(file));
  for (const text of runs) {
    if (text === '') inv.note('dynamic-code');
    else runShellText(inv, knownWord(text));
  }
}
