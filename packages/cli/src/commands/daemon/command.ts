/** How hooks start Writ. */

/** Program and words that start Writ, absolute: hooks start with whatever PATH and folder their host has. */
export function ownCommand(): readonly string[] {
  return [process.execPath, process.argv[1] ?? ''];
}

/** The same, for the daemon. */
export function daemonCommand(config: string): readonly string[] {
  return [...ownCommand(), 'daemon', 'run', '--config', config];
}
