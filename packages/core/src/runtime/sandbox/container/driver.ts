/**
 * Drivers over a container engine: Docker and Podman, and through their runtimes gVisor (`runsc`) and a virtual machine (Kata over Firecracker or another).
 * Each command is a container of its own, which ends with it. There is no way to the egress proxy: a sandbox that is given one is not made (decision 29).
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { canonicalJson, Fault } from '../../../kernel/index.ts';
import type { Capability } from '../capabilities.ts';
import { requireCapabilities } from '../demands.ts';
import { givenFolder, isWithin } from '../folders.ts';
import { limitsOf } from '../limits.ts';
import { requireKept } from '../own-files.ts';
import { probeDriver } from '../probe.ts';
import { containerSeccomp, SECCOMP_RULES } from '../seccomp/index.ts';
import type {
  CommandEnd,
  ExecOptions,
  RunningCommand,
  Sandbox,
  SandboxDriver,
  SandboxRequest,
} from '../types.ts';
import { type ContainerPlan, containerWords } from './words.ts';

/** How long an engine may take to say whether it works, in milliseconds. */
const ENGINE_MS = 20_000;
/** What an engine ends with where it could not run a container. */
const ENGINE_FAILED = 125;
/** How often the end of a container is asked for, in milliseconds. */
const KILL_EVERY_MS = 250;
/** `nobody`. */
const NOBODY = 65_534;

/** An engine, and how it runs containers. */
export interface ContainerOptions {
  /** Name of the driver: `docker`, `podman`, `gvisor`, `microvm`. */
  readonly name: string;
  /** Absolute path of `docker` or `podman`; absent: not installed. */
  readonly engine?: string;
  /** Runtime of the engine: `runsc`, `kata`. Absent: its own. */
  readonly runtime?: string;
  /** The image that commands run in. It is never fetched. Absent: nothing can be run. */
  readonly image?: string;
  /** More words for `run`, by the operator of the engine. */
  readonly more?: readonly string[];
}

/** A driver over `options.engine`. */
export function containerDriver(options: ContainerOptions): SandboxDriver {
  const sandboxes = new Set<Sandbox>();
  let place: string | undefined;
  const driver: SandboxDriver = {
    name: options.name,
    async probe() {
      const base = { driver: options.name, capabilities: new Set<Capability>(), trials: [] };
      const lacks = lacking(options);
      if (lacks === undefined) return probeDriver(driver, tmpdir());
      return { ...base, status: options.engine === undefined ? 'absent' : 'untested', detail: lacks };
    },
    // oxlint-disable-next-line typescript/require-await -- what is thrown on the way rejects
    async create(request) {
      const lacks = lacking(options);
      if (lacks !== undefined)
        throw new Fault('sandbox.lacking', `\`${options.name}\` cannot confine on this machine: ${lacks}`, {
          hint: 'use another driver',
        });
      place ??= makePlace();
      const sandbox = makeSandbox(options, place, request, () => sandboxes.delete(sandbox));
      sandboxes.add(sandbox);
      return sandbox;
    },
    async close() {
      await Promise.all([...sandboxes].map((sandbox) => sandbox.remove()));
      if (place !== undefined) rmSync(place, { recursive: true, force: true });
      place = undefined;
    },
  };
  return driver;
}

/** What keeps it from running anything; `undefined` for nothing. */
function lacking({ name, engine, runtime, image }: ContainerOptions): string | undefined {
  if (engine === undefined) return `the engine of \`${name}\` is not installed`;
  const info = spawnSync(engine, ['info'], { encoding: 'utf8', timeout: ENGINE_MS });
  if (info.status !== 0) return 'its engine does not answer';
  if (runtime !== undefined && !info.stdout.includes(runtime))
    return `its engine has no runtime \`${runtime}\``;
  if (image === undefined) return 'no image is named for it';
  const has = spawnSync(engine, ['image', 'inspect', image], { stdio: 'ignore', timeout: ENGINE_MS });
  return has.status === 0 ? undefined : `the image \`${image}\` is not there`;
}

function makePlace(): string {
  const place = mkdtempSync(join(tmpdir(), 'writ-container-'));
  mkdirSync(join(place, 'empty'));
  writeFileSync(join(place, 'empty-file'), '');
  writeFileSync(join(place, 'seccomp.json'), canonicalJson(containerSeccomp(SECCOMP_RULES)));
  return place;
}

