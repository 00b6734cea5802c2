/** Everything that a reading of shell text may have to leave open, each with its meaning. */

/** What could not be resolved statically. */
export type UnresolvedCode =
  | 'variable'
  | 'substitution'
  | 'process-substitution'
  | 'arithmetic'
  | 'glob'
  | 'below'
  | 'home-of-other'
  | 'stdin-arguments'
  | 'argument-file'
  | 'program'
  | 'alias'
  | 'function'
  | 'cwd'
  | 'made-link'
  | 'piped-code'
  | 'dynamic-code'
  | 'deferred-code'
  | 'inline-code'
  | 'script-file'
  | 'package-script'
  | 'build-file'
  | 'arithmetic-code'
  | 'environment'
  | 'path-changed'
  | 'local-program'
  | 'configured'
  | 'elsewhere'
  | 'remote'
  | 'registry'
  | 'non-ascii-program'
  | 'control-character'
  | 'history'
  | 'recursion'
  | 'shell-differs'
  | 'unknown-shell';

/**
 * Code → what could not be known from the text alone. A policy reads them as `context.args.unresolved`; a code never
 * says that something is harmful, only that the facts beside it are not the whole truth.
 */
export const UNRESOLVED: Readonly<Record<UnresolvedCode, string>> = {
  variable: 'the value of a variable or parameter is not known; the word stands as it was written',
  substitution: 'a word is the output of a command',
  'process-substitution': 'a word names the output or the input of a command that runs beside',
  arithmetic: 'a word is a number that was not computed',
  glob: 'a pattern stands for every name that it matches',
  below: 'the path itself, or anything below it',
  'home-of-other': 'a path begins in the home of a named user',
  'stdin-arguments': 'further words come from standard input or from results of a search',
  'argument-file': 'further words, addresses or names come from a file',
  program: 'which program runs is not known',
  alias: 'the name may stand for another command, set outside this text',
  function: 'the name may stand for a function of this text, or for the program',
  cwd: 'the folder in which it runs is not known',
  'made-link': 'the path leads through a link that the same text makes; both paths are given',
  'piped-code': 'what arrives on standard input is run as a program',
  'dynamic-code': 'text is run as code that is only made while running',
  'deferred-code': 'what is written here is run later, by another program or at another time',
  'inline-code': 'a program in another language stands in the command and was not analysed',
  'script-file': 'a file is run as code, and was not read',
  'package-script': 'a script of a package is run; its text stands in its manifest',
  'build-file': 'a build tool runs what its own files say',
  'arithmetic-code': 'a variable from outside is computed with, and could hold a command',
  environment: 'a variable is set that changes what programs load or run',
  'path-changed': 'programs are looked for in other folders, so their names say little',
  'local-program': 'the program is named by a path outside the folders of the system',
  configured: 'settings outside this text decide what else runs',
  elsewhere: 'it runs on another machine or in a container; its files are not files of this machine',
  remote: 'the host is one that the settings of a repository name',
  registry: 'the host is the package registry of the settings',
  'non-ascii-program': 'the name of the program has letters outside ASCII',
  'control-character': 'the text has invisible or control characters',
  history: 'an interactive shell would replace the word from its history',
  recursion: 'a function calls itself; the further calls are not followed',
  'shell-differs': 'another shell than bash would read this text differently',
  'unknown-shell': 'a command of a shell other than sh or bash, which is not read',
};

/** Why a text was refused. */
export type RefusalCode =
  | 'too-large'
  | 'too-deep'
  | 'too-many-commands'
  | 'too-complex'
  | 'not-text'
  | 'syntax'
  | 'unknown-shell';

/** Why a text was not analysed at all. A caller denies. */
export const REFUSALS: Readonly<Record<RefusalCode, string>> = {
  'too-large': 'the text is longer than the limit',
  'too-deep': 'commands are nested deeper than the limit',
  'too-many-commands': 'the text runs more commands than the limit',
  'too-complex': 'the analysis would take more steps than the limit',
  'not-text': 'the text has NUL characters or is not well-formed Unicode',
  syntax: 'the text is not a complete program of bash',
  'unknown-shell': 'the text is for another shell than sh or bash',
};

/** Codes under which the folder of a path is still certain. */
const HARMLESS_TO_FOLDERS: ReadonlySet<UnresolvedCode> = new Set(['glob', 'below', 'arithmetic']);

/** Whether `codes` leave the folder of a path in doubt. */
export function leavesFolderOpen(codes: readonly UnresolvedCode[]): boolean {
  return codes.some((code) => !HARMLESS_TO_FOLDERS.has(code));
}

/** The codes of all lists, each once, in the order in which they first came. */
export function unite(...lists: readonly (readonly UnresolvedCode[])[]): readonly UnresolvedCode[] {
  const [first = [], ...rest] = lists.filter((list) => list.length > 0);
  return rest.length === 0 ? first : [...new Set([...first, ...rest.flat()])];
}
