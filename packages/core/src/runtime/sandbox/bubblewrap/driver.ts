/** The bubblewrap driver: namespaces, our filter of system calls, bounds, and no way out but the egress proxy (decision 29). */
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { Fault } from '../../../kernel/index.ts';
import type { ResourceLimits } from '../../../model/index.ts';
import { requireCapabilities } from '../demands.ts';
import { givenFolder } from '../folders.ts';
import { probeDriver } from '../probe.ts';
import { limitsOf } from '../limits.ts';
import { requireKept } from '../own-files.ts';
import type { Capability } from '../capabilities.ts';
import type { ExecOptions, RunningCommand, Sandbox, SandboxDriver, SandboxRequest } from '../types.ts';
import {
  type ControlGroups,
  type GroupParents,
  groupParents,
  inControlGroups,
  makeControlGroups,
} from './control-group.ts';
import { type Identity, INSIDE_ID, sandboxIdentity } from './identity.ts';
import { ENVIRONMENT_PREFIX, launcherCommand } from './launcher.ts';
import { type Machine, readMachine } from './machine.ts';
import { makeRunFolder, type RunFolder } from './run-folder.ts';
import { FILTER_FD, startCommand } from './start.ts';
import { EGRESS_SOCKET, HOME, MEMORY_FOLDERS } from './places.ts';
import { searchPath, type View, viewWords } from './view.ts';

const MIB = 1024 * 1024;
/** Port of 127.0.0.1 inside, where the egress proxy answers. The network is the sandbox's own, so it is always free. */
const RELAY_PORT = 3128;
/** Longest name of a sandbox. */
const ID = /^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/;
/** How long bubblewrap is waited for when it is asked what this machine allows, in milliseconds. */
const DIAGNOSE_MS = 10_000;

/** Namespaces, each with the words that make it. */
const NAMESPACES: readonly (readonly [what: string, word: string])[] = [
  ['user', '--unshare-user'],
  ['process', '--unshare-pid'],
  ['network', '--unshare-net'],
  ['System V IPC', '--unshare-ipc'],
  ['host name', '--unshare-uts'],
  ['control group', '--unshare-cgroup'],
];

/** How the driver is made. */
export interface BubblewrapOptions {
  /** Default: this machine. */
  readonly machine?: Machine;
}

/** A driver over the machine's own `bwrap` and `perl`. Nothing is started or written before a sandbox is made. */
export function bubblewrapDriver({ machine = readMachine() }: BubblewrapOptions = {}): SandboxDriver {
  const sandboxes = new Set<Sandbox>();
  let run: RunFolder | undefined;
  const driver: SandboxDriver = {
    name: 'bubblewrap',
    probe: () => probeDriver(driver, machine.tmp),
    create(request) {
      try {
        const { architecture } = ready(machine);
        run ??= makeRunFolder(machine.tmp, architecture);
        const sandbox = makeSandbox(machine, run, request, () => sandboxes.delete(sandbox));
        sandboxes.add(sandbox);
        return Promise.resolve(sandbox);
      } catch (fault) {
        return Promise.reject(fault instanceof Error ? fault : new Error(String(fault)));
      }
    },
    async close() {
      await Promise.all([...sandboxes].map((sandbox) => sandbox.remove()));
      run?.remove();
      run = undefined;
    },
  };
  return driver;
}

/** What must be installed. Throws `sandbox.lacking`. */
function ready({
  bubblewrap,
  perl,
  architecture,
}: Machine): Required<Pick<Machine, 'bubblewrap' | 'perl' | 'architecture'>> {
  const lacks = (what: string, hint: string): Fault =>
    new Fault('sandbox.lacking', `\`bubblewrap\` cannot confine on this machine: ${what}`, { hint });
  if (architecture === undefined)
    throw lacks('it is not Linux on x86-64 or arm64', 'use the driver `docker`');
  if (bubblewrap === undefined) throw lacks('`bwrap` is not installed', 'install the package `bubblewrap`');
  if (perl === undefined) throw lacks('`perl` is not installed', 'install the package `perl`');
  return { bubblewrap, perl, architecture };
}

