/** How hooks start the daemon. */

/** Program and words, absolute: hooks start with whatever PATH and folder their host has. */
export function daemonCommand(config: string): readonly string[] {
  return [process.execPath, process.argv[1] ?? '', 'daemon', 'run', '--config', config];
}
