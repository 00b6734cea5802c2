/** Whether facts account for a program that really ran. */
import type { ShellCommand, ShellFacts, ShellWord, UnresolvedCode } from '@writ/detectors/shell';
import type { Started } from './stubs.ts';

/** Codes that say: more may run than the commands that are listed. */
const OPEN: ReadonlySet<UnresolvedCode> = new Set([
  'dynamic-code',
  'piped-code',
  'script-file',
  'recursion',
  'inline-code',
]);
/** Codes of a word under which it may become any number of words. */
const MANY: ReadonlySet<UnresolvedCode> = new Set([
  'variable',
  'substitution',
  'glob',
  'below',
  'stdin-arguments',
  'cwd',
  'home-of-other',
]);

/** Whether `words` can have become `argv`. */
function becomes(words: readonly ShellWord[], argv: readonly string[]): boolean {
  const [word, ...rest] = words;
  if (word === undefined) return argv.length === 0;
  if (word.unresolved.length === 0) return argv[0] === word.value && becomes(rest, argv.slice(1));
  const isMany = word.unresolved.some((code) => MANY.has(code));
  for (let taken = isMany ? 0 : 1; taken <= (isMany ? argv.length : Math.min(1, argv.length)); taken += 1)
    if (becomes(rest, argv.slice(taken))) return true;
  return false;
}

function standsIn(command: ShellCommand, cwd: string): boolean {
  return command.unresolved.includes('cwd') || [command.cwd, ...(command.otherCwds ?? [])].includes(cwd);
}

/** Whether a command of `facts` is the one that was started, or a code says that more may run. */
export function covers(facts: ShellFacts, { cwd, argv }: Started): boolean {
  return facts.commands.some((command) => isThis(command, cwd, argv)) || isOpen(facts);
}

export function isOpen(facts: ShellFacts): boolean {
  return facts.unresolved.some((code) => OPEN.has(code));
}

function isThis(command: ShellCommand, cwd: string, argv: readonly string[]): boolean {
  if (!standsIn(command, cwd)) return false;
  if (command.unresolved.includes('shell-differs')) return true;
  if (command.program === '?') return becomes(command.argv, argv);
  return command.program === argv[0] && becomes(command.argv.slice(1), argv.slice(1));
}
