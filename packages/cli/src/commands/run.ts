/** `writ run`: one command, confined. Making the sandbox, running in it and removing it are actions that policy judges. */
import { createHash } from 'node:crypto';
import { dirname, resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { CONFINEMENTS, type Confinement, type Enforced, canonicalJson } from '@writ/core';
import {
  bubblewrapDriver,
  sandboxProfile,
  type CommandSignal,
  type SandboxProfile,
} from '@writ/core/sandbox';
import { type Configuration, loadPolicies, openNode } from '@writ/gateway';
import { hostTools } from '@writ/gateway/hook';
import {
  governSandboxes,
  type GovernedSandboxRequest,
  type NotDone,
  sandboxProtection,
} from '@writ/gateway/sandbox';
import { locate, requireConfig, trustFolder } from '../data/index.ts';
import { EXIT_NOT_RUN } from '../exit-codes.ts';
import { collect } from '../run.ts';
import { printProblem, remark } from '../terminal/index.ts';
import { egressFor } from './run-egress.ts';

/** Longest time that a command without a time of its own may run, in milliseconds: longer than anybody waits. */
const NO_TIMEOUT_MS = 7 * 24 * 3_600_000;
/** How much longer the guard waits than the sandbox, so that the sandbox ends what runs over, in milliseconds. */
const GRACE_MS = 10_000;
/** Signals that are handed on to the command. */
const HANDED_ON: readonly CommandSignal[] = ['INT', 'TERM', 'HUP', 'QUIT', 'USR1', 'USR2'];
/** Hexadecimal digits of a sandbox's name. */
const ID_DIGITS = 24;
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;
const DURATION = /^([1-9]\d{0,6})(s|m|h)$/;
const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

interface RunOptions {
  readonly config?: string;
  readonly profile: Confinement;
  readonly write: readonly string[];
  readonly read: readonly string[];
  readonly allowEnv: readonly string[];
  readonly folder?: string;
  readonly timeout?: number;
  readonly egress?: string;
  readonly network: boolean;
  readonly json?: boolean;
}

/** Adds the command to `program`. */
export function addRun(program: Command): void {
  program
    .command('run')
    .description('run a command confined, where policy permits it')
    .usage('[options] -- COMMAND...')
    .argument('<command...>', 'the command and its words; no shell reads them')
    .addOption(
      new Option('--profile <name>', 'how strictly it is confined').choices(CONFINEMENTS).default('moderate'),
    )
    .option('--write <dir>', 'a folder that it can write to; may be repeated', collect, [])
    .option('--read <path>', 'a folder or file that it can read; may be repeated', collect, [])
    .option('--allow-env <name>', 'a variable to hand on; may be repeated', collectVariable, [])
    .option('--folder <dir>', 'the folder it starts in (default: this one)')
    .option('--timeout <time>', 'longest time it may run: 30s, 10m, 2h', parseDuration)
    .option('--egress <socket>', 'the egress proxy’s Unix socket (default: the configured one)')
    .option('--no-network', 'no way to the egress proxy either')
    .option('--config <file>', 'the configuration (default: writ.yaml here)')
    .option('--json', 'print how it ended on standard error, as one line of JSON')
    .addHelpText(
      'after',
      `
Profiles: permissive, moderate and restrictive; \`writ doctor\` shows what this machine can confine.
Exit codes: the command’s own, as a shell tells it (126, 127: it could not be started; 128 and more: a signal, 137 also a bound that ended it).
  ${EXIT_NOT_RUN}  Writ did not run it: refused, waiting for a person, not configured, or not possible on this machine`,
    )
    .action(async (command: readonly string[], options: RunOptions) => {
      try {
        process.exitCode = await run(command, options);
      } catch (thrown) {
        printProblem(thrown);
        process.exitCode = EXIT_NOT_RUN;
      }
    });
}

async function run(command: readonly string[], options: RunOptions): Promise<number> {
  const config = requireConfig(locate(options.config === undefined ? {} : { config: options.config }));
  const request = await requestOf(command, options, config);
  const { timeoutSeconds } = request.profile;
  const performMs = timeoutSeconds === undefined ? NO_TIMEOUT_MS : timeoutSeconds * 1000 + GRACE_MS;
  const driver = bubblewrapDriver();
  const node = await openNode({ config, createKeys: true, performMs, sends: false });
  try {
    // Policies over the same configuration may name tools of hosts with hooks.
    await loadPolicies(node, await hostTools());
    const { guard } = node;
    const sandboxes = governSandboxes({ guard, driver, protect: protectionOf(config, request) });
    const made = await sandboxes.create(request);
    if (made.is !== 'done') return notRun(made, options);
    const sandbox = made.value;
    const release: (() => void)[] = [];
    const ran = await sandbox.exec(command, {
      stdio: 'inherit',
      onStarted(running) {
        for (const signal of HANDED_ON) {
          const send = (): void => running.send(signal);
          process.on(`SIG${signal}`, send);
          release.push(() => process.off(`SIG${signal}`, send));
        }
      },
    });
    for (const one of release) one();
    const removed = await sandbox.remove();
    if (removed.is !== 'done')
      remark(`writ: its sandbox ends with this command: ${removed.enforced.message}`);
    if (ran.is !== 'done') return notRun(ran, options);
    const { exitCode, limit } = ran.value;
    if (limit !== undefined) remark(`writ: ended by the bound of its profile: ${limit}`);
    tell(options, ran.enforced, { exitCode, ...(limit === undefined ? {} : { limit }) });
    return exitCode;
  } finally {
    await driver.close();
    await node.close();
  }
}

async function requestOf(
  command: readonly string[],
  options: RunOptions,
  config: Configuration,
): Promise<GovernedSandboxRequest> {
  const folder = resolve(options.folder ?? '.');
  const profile = profileOf(options);
  const egress = await egressFor(options, profile, config);
  const given = {
    folder,
    write: options.write.map((path) => resolve(path)),
    read: options.read.map((path) => resolve(path)),
    environment: environmentOf(profile, options),
    ...(egress === undefined ? {} : { egress }),
  };
  // Named by what it is for, so that an approval and what became of an earlier run hold for the same command in the same place.
  const id = createHash('sha256')
    .update(canonicalJson([profile.name, { ...given }, [...command]]))
    .digest('hex')
    .slice(0, ID_DIGITS);
  return { id: `run-${id}`, profile, ...given };
}

/** Besides the node's own: the keys that this user trusts or signs with. */
function protectionOf(
  config: Configuration,
  { profile, folder, write }: GovernedSandboxRequest,
): ReturnType<typeof sandboxProtection> {
  const writable = [...(profile.workspace === 'write' ? [folder] : []), ...write];
  return [
    ...sandboxProtection(config, writable),
    { path: dirname(trustFolder(process.env)), access: 'hidden' },
  ];
}

function profileOf({ profile, timeout }: RunOptions): SandboxProfile {
  const known = sandboxProfile(profile);
  if (timeout === undefined) return known;
  return { ...known, timeoutSeconds: Math.min(timeout, known.timeoutSeconds ?? timeout) };
}

function environmentOf(profile: SandboxProfile, { allowEnv }: RunOptions): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...profile.environment, ...allowEnv].flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}

