/** What was found so far. */
import type { UnresolvedCode } from '../codes.ts';
import type { ShellCommand, ShellFacts, ShellFile, ShellHost } from '../types.ts';
import { MAX_COMMANDS, Refusal } from './budget.ts';

/** A place in what was found, to return to. */
export interface Mark {
  readonly commands: number;
  readonly files: number;
  readonly hosts: number;
}

export class Collector {
  readonly #commands: ShellCommand[] = [];
  readonly #files: ShellFile[] = [];
  readonly #hosts: ShellHost[] = [];
  readonly #codes = new Set<UnresolvedCode>();

  /** Gives the place of `command`, for `amend`. */
  command(command: ShellCommand): number {
    this.note(command.unresolved);
    if (this.#commands.push(command) > MAX_COMMANDS) throw new Refusal('too-many-commands');
    return this.#commands.length - 1;
  }

  /** Adds to a command what was found while looking at what it starts. */
  amend(place: number, change: (command: ShellCommand) => ShellCommand): void {
    const command = this.#commands[place];
    if (command === undefined) return;
    const changed = change(command);
    this.#commands[place] = changed;
    this.note(changed.unresolved);
  }

  file(file: ShellFile): void {
    this.#files.push(file);
    this.note(file.unresolved);
    if (this.#files.length > 8 * MAX_COMMANDS) throw new Refusal('too-complex');
  }

  host(host: ShellHost): void {
    this.#hosts.push(host);
    if (this.#hosts.length > 8 * MAX_COMMANDS) throw new Refusal('too-complex');
  }

  /** Codes of the text that belong to no command. They stay, whatever is taken back. */
  note(codes: readonly UnresolvedCode[]): void {
    for (const code of codes) this.#codes.add(code);
  }

  mark(): Mark {
    return { commands: this.#commands.length, files: this.#files.length, hosts: this.#hosts.length };
  }

  /** Takes back what was found since `mark`: a round of a loop that a wider one replaces. */
  takeBack(mark: Mark): void {
    this.#commands.length = mark.commands;
    this.#files.length = mark.files;
    this.#hosts.length = mark.hosts;
  }

  /** Programs found since `mark`. */
  programsSince(mark: Mark): readonly string[] {
    return [...new Set(this.#commands.slice(mark.commands).map(({ program }) => program))];
  }

  /** Everything, each thing once, in the order in which it was found. */
  facts(): ShellFacts {
    return {
      commands: distinct(this.#commands),
      files: distinct(this.#files),
      hosts: distinct(this.#hosts),
      unresolved: [...this.#codes].sort(),
    };
  }
}

function distinct<Item>(items: readonly Item[]): readonly Item[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}
