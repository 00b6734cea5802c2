/** Shell commands, parsed and not matched: text → the programs, files and hosts it touches. */
export { analyseShell } from './analyse.ts';
export { REFUSALS, type RefusalCode, UNRESOLVED, type UnresolvedCode } from './codes.ts';
export { quoteWord } from './words/index.ts';
export type {
  FileAccess,
  ShellAssignment,
  ShellCommand,
  ShellFacts,
  ShellFile,
  ShellHost,
  ShellOptions,
  ShellRefused,
  ShellWord,
} from './types.ts';