function makeSandbox(
  machine: Machine,
  run: RunFolder,
  request: SandboxRequest,
  onRemoved: () => void,
): Sandbox {
  const { id, profile, egress } = request;
  if (!ID.test(id)) throw new Fault('sandbox.failed', `\`${id}\` is no name of a sandbox`);
  const { architecture } = ready(machine);
  const view = settleView(machine, request);
  const identity = sandboxIdentity(machine, view.write);
  // Whoever becomes another user cannot join a group of the caller's; the kernel counts the processes of that user.
  const groups = identity.uid === machine.uid ? groupParents() : {};
  requireCapabilities(profile.name, 'bubblewrap', profile.demands, capabilities(identity, groups));
  requireReach(view, identity, machine);
  const limits: ResourceLimits = limitsOf(profile, 'bubblewrap', view.egressSocket !== undefined);
  const words = [...isolationWords(), ...viewWords(view, run), '--chdir', view.folder];
  const environment = environmentOf(view, request);
  const commands = new Map<string, RunningCommand>();
  const leaving = new Set<Promise<void>>();
  const ending = new AbortController();
  let count = 0;
  const exec = (command: readonly string[], options: ExecOptions = {}): RunningCommand => {
    if (ending.signal.aborted) throw new Fault('sandbox.failed', `the sandbox \`${id}\` was removed`);
    const { bubblewrap, perl } = ready(machine);
    const name = `${id}-${process.pid}-${(count += 1)}`;
    const group = makeControlGroups(groups, name, profile);
    const launcher = launcherCommand(
      perl,
      {
        architecture,
        maxMemory: profile.maxMemoryMb * MIB,
        maxProcesses: profile.maxProcesses,
        maxCpuSeconds: profile.maxCpuSeconds,
        maxFile: profile.maxFileMb * MIB,
        maxOpenFiles: profile.maxOpenFiles,
        isWatching: group?.boundsMemory !== true,
        inMemory: MEMORY_FOLDERS,
        ...(egress === undefined || view.egressSocket === undefined
          ? {}
          : { relay: { port: RELAY_PORT, socket: EGRESS_SOCKET } }),
      },
      command,
    );
    const confined = [bubblewrap, ...words, '--', ...launcher];
    const start = (): RunningCommand =>
      startCommand(
        {
          id: name,
          words: group === undefined ? confined : inControlGroups(group, confined),
          environment,
          identity,
          filter: group?.boundsMemory === true ? run.filter : run.countingFilter,
          ...(profile.timeoutSeconds === undefined ? {} : { timeoutMs: profile.timeoutSeconds * 1000 }),
          ...(group?.boundsMemory === true ? { wasOutOfMemory: () => group.wasOutOfMemory() } : {}),
          explain: () => explainFailure(bubblewrap, identity, profile.name),
        },
        {
          ...options,
          signal:
            options.signal === undefined ? ending.signal : AbortSignal.any([options.signal, ending.signal]),
        },
      );
    const running = startedIn(group, start);
    commands.set(name, running);
    const settled = async (): Promise<void> => {
      commands.delete(name);
      await group?.remove();
      leaving.delete(left);
    };
    const left = running.end.then(settled, settled);
    leaving.add(left);
    return running;
  };
  return {
    id,
    limits,
    exec,
    running: (name) => commands.get(name),
    async remove() {
      ending.abort();
      await Promise.allSettled(leaving);
      onRemoved();
    },
  };
}

/** What `start` answers; the groups go with what could not be started. */
function startedIn(group: ControlGroups | undefined, start: () => RunningCommand): RunningCommand {
  try {
    return start();
  } catch (fault) {
    void group?.remove();
    throw fault;
  }
}

/** Everything that is held apart. Each word fails where the machine does not allow it: none of them tries. */
function isolationWords(): readonly string[] {
  return [
    ...NAMESPACES.map(([, word]) => word),
    '--disable-userns',
    '--uid',
    String(INSIDE_ID),
    '--gid',
    String(INSIDE_ID),
    '--hostname',
    'sandbox',
    '--cap-drop',
    'ALL',
    '--new-session',
    '--die-with-parent',
    '--as-pid-1',
    '--seccomp',
    String(FILTER_FD),
  ];
}

