/** Drivers of this machine, and a place for sandboxes, for the tests of this folder. */
import { spawn } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { sandboxDrivers } from './drivers.ts';
import type { SandboxProfile } from './profiles.ts';
import type { TrialTargets } from './trials.ts';
import type { CommandEnd, RunningCommand, Sandbox, SandboxDriver, SandboxRequest } from './types.ts';

export const IS_ROOT: boolean = process.getuid?.() === 0;
const NOBODY = 65_534;

/** Drivers to test, each with what keeps this machine from it. Containers need an image with `perl` and `python3`, named in `WRIT_SANDBOX_IMAGE`. */
export async function driversHere(): Promise<
  readonly { readonly driver: SandboxDriver; readonly lacks: string | undefined }[]
> {
  const image = process.env['WRIT_SANDBOX_IMAGE'];
  return Promise.all(
    sandboxDrivers(image === undefined ? {} : { image }).map(async (driver) => {
      const { status, detail } = await driver.probe();
      // INVARIANT: what is installed and does not confine is a failure of its tests, and never a reason to skip them.
      const lacks = status === 'absent' || status === 'untested' ? detail : undefined;
      // Whoever reads the output of a run must not take what was skipped for what passed.
      if (lacks !== undefined) console.warn(`SKIPPED: sandboxes of ${driver.name}: ${lacks}`);
      return { driver, lacks };
    }),
  );
}

/** A place on disk: a folder to give, one beside it, and secrets in both. */
export interface Place extends TrialTargets {
  readonly root: string;
  remove(): void;
}

/** Makes a place. `owner`: `ordinary` gives it to an ordinary user where root runs the tests. */
export function makePlace(owner: 'caller' | 'ordinary' = 'caller'): Place {
  const root = mkdtempSync(join(tmpdir(), 'writ-sandbox-test-'));
  chmodSync(root, 0o755);
  const [folder, outside] = [join(root, 'folder'), join(root, 'outside')];
  mkdirSync(join(folder, 'kept/.writ'), { recursive: true });
  mkdirSync(outside);
  const [secret, hidden] = [join(outside, 'secret'), join(folder, 'kept/.writ/key')];
  for (const file of [secret, hidden]) writeFileSync(file, 'a secret');
  if (owner === 'ordinary' && IS_ROOT)
    for (const path of [folder, join(folder, 'kept'), join(folder, 'kept/.writ'), hidden])
      chownSync(path, NOBODY, NOBODY);
  return {
    root,
    folder,
    outside,
    secret,
    hidden,
    pid: process.pid,
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

let count = 0;

/** A sandbox of `profile` over the folder of `place`, its own keys hidden. */
export function sandboxAt(
  driver: SandboxDriver,
  profile: SandboxProfile,
  place: Place,
  more: Partial<SandboxRequest> = {},
): Promise<Sandbox> {
  return driver.create({
    id: `test-${process.pid}-${(count += 1)}`,
    profile,
    folder: place.folder,
    write: [place.folder],
    read: [],
    environment: {},
    protect: [{ path: join(place.folder, 'kept/.writ'), access: 'hidden' }],
    ...more,
  });
}

/** How a command ended, and what it said. */
export interface Said {
  readonly end: CommandEnd;
  readonly out: string;
  readonly err: string;
}

/** Follows a command to its end. */
export async function followed(running: RunningCommand, input = ''): Promise<Said> {
  running.stdin?.end(input);
  const [end, out, err] = await Promise.all([running.end, text(running.stdout), text(running.stderr)]);
  return { end, out, err };
}

/** The same outside: what a plain process does. */
export async function runOutside(command: readonly string[]): Promise<string> {
  const [program = '', ...words] = command;
  return text(spawn(program, words, { stdio: ['ignore', 'pipe', 'inherit'] }).stdout);
}

async function text(stream: Readable | undefined): Promise<string> {
  let all = '';
  for await (const chunk of stream ?? []) all += String(chunk);
  return all;
}
