/** Text and standard input that a program hands to a shell, or runs in another language. */
import { childShell, keepExported, type Scalar, type State } from '../engine/index.ts';
import type { ShellWord } from '../types.ts';
import { shellInCode } from './shell-in-code.ts';
import type { Invocation } from './invocation.ts';
import { withoutEnd } from '../strings.ts';

/** Names under which standard input can be opened as a file. */
export const STDIN_PATH: RegExp = /^(?:-|\/dev\/stdin|\/dev\/fd\/\d+|\/proc\/(?:self|\d+)\/fd\/\d+)$/;

/** `word` as the text of a new shell. */
export function runShellText(
  inv: Invocation,
  word: ShellWord,
  params: readonly Scalar[] | 'unknown' = [],
  dialect: 'bash' | 'sh' = 'sh',
): void {
  if (word.unresolved.length > 0) {
    inv.note('dynamic-code');
    return;
  }
  inv.engine.text(word.value, childOf(inv, params), inv.inner({ dialect }));
}

function childOf(inv: Invocation, params: readonly Scalar[] | 'unknown'): State {
  const known = params === 'unknown' ? undefined : params;
  return childShell(keepExported(inv.state, inv.assignments), known);
}

/** `word` as a program in another language: not analysed, save for shell texts that it plainly runs. */
export function runForeignCode(inv: Invocation, word: ShellWord): void {
  inv.note('inline-code');
  shellInCode(inv, word.value);
}

/** A file that is run, under a name of standard input (in which no number but 0 ends) or of another descriptor. */
export function runDescriptor(inv: Invocation, path: string, kind: 'shell' | 'code'): void {
  if (/[1-9]/.test(withoutEnd(path, '0').at(-1) ?? '')) inv.note('piped-code');
  else runStdinCode(inv, kind);
}

/** What stands on standard input, run as a program. */
export function runStdinCode(inv: Invocation, kind: 'shell' | 'code'): void {
  const { stdin } = inv.state;
  switch (stdin.kind) {
    case 'inherited':
      return;
    case 'pipe':
    case 'unknown':
      return inv.note('piped-code');
    case 'file':
      return inv.note('script-file');
    case 'text': {
      const word = { value: stdin.text.text, unresolved: stdin.text.unresolved };
      // The shell reads the rest of its own input while it runs.
      if (kind === 'shell') return runShellText(inv, word, [], inv.name === 'bash' ? 'bash' : 'sh');
      inv.stdinCode = word.value;
      return runForeignCode(inv, word);
    }
    default:
      return stdin satisfies never;
  }
}
