/** Editors, pagers and debuggers that can be told to run a command. */
import { type Invocation, knownWord } from '../invocation.ts';
import { rest } from '../options.ts';
import { runForeignCode, runShellText, runStdinCode } from '../shell-text.ts';
import type { ShellWord } from '../../types.ts';
import { behind } from '../../strings.ts';

/** Commands of vi that start a shell, write or read a file, or are programs of their own. */
export function vim(inv: Invocation): void {
  for (const word of inv.args) if (/^\+./.test(word.value)) viCommand(inv, rest(word, 1));
  inv.args.forEach((word, at) => {
    const next = inv.args[at + 1];
    if (next === undefined) return;
    // `vim -es -c command`, `ex -sc command`.
    if (word.value === '--cmd' || /^-[a-zA-Z]*c$/.test(word.value)) viCommand(inv, next);
    else if (
      word.value === '-S' ||
      (word.value === '-s' && !next.value.startsWith('-') && inv.name !== 'ex')
    ) {
      inv.note('script-file');
      inv.touch('read', next);
    } else if (/^-[wW]$/.test(word.value)) inv.touch('write', next);
  });
  if (inv.has('-e', '-E', '-s') || inv.name === 'ex') runStdinCode(inv, 'code');
}

/** `!command`, and what may stand before it: `silent !command`, `read !command`. */
const VI_SHELL: RegExp = /^(?:(?:sil|silent!?|r|re|read|w|write|te|terminal|term)\s*)*!+\s*/;

function viCommand(inv: Invocation, word: ShellWord): void {
  if (word.unresolved.length > 0) return inv.note('dynamic-code');
  for (const part of word.value.split('|').flatMap((text) => text.split('\n'))) {
    const command = part.trim().replace(/^[:%$.\d,\s]*/, '');
    const shell = behind(command, VI_SHELL) ?? '';
    if (shell !== '') runShellText(inv, { value: shell, unresolved: [] });
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

const GDB_SHELL: RegExp = /^\s*(?:shell|!|make|pipe|\|)\s*/;

/** `gdb -ex 'shell command'`, `gdb --args program`. */
export function debugger_(inv: Invocation): void {
  const isCommand = (value: string): boolean =>
    /^--?(?:ex|eval-command|iex|init-eval-command|o|one-line|O|k)(?:=|$)/.test(value);
  inv.args.forEach((word, at) => {
    if (isCommand(word.value)) {
      const text = word.value.includes('=') ? rest(word, word.value.indexOf('=') + 1) : inv.args[at + 1];
      if (text === undefined) return;
      const shell = behind(text.value, GDB_SHELL);
      if (text.unresolved.length > 0) inv.note('dynamic-code');
      else if (shell !== undefined) runShellText(inv, { value: shell, unresolved: [] });
      else if (
        !/^(?:run|r|bt|backtrace|quit|q|continue|c|info .*|break .*|set [\w ]+|print [\w.>*-]+|thread .*)$/.test(
          text.value.trim(),
        )
      )
        runForeignCode(inv, text);
    } else if (/^--?(?:x|command|ix|init-command|s|source)(?:=|$)/.test(word.value)) inv.note('script-file');
    else if (word.value === '--args' || word.value === '--') inv.run(inv.args.slice(at + 1));
  });
  if (inv.state.stdin.kind !== 'inherited') runStdinCode(inv, 'code');
}

/** `ed`: commands come on standard input; `!command` runs, in place of a file as well. */
export function editor(inv: Invocation): void {
  const { stdin } = inv.state;
  const lines =
    stdin.kind === 'text' && stdin.text.unresolved.length === 0 ? stdin.text.text.split('\n') : [];
  for (const text of [...lines, ...inv.operands.map(({ value }) => value)]) {
    const command = /^[\d,.$;%]*\s*(?:[rwefE]\s*)?!(.+)$/.exec(text)?.[1];
    if (command !== undefined) runShellText(inv, knownWord(command));
  }
  runStdinCode(inv, 'code');
}

/** Names of languages that run an expression given among their options, in words of their own. */
export function expressions(inv: Invocation): void {
  const [first] = inv.operands;
  if (inv.name !== 'java' || first === undefined || inv.has('-jar')) return;
  inv.note('script-file');
}
