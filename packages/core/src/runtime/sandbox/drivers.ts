/** Every driver there is. */
import { bubblewrapDriver } from './bubblewrap/index.ts';
import type { SandboxDriver } from './types.ts';

/** All of them, none of them tried. Each is to be closed. */
export function sandboxDrivers(): readonly SandboxDriver[] {
  return [bubblewrapDriver()];
}
