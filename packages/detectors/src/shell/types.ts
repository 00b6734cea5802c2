/** What a shell text is found to do. */
import type { RefusalCode, UnresolvedCode } from './codes.ts';

/** Where and for whom the text would run. Paths are absolute. */
export interface ShellOptions {
  readonly cwd: string;
  readonly workspace: string;
  readonly home: string;
  /** Variables whose values are known; every other one is `variable`. */
  readonly env?: Readonly<Record<string, string>>;
  /** Aliases of the shell that will run the text. */
  readonly aliases?: Readonly<Record<string, string>>;
  /** The shell that will run it, by name or path; `bash` when absent. Others than `bash` and `sh` are refused or marked. */
  readonly shell?: string;
}

/** A word as the program receives it; where `unresolved` is not empty, unknown stretches stand as they were written. */
export interface ShellWord {
  readonly value: string;
  readonly unresolved: readonly UnresolvedCode[];
}

/** A variable set for a command. */
export interface ShellAssignment extends ShellWord {
  readonly name: string;
}

/** A simple command that runs, or would under some condition. */
export interface ShellCommand {
  /** Name without folder; `?` where it is not known (code `program`). */
  readonly program: string;
  /** Absolute path, where a path was given. */
  readonly path?: string;
  /** Its words, the program included. */
  readonly argv: readonly ShellWord[];
  /** The words quoted for a shell, unknown ones as they were written. */
  readonly line: string;
  /** First operand of programs that have subcommands: `push`. */
  readonly subcommand?: string;
  /** Options: clusters split, values cut, `--force`, `-f`. */
  readonly options: readonly string[];
  /** What is neither option nor value of one; without the subcommand. */
  readonly operands: readonly string[];
  /** Folder it runs in. */
  readonly cwd: string;
  /** Further folders it may run in, where a change of folder before it may fail. */
  readonly otherCwds?: readonly string[];
  /** Whether every folder it may run in lies in the workspace, as far as names say. */
  readonly inWorkspace: boolean;
  /** Programs whose output may reach its standard input. */
  readonly pipedFrom: readonly string[];
  /** Programs that start it: `sudo`, `sh`. Empty at the top. */
  readonly via: readonly string[];
  readonly assignments: readonly ShellAssignment[];
  /** Script of a package that it runs (code `package-script`): `build`. */
  readonly packageScript?: string;
  readonly unresolved: readonly UnresolvedCode[];
}

/** How a file is touched. */
export type FileAccess = 'read' | 'write' | 'delete';

/** A file that a command names, or that a redirection opens. */
export interface ShellFile {
  readonly access: FileAccess;
  /** Absolute, normalised by its names alone; begins with `/?/` where it is not known. Links are the caller's to resolve. */
  readonly path: string;
  /** The absolute path before `..` was taken out, where that makes a difference once a folder is a link. */
  readonly asGiven?: string;
  readonly inWorkspace: boolean;
  /** Program that touches it, or `shell`. */
  readonly by: string;
  readonly unresolved: readonly UnresolvedCode[];
}

/** A host that a command names. */
export interface ShellHost {
  /** Lower case, without brackets; `unresolved:CODE` where it is not known. */
  readonly host: string;
  readonly port?: number;
  readonly scheme?: string;
  readonly by: string;
}

/** Everything found. */
export interface ShellFacts {
  readonly commands: readonly ShellCommand[];
  readonly files: readonly ShellFile[];
  readonly hosts: readonly ShellHost[];
  /** Every code that stands anywhere in the facts, and those of the text as a whole. */
  readonly unresolved: readonly UnresolvedCode[];
}

/** The text was not analysed. */
export interface ShellRefused {
  readonly refused: RefusalCode;
  /** One line for people; never quotes the text. */
  readonly reason: string;
}
