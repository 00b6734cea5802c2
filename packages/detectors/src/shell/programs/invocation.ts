/** A program that is being started, and what handlers may say of it. */
import type { UnresolvedCode } from '../codes.ts';
import { type Engine, type Frame, inFolder, startedBy, type State, touch } from '../engine/index.ts';
import { addHost } from '../hosts/index.ts';
import type { Assigned } from '../engine/index.ts';
import type { FileAccess, ShellWord } from '../types.ts';
import type { GivenOption, Parsed } from './options.ts';
import type { ProgramSpec } from './spec.ts';

export class Invocation {
  readonly engine: Engine;
  readonly name: string;
  /** Words behind the program. */
  readonly args: readonly ShellWord[];
  readonly spec: ProgramSpec | undefined;
  readonly parsed: Parsed;
  readonly frame: Frame;
  readonly assignments: readonly Assigned[];
  /** State in which the program runs; `-C` and its kind change the folder. */
  state: State;
  readonly codes: Set<UnresolvedCode> = new Set();
  /** Name of the script of a package that it runs. */
  packageScript: string | undefined;
  /** The program in another language that it reads from its standard input. */
  stdinCode: string | undefined;

  constructor(init: {
    readonly engine: Engine;
    readonly name: string;
    readonly args: readonly ShellWord[];
    readonly spec: ProgramSpec | undefined;
    readonly parsed: Parsed;
    readonly frame: Frame;
    readonly state: State;
    readonly assignments: readonly Assigned[];
  }) {
    this.engine = init.engine;
    this.name = init.name;
    this.args = init.args;
    this.spec = init.spec;
    this.parsed = init.parsed;
    this.frame = init.frame;
    this.state = init.state;
    this.assignments = init.assignments;
  }

  get operands(): readonly ShellWord[] {
    return this.parsed.operands;
  }

  note(...codes: readonly UnresolvedCode[]): void {
    for (const code of codes) this.codes.add(code);
  }

  has(...names: readonly string[]): boolean {
    return this.parsed.options.some(({ name }) => names.includes(name));
  }

  given(...names: readonly string[]): readonly GivenOption[] {
    return this.parsed.options.filter(({ name }) => names.includes(name));
  }

  /** The last value of any of the options `names`. */
  value(...names: readonly string[]): ShellWord | undefined {
    return this.given(...names).findLast(({ value }) => value !== undefined)?.value;
  }

  touch(access: FileAccess, word: ShellWord, ...codes: readonly UnresolvedCode[]): void {
    touch(this.engine, { access, word, by: this.name, state: this.state, frame: this.frame, codes });
  }

  host(word: ShellWord, scheme?: string): void {
    addHost(this.engine, word, this.name, scheme);
  }

  enter(word: ShellWord): void {
    this.state = inFolder(this.state, word);
  }

  /** What this program starts, given as words. */
  run(
    words: readonly ShellWord[],
    changes: Partial<Frame> = {},
    assignments: readonly Assigned[] = [],
  ): void {
    if (words.length === 0) return;
    this.engine.call({
      words,
      assignments: [...this.assignments, ...assignments],
      state: this.state,
      frame: startedBy(this.frame, this.name, changes),
      isExternal: true,
    });
  }

  /** The frame of what this program starts. */
  inner(changes: Partial<Frame> = {}): Frame {
    return startedBy(this.frame, this.name, changes);
  }
}

/** A word that is known. */
export function knownWord(value: string): ShellWord {
  return { value, unresolved: [] };
}