function notRun({ enforced, fault }: NotDone, options: RunOptions): number {
  if (fault === undefined) printRefusal(enforced);
  else printProblem(fault);
  tell(options, enforced, {});
  return EXIT_NOT_RUN;
}

function printRefusal({ message, hold }: Enforced): void {
  remark(`writ: ${message}`);
  if (hold !== undefined)
    remark(`  a person may permit it: writ approvals approve ${hold.reference}; then run it again`);
}

function tell(
  { json }: RunOptions,
  { verdict, receipt, hold }: Enforced,
  end: { readonly exitCode?: number; readonly limit?: string },
): void {
  if (json !== true) return;
  remark(
    JSON.stringify({
      verdict,
      ...(receipt === undefined ? {} : { receipt }),
      ...(hold === undefined ? {} : { hold: hold.reference }),
      ...end,
    }),
  );
}

function collectVariable(value: string, before: readonly string[]): readonly string[] {
  if (!VARIABLE.test(value)) throw new InvalidArgumentError('it is no name of a variable');
  return [...before, value];
}

/** Seconds. */
function parseDuration(text: string): number {
  const match = DURATION.exec(text);
  if (match === null) throw new InvalidArgumentError('expected a time such as 30s, 10m or 2h');
  return Number(match[1]) * (UNIT_SECONDS[match[2] ?? ''] ?? 1);
}
