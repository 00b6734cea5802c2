/** Shells: `sh -c text`, `bash -lc text name words`, `bash file`, `sh -s`. */
import { isKnown, type Scalar } from '../../engine/index.ts';
import type { ShellWord } from '../../types.ts';
import type { Invocation } from '../invocation.ts';
import { runDescriptor, runShellText, runStdinCode, STDIN_PATH } from '../shell-text.ts';

const BASH: ReadonlySet<string> = new Set(['bash', 'rbash']);
/** Long options of shells with a value. */
const WITH_FILE: ReadonlySet<string> = new Set(['--rcfile', '--init-file']);

interface Given {
  readonly isText: boolean;
  readonly isStdin: boolean;
  readonly isUnknown: boolean;
  readonly operands: readonly ShellWord[];
}

/** Options of a shell end with the first operand; the text behind `-c` is that operand. */
function read(inv: Invocation): Given {
  let [isText, isStdin, isUnknown] = [false, false, false];
  let at = 0;
  for (; at < inv.args.length; at += 1) {
    const word = inv.args[at] as ShellWord;
    if (word.value === '--' || word.value === '-') {
      at += 1;
      break;
    }
    if (!/^[-+]./.test(word.value)) break;
    if (word.unresolved.length > 0) isUnknown = true;
    if (word.value.startsWith('--')) {
      const [name = '', file] = word.value.split('=', 2);
      if (!WITH_FILE.has(name)) continue;
      inv.note('script-file');
      inv.touch('read', file === undefined ? (inv.args[(at += 1)] ?? word) : { ...word, value: file });
      continue;
    }
    if (word.value.startsWith('-') && word.value.includes('c')) isText = true;
    if (word.value.includes('s')) isStdin = true;
    if (/^[-+][a-zA-Z]*[oO]$/.test(word.value)) at += 1;
  }
  const operands = inv.args.slice(at);
  // A word that is not known may be `-c`.
  return { isText, isStdin, isUnknown: isUnknown || (operands[0]?.unresolved.length ?? 0) > 0, operands };
}

export function shell(inv: Invocation): void {
  const { isText, isStdin, isUnknown, operands } = read(inv);
  const [first, ...others] = operands;
  if (isText) {
    if (first === undefined) return;
    return runShellText(inv, first, paramsOf(others.slice(1)), BASH.has(inv.name) ? 'bash' : 'sh');
  }
  if (isUnknown) inv.note('dynamic-code');
  if (isStdin || first === undefined) return runStdinCode(inv, 'shell');
  if (STDIN_PATH.test(first.value)) return runDescriptor(inv, first.value, 'shell');
  if (first.unresolved.includes('process-substitution')) return inv.note('piped-code');
  inv.note('script-file');
  inv.touch('read', first);
}

function paramsOf(words: readonly ShellWord[]): readonly Scalar[] | 'unknown' {
  const scalars = words.map(({ value, unresolved }): Scalar => ({ text: value, unresolved }));
  return scalars.every(isKnown) ? scalars : 'unknown';
}
