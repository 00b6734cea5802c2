/** What confines the shell commands of hosts: it tries first whether this machine can, and then has the host run `writ run` with the command in it. */
import { existsSync, realpathSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { type Confinement, describeFault, Fault, isFault, type JsonValue } from '@writ/core';
import {
  bubblewrapDriver,
  type SandboxDriver,
  sandboxProfile,
  type SandboxRequest,
} from '@writ/core/sandbox';
import type { Configuration } from '../../config/index.ts';
import { sandboxProtection } from '../../sandbox/index.ts';
import { shellCommand } from '../actions/index.ts';
import type { HookConfiner, HookEvent } from '../types.ts';
import {
  type ConfinedText,
  confinedLine,
  givenFolders,
  type OwnWords,
  textInConfined,
} from './confined-line.ts';

/** What it is made of. */
export interface ConfinerOptions {
  /** Program and words that start Writ, absolute. */
  readonly writ: readonly string[];
  /** Its `file` is what `writ run` is given. */
  readonly config: Configuration & { readonly file: string };
  /** Opens what is tried (default: bubblewrap as it is installed now). */
  readonly openDriver?: () => SandboxDriver;
}

/** Places that were found fit and are not tried again; beyond these the oldest is forgotten. */
const MAX_FIT = 256;

/** Confines by bubblewrap, as `writ run` does. */
export function createConfiner({
  writ,
  config,
  openDriver = bubblewrapDriver,
}: ConfinerOptions): HookConfiner {
  const own: OwnWords = { writ, config: config.file };
  const requireFit = fitness(config, openDriver);
  return {
    plain(event) {
      const command = shellCommand(event);
      const place = command === undefined ? undefined : placeOf(event, command.cwd);
      if (command === undefined || place === undefined) return event;
      const { shell } = command;
      const line = lineIn(event, command.text);
      const text = textInConfined(line, { ...place, ...(shell === undefined ? {} : { shell }) }, own);
      return text === undefined ? event : { ...event, input: command.with(text) };
    },
    able: (event) => (shellCommand(event) === undefined ? undefined : 'restrictive'),
    async confined(event, confinement) {
      const command = shellCommand(event);
      if (command === undefined)
        throw new Fault(
          'sandbox.failed',
          'only the commands of the host’s own shell tool can be run confined',
        );
      const place = placeOf(event, command.cwd);
      if (place === undefined)
        throw new Fault('sandbox.folder', 'it starts outside the workspace, where nothing runs confined');
      requireElsewhere(writ, place.workspaces);
      const { shell, text } = command;
      const given: ConfinedText = { ...place, text, ...(shell === undefined ? {} : { shell }) };
      const line = confinedLine(given, confinement, own);
      await requireFit(given, confinement);
      return command.with(line);
    },
  };
}

/** Throws what would keep `writ run` from running something there, so that no host has to find out. */
function fitness(
  config: Configuration,
  openDriver: () => SandboxDriver,
): (given: ConfinedText, confinement: Confinement) => Promise<void> {
  const fit = new Set<string>();
  let isReady = false;
  const make = async (request: SandboxRequest): Promise<void> => {
    const driver = openDriver();
    try {
      if (!isReady) await requireReady(driver);
      isReady = true;
      const sandbox = await driver.create(request);
      await sandbox.remove();
    } finally {
      await driver.close();
    }
  };
  return async (given, confinement) => {
    try {
      const request = requestFor(given, confinement, config);
      const key = JSON.stringify(request);
      if (fit.has(key)) return;
      await make(request);
      fit.add(key);
      const [oldest] = fit;
      if (fit.size > MAX_FIT && oldest !== undefined) fit.delete(oldest);
    } catch (thrown) {
      throw lacking(thrown, confinement);
    }
  };
}

function requestFor(given: ConfinedText, confinement: Confinement, config: Configuration): SandboxRequest {
  const profile = sandboxProfile(confinement);
  const egress = profile.network === 'proxy' ? egressSocket(config) : undefined;
  const others = givenFolders(confinement, given);
  return {
    id: 'hook',
    profile,
    folder: given.folder,
    ...others,
    environment: {},
    protect: sandboxProtection(config, profile.workspace === 'write' ? [given.folder, ...others.write] : []),
    ...(egress === undefined ? {} : { egress: { socketPath: egress } }),
  };
}

async function requireReady(driver: SandboxDriver): Promise<void> {
  const { status, detail } = await driver.probe();
  if (status === 'ready') return;
  throw new Fault('sandbox.lacking', detail, { hint: '`writ doctor --sandbox` tells more' });
}

/** A proxy that is configured and does not run is an error, as for `writ run`. */
function egressSocket({ egress }: Configuration): string | undefined {
  const listen = egress?.listen;
  if (listen === undefined || !('socket' in listen)) return undefined;
  if (existsSync(listen.socket)) return listen.socket;
  throw new Fault('sandbox.lacking', `the egress proxy does not listen on \`${listen.socket}\``, {
    hint: 'start it with `writ egress`',
  });
}

function lacking(thrown: unknown, confinement: Confinement): Fault {
  const code = isFault(thrown) ? thrown.code : 'sandbox.failed';
  const hint = isFault(thrown) ? thrown.data['hint'] : undefined;
  const why = `${describeFault(thrown)}${typeof hint === 'string' ? `; ${hint}` : ''}`;
  return new Fault(
    code,
    `policy lets this run only confined as \`${confinement}\`, which cannot be done here: ${why}`,
    {},
    { cause: thrown },
  );
}

/** INVARIANT: what starts the sandbox is not in it: a confined command would write what the host runs unconfined with the next one. */
function requireElsewhere(words: readonly string[], workspaces: readonly string[]): void {
  const own = words.filter(isAbsolute).flatMap(real);
  const inside = own.find((word) => workspaces.some((root) => isWithin(root, word)));
  if (inside === undefined) return;
  throw new Fault(
    'sandbox.folder',
    `policy lets this run only confined, and Writ itself stands in the workspace (\`${inside}\`), where it could be changed: install it elsewhere`,
  );
}

function isWithin(root: string, path: string): boolean {
  return path === root || path.startsWith(`${root}/`);
}

/** `undefined` where it does not start in a workspace. */
function placeOf(
  { workspaces, cwd }: HookEvent,
  start: string,
): Pick<ConfinedText, 'folder' | 'workspaces'> | undefined {
  const roots = (workspaces.length === 0 ? [cwd] : workspaces).flatMap(real).filter((root) => root !== '/');
  const [folder] = real(start);
  if (folder === undefined || !roots.some((root) => isWithin(root, folder))) return undefined;
  return { folder, workspaces: [...new Set(roots)] };
}

function real(path: string): readonly string[] {
  try {
    return [realpathSync(path)];
  } catch {
    return [];
  }
}

/** What stands in the form that a confined list of words has. */
function lineIn({ input }: HookEvent, text: string): string {
  const words = input['command'] ?? input['cmd'];
  if (!Array.isArray(words)) return text;
  const [program, flag, line] = words as readonly JsonValue[];
  return words.length === 3 && program === '/bin/sh' && flag === '-c' && typeof line === 'string'
    ? line
    : text;
}
