/** How the parts of the analysis reach each other without importing each other. */
import type { AndOr, CompoundList, ParsedScript, PipelineNode, Statement } from 'unbash';
import type { UnresolvedCode } from '../codes.ts';
import type { ShellAssignment, ShellWord } from '../types.ts';
import type { Budget } from './budget.ts';
import type { Collector } from './collector.ts';
import type { Outcome, State } from './state.ts';
import type { Scalar, Value } from './values.ts';

/** Circumstances of a command that do not change from one to the next. */
export interface Frame {
  /** Programs whose output reaches standard input. */
  readonly pipedFrom: readonly string[];
  /** Programs that led here. */
  readonly via: readonly string[];
  /** On another machine or in a container: files named there are not files here. */
  readonly isElsewhere: boolean;
  readonly depth: number;
  /** How often the commands here are already repeated, because a loop was unrolled. */
  readonly repeats: number;
  /** `sh` where the shell that reads may be another than bash. */
  readonly dialect: 'bash' | 'sh';
  /** Codes that every command here bears. */
  readonly codes: readonly UnresolvedCode[];
  /** In a loop of this very shell, which `break` leaves. */
  readonly isInLoop: boolean;
  /** In a function, which `return` leaves. */
  readonly isInFunction: boolean;
  /** Names of functions and aliases that are being run. */
  readonly calls: readonly string[];
  /** States in which the innermost loop or function may be left before its end. */
  readonly left: State[];
}

/** A state that expansion of words may change (`${x:=y}`, `$((x++))`). */
export interface Scope {
  state: State;
}

/** What `name=value` puts into a variable, and how it stands in the facts. */
export interface Assigned extends ShellAssignment {
  readonly held: Value;
}

/** A simple command with everything expanded. */
export interface Call {
  readonly words: readonly ShellWord[];
  /** In front of the command, for it alone. */
  readonly assignments: readonly Assigned[];
  /** Among the words of `export`, `declare` and their kind. */
  readonly listed?: readonly Assigned[];
  readonly state: State;
  readonly frame: Frame;
  /** Started by a program, not by the shell: no function, alias or builtin stands for it. */
  readonly isExternal?: boolean;
  readonly skipFunctions?: boolean;
  /** Codes that hold for it besides those of its words. */
  readonly codes?: readonly UnresolvedCode[];
}

export interface Engine {
  readonly budget: Budget;
  readonly facts: Collector;
  readonly workspace: string;
  readonly home: string;
  /** A list of statements, one after the other. */
  statements(list: readonly Statement[] | CompoundList, state: State, frame: Frame): Outcome;
  node(node: PipelineNode | AndOr, state: State, frame: Frame): Outcome;
  /** A nested script, in a copy of the shell; gives what it prints, where that is known. */
  substitute(script: ParsedScript | undefined, written: string, scope: Scope, frame: Frame): Scalar;
  /** Text that a shell runs: in the same shell (`eval`), or with `state` as a new one. */
  text(text: string, state: State, frame: Frame): Outcome;
  /** The same for a text that may be no program: then nothing happens, and the answer is false. */
  textIfWhole(text: string, state: State, frame: Frame): boolean;
  /** A simple command. */
  call(call: Call): Outcome;
}
