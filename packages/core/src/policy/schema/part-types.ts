/** What `context.args` of a part is, by its action: what a command line, a file or a connection is in detail. */
import type { ArgField, ArgType, RecordType } from './arg-types.ts';

const STRING: ArgType = { kind: 'string' };
const STRINGS: ArgType = { kind: 'set', element: STRING };
const LONG: ArgType = { kind: 'long' };
const BOOLEAN: ArgType = { kind: 'boolean' };

const there = (type: ArgType): ArgField => ({ type, required: true, nullable: false });
const maybe = (type: ArgType): ArgField => ({ type, required: false, nullable: false });
const record = (fields: Readonly<Record<string, ArgField>>): RecordType => ({
  kind: 'record',
  fields: new Map(Object.entries(fields)),
});

/** `process/exec` and `sandbox/exec`: one program with its words. */
export const EXEC_ARGS: RecordType = record({
  /** The words as a shell would have to be given them. */
  line: there(STRING),
  /** Where the program has commands of its own: `push` of `git push`. */
  subcommand: maybe(STRING),
  /** `--force`, `-f`; grouped letters apart, values cut off. */
  options: there(STRINGS),
  operands: there(STRINGS),
  /** Absolute. */
  cwd: there(STRING),
  in_workspace: there(BOOLEAN),
  /** Programs whose output is its input. */
  piped_from: there(STRINGS),
  /** Codes of what cannot be known before it runs. */
  unresolved: there(STRINGS),
  /** As it was written, where it was written with a folder. */
  path: maybe(STRING),
});

/** `file/read`, `file/write`, `file/delete`. */
export const FILE_ARGS: RecordType = record({
  /** Absolute, normalised, where links lead. */
  path: there(STRING),
  in_workspace: there(BOOLEAN),
  /** Whether a symbolic link led there. */
  through_link: there(BOOLEAN),
  unresolved: there(STRINGS),
  /** The program or tool that reaches for it. */
  by: there(STRING),
});

/** `network/egress`. */
export const EGRESS_ARGS: RecordType = record({
  host: there(STRING),
  /** 0 where it is not known. */
  port: there(LONG),
  /** `https`, `http`, `ws`, `ssh`, …; `tcp` where bytes are all that is seen. */
  scheme: there(STRING),
  /** Where it can be seen. */
  method: maybe(STRING),
  path: maybe(STRING),
  /** What the name was resolved to, once; the connection is made to it. */
  address: maybe(STRING),
  /** `public`, `private`, `loopback`, `link-local`, `cgnat`, `metadata`, `multicast`, `reserved`, `unknown`. */
  network: there(STRING),
  by: there(STRING),
  unresolved: maybe(STRINGS),
});

/** `sandbox/read-file`, `sandbox/write-file`. */
export const SANDBOX_FILE_ARGS: RecordType = record({ path: there(STRING) });

/** `sandbox/create`: what it is given. Paths are absolute, where links lead. */
export const SANDBOX_CREATE_ARGS: RecordType = record({
  /** Where commands start; whether they may write to it is the profile's. */
  folder: there(STRING),
  /** Further folders that they may write to. */
  write: there(STRINGS),
  /** Further folders and files that they may read. */
  read: there(STRINGS),
  /** Names of the variables that are handed on. */
  environment: there(STRINGS),
  /** Socket of the egress proxy, where there is a way out. */
  egress: maybe(STRING),
});