function settleView({ home, path }: Machine, request: SandboxRequest): View {
  const { profile, protect, egress } = request;
  const folder = givenFolder(request.folder, profile.workspace === 'write' ? 'write' : 'start', home);
  const write = [
    ...(profile.workspace === 'write' ? [folder] : []),
    ...request.write.map((one) => givenFolder(one, 'write', home)),
  ];
  const read = request.read.map((one) => givenFolder(one, 'read', home));
  requireKept({ folder, write, read }, protect);
  const hasNetwork = profile.network === 'proxy' && egress !== undefined;
  return {
    profile,
    folder,
    write: [...new Set(write)],
    read: [...new Set(read)],
    protect,
    path,
    ...(hasNetwork ? { egressSocket: egress.socketPath } : {}),
  };
}

function environmentOf(view: View, { environment }: SandboxRequest): Readonly<Record<string, string>> {
  const proxy = `http://127.0.0.1:${RELAY_PORT}`;
  const own: Record<string, string> = {
    PATH: searchPath(view),
    HOME,
    USER: 'sandbox',
    LOGNAME: 'sandbox',
    SHELL: '/bin/sh',
    TMPDIR: '/tmp',
    PWD: view.folder,
    WRIT_SANDBOX: view.profile.name,
  };
  if (view.egressSocket !== undefined) {
    for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'all_proxy'])
      own[name] = proxy;
    own['NODE_USE_ENV_PROXY'] = '1';
  }
  return Object.fromEntries(
    Object.entries({ ...environment, ...own }).map(([name, value]) => [
      `${ENVIRONMENT_PREFIX}${name}`,
      value,
    ]),
  );
}

/** The kernel counts the processes of every user but root: for root's they are bounded by a group, or not at all. */
function capabilities({ uid }: Identity, { unified, processes }: GroupParents): ReadonlySet<Capability> {
  const isRoot = uid === 0;
  const hasGroup = unified !== undefined || processes !== undefined;
  return new Set<Capability>([
    'namespaces',
    'system-call-filter',
    'no-privileges',
    'egress-relay',
    ...(isRoot && !hasGroup ? [] : ['bounds' as const]),
    ...(isRoot ? [] : ['ordinary-user' as const]),
    ...(unified === undefined ? [] : ['kernel-bounds' as const]),
  ]);
}

/** Where the sandbox runs as another user than the caller, that user must reach what it is given. */
function requireReach(
  { folder, write, read, egressSocket }: View,
  identity: Identity,
  machine: Machine,
): void {
  const paths = [
    ...new Set([folder, ...write, ...read, ...(egressSocket === undefined ? [] : [egressSocket])]),
  ];
  if (identity.uid === machine.uid) {
    for (const path of paths) {
      try {
        accessSync(path, constants.R_OK);
      } catch {
        throw new Fault('sandbox.folder', `\`${path}\` cannot be reached`, { path });
      }
    }
    return;
  }
  const { status } = spawnSync(
    '/bin/sh',
    ['-c', 'for path; do [ -r "$path" ] || { echo "$path"; exit 1; }; done', 'sh', ...paths],
    { uid: identity.uid, gid: identity.gid, env: {}, timeout: DIAGNOSE_MS },
  );
  if (status === 0) return;
  throw new Fault(
    'sandbox.folder',
    `user ${identity.uid}, as which a sandbox runs that root starts here, cannot reach what it is given`,
    {
      hint: `give it to that user, or let it through the folders above: ${paths.map((one) => `\`${one}\``).join(' ')}`,
    },
  );
}

/** Why nothing started: the first namespace that this machine does not allow, by asking for each. */
function explainFailure(bubblewrap: string, { uid, gid }: Identity, profile: string): Fault {
  const asked: string[] = [];
  for (const [what, word] of NAMESPACES) {
    asked.push(word);
    const { status, stderr } = spawnSync(bubblewrap, [...asked, '--ro-bind', '/', '/', '--', '/bin/true'], {
      encoding: 'utf8',
      timeout: DIAGNOSE_MS,
      env: {},
      ...(process.getuid?.() === 0 ? { uid, gid } : {}),
    });
    if (status === 0) continue;
    const reason = stderr.trim().split('\n')[0] ?? '';
    return new Fault(
      'sandbox.lacking',
      `profile \`${profile}\` demands a ${what} namespace, which this machine does not allow: ${reason}`,
      { lacking: ['namespaces'], hint: 'allow user namespaces, or use another driver' },
    );
  }
  return new Fault('sandbox.failed', 'the sandbox did not come up, and the command did not run', {
    hint: '`writ doctor` tries each part of it',
  });
}
