/** Commands that the shell itself carries out: what they change in it, and what they run. */
import { defineAlias, enable, hash, removeAlias } from './names.ts';
import { builtin, command, evaluate, exec, source, trap } from './code.ts';
import { changeFolder, popFolder, pushFolder } from './folders.ts';
import { breakLoop, leaveFunction, leaveShell } from './leaving.ts';
import { getopts, letNumbers, mapfile, printf, read, testNames, wait } from './reading.ts';
import { complete, option, setParams, shift } from './settings.ts';
import type { Builtin } from './builtin.ts';
import { declare, exportNames, local, readonlyNames, unsetNames } from './variables.ts';

const BUILTINS: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  ['.', source],
  ['[', testNames],
  ['alias', defineAlias],
  ['break', breakLoop],
  ['builtin', builtin],
  ['cd', changeFolder],
  ['chdir', changeFolder],
  ['command', command],
  ['compgen', complete],
  ['complete', complete],
  ['continue', breakLoop],
  ['declare', declare],
  ['enable', enable],
  ['eval', evaluate],
  ['exec', exec],
  ['exit', leaveShell],
  ['export', exportNames],
  ['getopts', getopts],
  ['hash', hash],
  ['let', letNumbers],
  ['local', local],
  ['logout', leaveShell],
  ['mapfile', mapfile],
  ['popd', popFolder],
  ['printf', printf],
  ['pushd', pushFolder],
  ['read', read],
  ['readarray', mapfile],
  ['readonly', readonlyNames],
  ['return', leaveFunction],
  ['set', setParams],
  ['shift', shift],
  ['shopt', option],
  ['source', source],
  ['test', testNames],
  ['trap', trap],
  ['typeset', declare],
  ['unalias', removeAlias],
  ['unset', unsetNames],
  ['wait', wait],
]);

/** What the shell does for `name`, if it is a builtin that changes the shell or runs something. */
export function builtinOf(name: string): Builtin | undefined {
  return BUILTINS.get(name);
}
