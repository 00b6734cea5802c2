/** `writ hook`: puts Writ before the tools of coding agents. */
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { Fault, systemRandom } from '@writ/core';
import { type Configuration, suggest } from '@writ/gateway';
import {
  type HookScope,
  hookFolder,
  type HostId,
  HOSTS,
  installedHooks,
  installHook,
  stopHookDaemon,
  uninstallHook,
} from '@writ/gateway/hook';
import { locate, type LocateOptions, requireConfig } from '../../data/index.ts';
import { EXIT_NEGATIVE, EXIT_OK } from '../../exit-codes.ts';
import { runs } from '../../run.ts';
import { print, printJson, remark, visible } from '../../terminal/index.ts';
import { daemonCommand } from '../daemon/index.ts';
import { printFindings } from '../print-findings.ts';
import { hookFindings } from './findings.ts';

interface HookOptions extends LocateOptions {
  readonly user?: boolean;
  readonly project?: string;
}

interface InstallFlags extends HookOptions {
  readonly deadline: number;
  readonly dryRun?: boolean;
}

interface StatusFlags extends LocateOptions {
  readonly try?: boolean;
}

const DEADLINE_SECONDS = 20;
const MOST_SECONDS = 300;
const MS = 1000;
const NONE = 'no hooks are installed; `writ hook install HOST`';

/** Adds the commands to `program`. */
export function addHook(program: Command): void {
  const hook = program
    .command('hook')
    .description('put Writ before the tools of coding agents')
    .helpCommand(false)
    .addHelpText('after', `\nHosts: ${HOSTS.join(', ')}.`);
  const shared = (command: Command): Command =>
    command
      .option('--config <file>', 'the configuration (default: writ.yaml here)')
      .option('--json', 'print one JSON object');
  const scoped = (command: Command): Command =>
    shared(command)
      .argument('<host>', HOSTS.join(', '))
      .option('--user', 'for every project of yours (default)')
      .option('--project <dir>', 'for one project');
  scoped(hook.command('install').description('write the hooks of one host into its own configuration'))
    .option('--deadline <seconds>', 'a hook denies by itself after this time', seconds, DEADLINE_SECONDS)
    .option('--dry-run', 'print what would be written, and write nothing')
    .action(runs(install));
  scoped(hook.command('uninstall').description('take them out again')).action(runs(uninstall));
  shared(
    hook.command('status').description('tell where hooks were installed, and whether they still stand there'),
  )
    .option('--try', 'put a call that nobody permits to each, and look whether it ran')
    .action(runs(status));
}

async function install(name: string, flags: InstallFlags): Promise<number> {
  const host = hostNamed(name);
  const config = requireConfig(locate(flags));
  const folder = hookFolder(config.data);
  const isDry = flags.dryRun === true;
  const done = installHook({
    host,
    scope: scopeOf(flags),
    folder,
    node: process.execPath,
    daemon: daemonCommand(config.file ?? ''),
    deadlineMs: flags.deadline * MS,
    random: systemRandom,
    isDry,
  });
  // A daemon that runs does not protect what was installed after its start.
  if (!isDry) await stopHookDaemon(folder);
  const { text, ...told } = done;
  if (flags.json === true) printJson(isDry ? done : told);
  else if (isDry) print(text);
  else {
    print(`${done.isChanged ? 'wrote' : 'already in'} ${visible(done.file)}`);
    if (done.backup !== undefined) print(`as it was before: ${visible(done.backup)}`);
    print(
      'Start the agent anew; `writ doctor` tries the hook, and whether commands could run confined (`@confine`).',
    );
  }
  const within = ownPlaces(config).filter((place) => isInside(place, flags.project));
  const risks = within.length === 0 ? done.risks : [...done.risks, inProject(within)];
  for (const risk of flags.json === true ? [] : risks) remark(`remains: ${visible(risk)}`);
  return EXIT_OK;
}

/** What decides, and what runs it. */
function ownPlaces({ file = '', data, policies }: Configuration): readonly string[] {
  return [file, data, ...policies, process.argv[1] ?? '', process.execPath];
}

function isInside(place: string, project: string | undefined): boolean {
  return project !== undefined && place.startsWith(`${resolve(project)}/`);
}

function inProject(places: readonly string[]): string {
  return `${places.join(', ')}: in the project, where whatever the agent may run can change it, \`git checkout\` included; keep it outside.`;
}

async function uninstall(name: string, flags: HookOptions): Promise<number> {
  const { data } = locate(flags);
  const { file, isChanged } = uninstallHook(hostNamed(name), scopeOf(flags), hookFolder(data));
  if (flags.json === true) printJson({ file, changed: isChanged });
  else
    print(
      isChanged ? `took the hooks out of ${visible(file)}` : `no hooks of Writ stand in ${visible(file)}`,
    );
  await stopHookDaemon(hookFolder(data));
  return EXIT_OK;
}

async function status(flags: StatusFlags): Promise<number> {
  const { data } = locate(flags);
  if (flags.try === true) return tryAll(data, flags);
  const hooks = installedHooks(hookFolder(data));
  if (flags.json === true)
    printJson({ hooks: hooks.map(({ host, file, isThere }) => ({ host, file, isThere })) });
  else if (hooks.length === 0) print(NONE);
  else
    for (const { host, file, isThere } of hooks)
      print(`${isThere ? 'ok  ' : 'GONE'}  ${host.padEnd(12)} ${visible(file)}`);
  return hooks.every(({ isThere }) => isThere) ? EXIT_OK : EXIT_NEGATIVE;
}

async function tryAll(data: string, { json }: LocateOptions): Promise<number> {
  const findings = await hookFindings(data);
  const isWell = findings.every((finding) => finding.status === 'ok');
  if (json === true) printJson({ ok: isWell, checks: findings });
  else if (findings.length === 0) print(NONE);
  else printFindings(findings);
  return isWell ? EXIT_OK : EXIT_NEGATIVE;
}

function hostNamed(name: string): HostId {
  const host = HOSTS.find((one) => one === name);
  if (host !== undefined) return host;
  throw new Fault('cli.usage', `no host \`${name}\` is known`, { hint: suggest(name, HOSTS) });
}

function scopeOf({ user, project }: HookOptions): HookScope {
  if (project === undefined) return { home: homedir() };
  if (user === true)
    throw new Fault('cli.usage', '`--user` and `--project` are two places', { hint: 'name one' });
  return { project: resolve(project) };
}

function seconds(text: string): number {
  const value = Number(text);
  if (/^\d{1,3}$/.test(text) && value >= 1 && value <= MOST_SECONDS) return value;
  throw new InvalidArgumentError(`expected seconds from 1 to ${MOST_SECONDS}`);
}