function makeSandbox(
  options: ContainerOptions,
  place: string,
  request: SandboxRequest,
  onRemoved: () => void,
): Sandbox {
  const { profile, id, egress } = request;
  const plan = planOf(options, place, request);
  const demands: readonly Capability[] =
    egress === undefined || profile.network === 'none'
      ? profile.demands
      : [...profile.demands, 'egress-relay'];
  requireCapabilities(profile.name, options.name, demands, capabilities(options, plan));
  const { engine = '' } = options;
  const commands = new Map<string, RunningCommand>();
  const ending = new AbortController();
  let count = 0;
  return {
    id,
    limits: limitsOf(profile, options.name, false),
    exec(command, execOptions = {}) {
      if (ending.signal.aborted) throw new Fault('sandbox.failed', `the sandbox \`${id}\` was removed`);
      const name = `writ-${id}-${process.pid}-${(count += 1)}`;
      const signal =
        execOptions.signal === undefined
          ? ending.signal
          : AbortSignal.any([execOptions.signal, ending.signal]);
      const words = containerWords({ ...plan, name }, command);
      const running = start(engine, words, name, { ...execOptions, signal }, profile.timeoutSeconds);
      commands.set(name, running);
      const settled = (): void => void commands.delete(name);
      running.end.then(settled, settled);
      return running;
    },
    running: (name) => commands.get(name),
    async remove() {
      ending.abort();
      await Promise.allSettled([...commands.values()].map(({ end }) => end));
      onRemoved();
    },
  };
}

function planOf(
  { runtime, image = '', more = [] }: ContainerOptions,
  place: string,
  request: SandboxRequest,
): Omit<ContainerPlan, 'name'> {
  const { profile, protect } = request;
  const home = homedir();
  const folder = givenFolder(request.folder, profile.workspace === 'write' ? 'write' : 'start', home);
  const write = [
    ...(profile.workspace === 'write' ? [folder] : []),
    ...request.write.map((path) => givenFolder(path, 'write', home)),
  ];
  const read = [folder, ...request.read.map((path) => givenFolder(path, 'read', home))].filter(
    (path) => !write.some((one) => isWithin(one, path)),
  );
  requireKept({ folder, write, read }, protect);
  const uid = process.getuid?.() ?? NOBODY;
  const owner =
    uid === 0 ? (write[0] === undefined ? { uid: NOBODY, gid: NOBODY } : statSync(write[0])) : undefined;
  return {
    image,
    more: [...(runtime === undefined ? [] : ['--runtime', runtime]), ...more],
    profile,
    folder,
    write: [...new Set(write)],
    read: [...new Set(read)],
    protect,
    environment: request.environment,
    user: owner === undefined ? `${uid}:${process.getgid?.() ?? NOBODY}` : `${owner.uid}:${owner.gid}`,
    place,
  };
}

function capabilities(
  { runtime }: ContainerOptions,
  { user, more }: Omit<ContainerPlan, 'name'>,
): ReadonlySet<Capability> {
  return new Set<Capability>([
    'namespaces',
    'system-call-filter',
    // Root without any right still owns what is root's: the accounts of the image, and every file of root's in the folder.
    ...(user.startsWith('0:') ? [] : ['no-privileges' as const, 'ordinary-user' as const]),
    // An engine that is told to make no control groups bounds nothing.
    ...(more.some((word) => word.startsWith('--cgroups'))
      ? []
      : ['bounds' as const, 'kernel-bounds' as const]),
    ...(runtime === undefined ? [] : ['own-kernel' as const]),
  ]);
}

function start(
  engine: string,
  words: readonly string[],
  name: string,
  { stdio = 'pipe', signal }: ExecOptions,
  timeoutSeconds: number | undefined,
): RunningCommand {
  if (signal?.aborted === true) throw new Fault('sandbox.failed', 'it was ended before the command started');
  // What an engine leaves where it was started is not left in a folder of the caller's.
  const child = spawn(engine, words, { cwd: tmpdir(), stdio: [stdio, stdio, stdio], detached: true });
  let isTimedOut = false;
  const engineSays = (...say: readonly string[]): void => {
    spawn(engine, say, { stdio: 'ignore' }).on('error', () => {});
  };
  let again: NodeJS.Timeout | undefined;
  // A container that is only being made cannot be ended yet: it is tried until it is gone.
  const kill = (): void => {
    engineSays('kill', name);
    again ??= setInterval(() => engineSays('kill', name), KILL_EVERY_MS).unref();
  };
  const timer =
    timeoutSeconds === undefined
      ? undefined
      : setTimeout(() => {
          isTimedOut = true;
          kill();
        }, timeoutSeconds * 1000);
  timer?.unref();
  signal?.addEventListener('abort', kill, { once: true });
  const end = new Promise<CommandEnd>((resolve, reject) => {
    child.once('error', (cause) =>
      reject(new Fault('sandbox.failed', `the engine could not be started: ${cause.message}`, {}, { cause })),
    );
    child.once('exit', (code) => {
      if (code === ENGINE_FAILED || code === null)
        reject(new Fault('sandbox.failed', 'the engine did not run the command'));
      else if (isTimedOut) resolve({ exitCode: code, limit: 'time' });
      else resolve(code > 128 ? { exitCode: code, signal: code - 128 } : { exitCode: code });
    });
  }).finally(() => {
    clearTimeout(timer);
    clearInterval(again);
    signal?.removeEventListener('abort', kill);
  });
  const { stdin, stdout, stderr } = child;
  // A command that does not read what it is given is no fault of whoever gives it.
  stdin?.on('error', () => {});
  return {
    id: name,
    ...(stdin === null ? {} : { stdin }),
    ...(stdout === null ? {} : { stdout }),
    ...(stderr === null ? {} : { stderr }),
    end,
    send: (one) => engineSays('kill', '--signal', one, name),
  };
}
