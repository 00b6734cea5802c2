/** The port of what confines commands. Drivers stand behind it; all of them pass one contract suite. */
import type { Readable, Writable } from 'node:stream';
import type { ResourceLimits } from '../../model/index.ts';
import type { Capability } from './capabilities.ts';
import type { SandboxProfile } from './profiles.ts';

/** A path of Writ's own, or of somebody else whom a sandbox must not reach. */
export interface ProtectedPath {
  /** Absolute. */
  readonly path: string;
  /** `hidden`: an empty folder or file stands there. `read`: it can be read and not changed. */
  readonly access: 'hidden' | 'read';
}

/** How a sandbox is made. All paths are absolute; links in them are followed when it is made. */
export interface SandboxRequest {
  /** Names it in records: letters, digits and `-`, at most 64. */
  readonly id: string;
  readonly profile: SandboxProfile;
  /** Where commands start. Whether it can be written to is the profile's. */
  readonly folder: string;
  /** Folders that can be written to. */
  readonly write: readonly string[];
  /** Folders and files that can be read beside what the profile shows. */
  readonly read: readonly string[];
  /** What commands find in their environment beside what the driver itself sets; nothing is inherited. */
  readonly environment: Readonly<Record<string, string>>;
  readonly protect: readonly ProtectedPath[];
  /** The egress proxy's socket; absent: there is no network, whatever the profile allows. */
  readonly egress?: { readonly socketPath: string };
}

/** How to run a command. */
export interface ExecOptions {
  /** `inherit`: the command has the caller's own terminal or files; a file as input comes as a stream, and a folder is refused. `pipe` (default): streams in the answer. */
  readonly stdio?: 'inherit' | 'pipe';
  /** Ends everything inside when it aborts. */
  readonly signal?: AbortSignal;
}

/** Signals that can be sent to a command. */
export type CommandSignal = 'INT' | 'TERM' | 'HUP' | 'QUIT' | 'USR1' | 'USR2' | 'WINCH';

/** How a command ended. */
export interface CommandEnd {
  /** As a shell tells it: 128 and the signal's number for one that a signal ended, 126 and 127 for one that could not be started. */
  readonly exitCode: number;
  /** Number of the signal that ended it. */
  readonly signal?: number;
  /** Which bound ended it, where one did. */
  readonly limit?: 'memory' | 'processes' | 'cpu' | 'time';
}

/** A command under way. What it started ends with it. */
export interface RunningCommand {
  readonly id: string;
  /** Absent for inherited streams. */
  readonly stdin?: Writable;
  readonly stdout?: Readable;
  readonly stderr?: Readable;
  /** Rejects with `sandbox.failed` where the sandbox itself did not come up: then the command surely did not run. */
  readonly end: Promise<CommandEnd>;
  /** Sends a signal to the command. Does nothing once it ended. */
  send(signal: CommandSignal): void;
}

/** A place in which commands run confined. */
export interface Sandbox {
  readonly id: string;
  /** What policies see of it. */
  readonly limits: ResourceLimits;
  /** Starts a command: words, never a line that a shell would read. */
  exec(command: readonly string[], options?: ExecOptions): RunningCommand;
  /** A command that is under way, by its id; `undefined` once it ended. */
  running(id: string): RunningCommand | undefined;
  /** Ends every command in it and gives back what it held. Idempotent. */
  remove(): Promise<void>;
}

/** What a driver found out about this machine. */
export interface DriverReport {
  readonly driver: string;
  /**
   * `ready`: it confined a command that tried what it must not. `absent`: what it needs is not installed. `unfit`: it is installed, and this machine does
   * not let it confine. `untested`: nothing could be tried.
   */
  readonly status: 'ready' | 'absent' | 'unfit' | 'untested';
  readonly capabilities: ReadonlySet<Capability>;
  /** What was tried, in words, and what came of it. */
  readonly trials: readonly Trial[];
  /** One line for people. */
  readonly detail: string;
}

/** A forbidden effect that was attempted from inside. */
export interface Trial {
  readonly effect: string;
  readonly isRefused: boolean;
  /** What the command was told: `EPERM`, `not found`, … */
  readonly answer: string;
}

/** Confines commands. */
export interface SandboxDriver {
  /** `bubblewrap`, `docker`, `podman`, `gvisor`, `microvm`. */
  readonly name: string;
  /** Tries it: starts a sandbox and attempts what it must refuse. Never throws. */
  probe(): Promise<DriverReport>;
  /**
   * Makes a sandbox. Throws `sandbox.lacking` where the profile demands what this machine has not, naming it; `sandbox.folder` for a folder that cannot be
   * given; `sandbox.failed` where it cannot be made.
   */
  create(request: SandboxRequest): Promise<Sandbox>;
  /** Removes all sandboxes that are left. Idempotent. */
  close(): Promise<void>;
}
