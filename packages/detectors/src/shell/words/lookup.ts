/** Values of variables and parameters as words see them. */
import type { UnresolvedCode } from '../codes.ts';
import { known, type Scalar, type State, type Value, valueOf } from '../engine/index.ts';

/** One text, or several words (`$@`, `${a[@]}`). */
export type Expansion =
  | { readonly kind: 'one'; readonly scalar: Scalar }
  | { readonly kind: 'many'; readonly items: readonly Scalar[] };

/** Variables that the shell itself sets, to numbers. */
const NUMBERS: ReadonlySet<string> = new Set(
  '# ? $ ! RANDOM SRANDOM SECONDS LINENO BASHPID PPID UID EUID EPOCHSECONDS SHLVL OPTIND COLUMNS LINES HISTCMD'.split(
    ' ',
  ),
);
/** Variables that the shell itself sets as it runs, whatever was assigned to them. */
const SET_BY_SHELL: ReadonlySet<string> = new Set(
  (
    '_ - 0 REPLY MAPFILE OPTARG COPROC PIPESTATUS BASH_REMATCH BASH_COMMAND BASH_ARGV BASH_ARGV0 BASH_ARGC BASH_SOURCE ' +
    'BASH_LINENO BASH_SUBSHELL FUNCNAME DIRSTACK GROUPS BASHOPTS SHELLOPTS BASH_VERSINFO EPOCHREALTIME BASH_CMDS ' +
    'BASH_ALIASES COMP_WORDBREAKS READLINE_LINE BASH_MONOSECONDS'
  ).split(' '),
);

/** Whether what is assigned to `name` is not what it holds afterwards. */
export function isSetByShell(name: string): boolean {
  return NUMBERS.has(name) || SET_BY_SHELL.has(name);
}

export function unresolved(text: string, ...codes: readonly UnresolvedCode[]): Scalar {
  return { text, unresolved: codes };
}

/** A number that was not computed. */
export function someNumber(text: string): Scalar {
  return { text, unresolved: ['arithmetic'], numeric: true };
}

/** The value of `name`, written as `written` where it is not known. */
export function lookUp(state: State, name: string, written: string): Expansion {
  if (NUMBERS.has(name)) {
    if (name === '#' && state.params !== undefined) return one(known(String(state.params.length)));
    return one(someNumber(written));
  }
  if (SET_BY_SHELL.has(name)) return one(unresolved(written, 'variable'));
  if (name === '@' || name === '*')
    return state.params === undefined
      ? one(unresolved(written, 'variable'))
      : { kind: 'many', items: state.params };
  if (/^[1-9]\d*$/.test(name)) {
    if (state.params === undefined) return one(unresolved(written, 'variable'));
    return one(state.params[Number(name) - 1] ?? known(''));
  }
  if (name === 'PWD' && !state.variables.has('PWD')) return one(folder(state.cwds, written, 'cwd'));
  if (name === 'OLDPWD' && !state.variables.has('OLDPWD'))
    return one(folder(state.oldCwds, written, 'variable'));
  return one(scalarOf(valueOf(state, name), written));
}

function folder(folders: readonly string[] | undefined, written: string, code: UnresolvedCode): Scalar {
  return folders?.length === 1 ? known(folders[0] as string) : unresolved(written, code);
}

/** A variable used without an index: a list gives its first element. */
function scalarOf(value: Value, written: string): Scalar {
  switch (value.kind) {
    case 'text':
      return value.scalar;
    case 'list':
      return value.items[0] ?? known('');
    case 'unset':
      return known('');
    case 'unknown':
      return value.numeric ? someNumber(written) : unresolved(written, 'variable');
    default:
      return value satisfies never;
  }
}

/** `${name[index]}`, for indices that are plain numbers, `@` or `*`. */
export function lookUpElement(state: State, name: string, index: string, written: string): Expansion {
  const value = valueOf(state, name);
  const isAll = index === '@' || index === '*';
  if (value.kind === 'unset') return isAll ? { kind: 'many', items: [] } : one(known(''));
  if (value.kind === 'text' && (isAll || index === '0')) return one(value.scalar);
  if (value.kind === 'list' && isAll) return { kind: 'many', items: value.items };
  if (value.kind === 'list' && /^\d{1,6}$/.test(index)) return one(value.items[Number(index)] ?? known(''));
  return one(unresolved(written, 'variable'));
}

export function one(scalar: Scalar): Expansion {
  return { kind: 'one', scalar };
}
