/** The driver of this machine and commands run by it, for the tests of this folder; what they make is gone after a file's last test. */
import { afterAll } from 'vitest';
import { driversHere, followed, makePlace, type Place, type Said, sandboxAt } from '../fixtures.ts';
import { sandboxProfile, type SandboxProfile } from '../profiles.ts';
import type { SandboxDriver, SandboxRequest } from '../types.ts';
import { bubblewrapDriver } from './driver.ts';

const endings: (() => unknown)[] = [];
afterAll(async () => {
  for (const end of endings) await end();
});

const [here] = (await driversHere()).filter(({ driver }) => driver.name === 'bubblewrap');
/** The driver, tried where the machine has it. */
export const driver: SandboxDriver = here?.driver ?? bubblewrapDriver();
/** Whether this machine lacks what it needs. */
export const IS_LACKING: boolean = here?.lacks !== undefined;
export const MODERATE: SandboxProfile = sandboxProfile('moderate');
endAfter(() => driver.close());

/** Has `end` done after the last test. */
export function endAfter(end: () => unknown): void {
  endings.push(end);
}

/** A place on disk until then. */
export function place(owner?: 'ordinary'): Place {
  const made = makePlace(owner);
  endAfter(() => made.remove());
  return made;
}

/** Runs `command` in a sandbox of its own to its end. */
export async function run(
  command: readonly string[],
  given: {
    readonly at?: Place;
    readonly profile?: SandboxProfile;
    readonly more?: Partial<SandboxRequest>;
  } = {},
): Promise<Said> {
  const sandbox = await sandboxAt(driver, given.profile ?? MODERATE, given.at ?? place(), given.more);
  try {
    return await followed(sandbox.exec(command));
  } finally {
    await sandbox.remove();
  }
}

/** `line` as a command of a shell. */
export function sh(line: string): readonly string[] {
  return ['sh', '-c', line];
}
