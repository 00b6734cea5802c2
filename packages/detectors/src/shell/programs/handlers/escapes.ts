/** Editors, pagers and debuggers that can be told to run a command. */
import { type Invocation } from '../invocation.ts';
import { rest } from '../options.ts';
import { runForeignCode, runShellText, runStdinCode } from '../shell-text.ts';
import type { ShellWord } from '../../types.ts';

/** Commands of vi that start a shell, write or read a file, or are programs of their own. */
export function vim(inv: Invocation): void {
  for (const word of inv.args) if (/^\+./.test(word.value)) viCommand(inv, rest(word, 1));
  for (const { name, value } of inv.given('-c', '--cmd', '-S')) {
    if (value === undefined) continue;
    if (name === '-S') {
      inv.note('script-file');
      inv.touch('read', value);
    } else viCommand(inv, value);
  }
}

function viCommand(inv: Invocation, word: ShellWord): void {
  if (word.unresolved.length > 0) return inv.note('dynamic-code');
  for (const part of word.value.split('|').flatMap((text) => text.split('\n'))) {
    const command = part.trim().replace(/^[:%$.\d,\s]*/, '');
    const shell = /^(?:(?:sil|silent!?|r|re|read|w|write|te|terminal|term)\s*)*!+\s*(.+)$/s.exec(
      command,
    )?.[1];
    if (shell !== undefined) runShellText(inv, { value: shell, unresolved: [] });
    else if (
      !/^(?:\d+|\$|q|qa|wq|x|wqa|w|set? [a-z=0-9 ]+|s(?=[/#])[^!]*|noh|normal! [ggG]+|syntax \w+|colo\w* \w+)!?$/.test(
        command,
      )
    )
      inv.note('inline-code');
  }
}

/** `less +!command file`. */
export function pager(inv: Invocation): void {
  for (const { value, unresolved } of inv.args) {
    const command = /^\+\+?\s*!(.+)$/s.exec(value)?.[1];
    if (command !== undefined) runShellText(inv, { value: command, unresolved });
    else if (/^\+\+?[|vE:]/.test(value)) inv.note('inline-code');
  }
}

const GDB_SHELL: RegExp = /^\s*(?:shell|!|make|pipe|\|)\s*(.*)$/s;

/** `gdb -ex 'shell command'`, `gdb --args program`. */
export function debugger_(inv: Invocation): void {
  const isCommand = (value: string): boolean =>
    /^--?(?:ex|eval-command|iex|init-eval-command|o|one-line|O|k)(?:=|$)/.test(value);
  inv.args.forEach((word, at) => {
    if (isCommand(word.value)) {
      const text = word.value.includes('=') ? rest(word, word.value.indexOf('=') + 1) : inv.args[at + 1];
      if (text === undefined) return;
      const shell = GDB_SHELL.exec(text.value)?.[1];
      if (text.unresolved.length > 0) inv.note('dynamic-code');
      else if (shell !== undefined) runShellText(inv, { value: shell, unresolved: [] });
      else if (
        !/^\s*(?:run|r|bt|backtrace|quit|q|continue|c|info .*|break .*|set [\w ]+|print [\w.>*-]+|thread .*)\s*$/.test(
          text.value,
        )
      )
        runForeignCode(inv, text);
    } else if (/^--?(?:x|command|ix|init-command|s|source)(?:=|$)/.test(word.value)) inv.note('script-file');
    else if (word.value === '--args' || word.value === '--') inv.run(inv.args.slice(at + 1));
  });
  if (inv.state.stdin.kind !== 'inherited') runStdinCode(inv, 'code');
}

/** `ed` and `ex`: commands come on standard input. */
export function editor(inv: Invocation): void {
  runStdinCode(inv, 'code');
}

/** Names of languages that run an expression given among their options, in words of their own. */
export function expressions(inv: Invocation): void {
  const [first] = inv.operands;
  if (inv.name !== 'java' || first === undefined || inv.has('-jar')) return;
  inv.note('script-file');
}
