/** Sandboxes behind a guard. */
import type { Caller, Enforced, Guard } from '@writ/core';
import type {
  CommandEnd,
  ExecOptions,
  ProtectedPath,
  RunningCommand,
  SandboxDriver,
  SandboxRequest,
} from '@writ/core/sandbox';

/** What governed sandboxes stand on. */
export interface GovernedSandboxPorts {
  readonly guard: Pick<Guard, 'enforce'>;
  readonly driver: SandboxDriver;
  /** Out of every sandbox's reach. */
  readonly protect: readonly ProtectedPath[];
  /** Who acts; absent: the node's own agent. */
  readonly caller?: Caller;
}

/** How to make a sandbox; what is protected, nobody who makes one says. */
export interface GovernedSandboxRequest extends Omit<SandboxRequest, 'protect'> {
  /** Whether a person is waited for (default: as configured). */
  readonly wait?: boolean;
}

/** An action that did not happen, or failed. */
export interface NotDone {
  readonly is: 'refused' | 'failed';
  readonly enforced: Enforced;
  /** What went wrong, where it was permitted and failed. */
  readonly fault?: unknown;
}

/** An action that was performed, with what came of it. */
export interface Done<Value> {
  readonly is: 'done';
  readonly enforced: Enforced;
  readonly value: Value;
}

export type Answer<Value> = Done<Value> | NotDone;

/** How to run a command. */
export interface GovernedExecOptions extends ExecOptions {
  /** Told when it has started, to stream what it reads and writes. */
  readonly onStarted?: (running: RunningCommand) => void;
  readonly wait?: boolean;
}

/** A sandbox of which every use is a governed action. */
export interface GovernedSandbox {
  readonly id: string;
  /**
   * Runs a command to its end. What it reads and writes flows past the guard; the record has how it ended, as a code `exit.N`. A kill switch, and the guard's
   * end, end it.
   */
  exec(command: readonly string[], options?: GovernedExecOptions): Promise<Answer<CommandEnd>>;
  /** The streams of a command under way; `failed` where there is none of that id. */
  attach(commandId: string): Promise<Answer<RunningCommand>>;
  /** A file as commands in it see it: at most 1 MiB of UTF-8. The content is judged before it is delivered. */
  readFile(path: string): Promise<Answer<string>>;
  /** Writes a file as a command in it would. The content is judged before it is written. */
  writeFile(path: string, content: string): Promise<Answer<undefined>>;
  /** Ends everything in it. */
  remove(): Promise<Answer<undefined>>;
}

/** Sandboxes behind a guard. */
export interface GovernedSandboxes {
  create(request: GovernedSandboxRequest): Promise<Answer<GovernedSandbox>>;
}
