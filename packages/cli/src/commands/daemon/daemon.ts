/** `writ daemon`: the process that judges what hooks of coding agents ask. Hooks start it by themselves; this is for looking after it. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Command } from 'commander';
import { Fault, type JsonObject } from '@writ/core';
import { hookDaemonStatus, hookFolder, openHooks, stopHookDaemon } from '@writ/gateway/hook';
import { locate, type LocateOptions, requireConfig } from '../../data/index.ts';
import { EXIT_NEGATIVE, EXIT_OK } from '../../exit-codes.ts';
import { runs } from '../../run.ts';
import { print, printJson, remark, visible } from '../../terminal/index.ts';
import { ended, requireConfiguration } from '../serving.ts';
import { daemonCommand, ownCommand } from './command.ts';

const START_MS = 30_000;
const LOOK_MS = 50;
/** Lines of a daemon that did not start. */
const LAST_LINES = 3;

const HELP = `
It is met on a Unix socket in the data folder's \`hook/\`, which is its user's alone; hooks and daemon show each other a secret before they speak. It ends by itself when nothing was asked for half an hour.
Exit codes: 0 done; 1 none runs (status); 2 for a configuration or policy that is not usable; 74 where it cannot listen or the log cannot be used.`;

/** Adds the commands to `program`. */
export function addDaemon(program: Command): void {
  const daemon = program
    .command('daemon')
    .description('the process that judges what hooks of coding agents ask')
    .helpCommand(false)
    .addHelpText('after', HELP);
  const shared = (command: Command): Command =>
    command
      .option('--config <file>', 'the configuration (default: writ.yaml here)')
      .option('--json', 'print one JSON object');
  shared(daemon.command('run').description('serve hooks, until it is ended or idle')).action(runs(run));
  shared(daemon.command('start').description('start it, if none runs')).action(runs(start));
  shared(daemon.command('stop').description('end it; the next hook starts another')).action(runs(stop));
  shared(daemon.command('status').description('tell whether one runs, and what it serves')).action(
    runs(status),
  );
}

async function run({ config: file, json }: LocateOptions): Promise<number> {
  const config = requireConfiguration(file, 'the daemon');
  const running = await openHooks({
    config,
    writ: ownCommand(),
    report: (line) => remark(`writ: ${line}`),
  });
  if (running === undefined) {
    remark('writ: a daemon answers here already');
    return EXIT_OK;
  }
  try {
    if (json === true) printJson({ folder: hookFolder(config.data), log: running.node.log.origin });
    await Promise.race([ended(), running.ended]);
  } finally {
    await running.close();
  }
  return EXIT_OK;
}

async function start(options: LocateOptions): Promise<number> {
  const config = requireConfig(locate(options));
  const folder = hookFolder(config.data);
  let found = await hookDaemonStatus(folder);
  if (found === undefined) {
    const [program = '', ...words] = daemonCommand(config.file ?? '');
    const child = spawn(program, words, { cwd: '/', detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    let isOver = false;
    child.once('exit', () => (isOver = true));
    const until = Date.now() + START_MS;
    while (found === undefined && !isOver && Date.now() < until) {
      await pause(LOOK_MS);
      found = await hookDaemonStatus(folder);
    }
    child.unref();
    child.stderr.destroy();
    if (found === undefined)
      throw new Fault(
        'io.failed',
        `the daemon did not start: ${said.trim().split('\n').slice(-LAST_LINES).join('; ')}`,
      );
  }
  tell(found, options);
  return EXIT_OK;
}

async function stop(options: LocateOptions): Promise<number> {
  const wasThere = await stopHookDaemon(hookFolder(locate(options).data));
  if (options.json === true) printJson({ stopped: wasThere });
  else print(wasThere ? 'the daemon ends; the next hook starts another' : 'no daemon runs');
  return EXIT_OK;
}

async function status(options: LocateOptions): Promise<number> {
  const folder = hookFolder(locate(options).data);
  const found = await hookDaemonStatus(folder);
  if (found !== undefined) {
    tell(found, options);
    return EXIT_OK;
  }
  const log = join(folder, 'daemon.log');
  const last = existsSync(log)
    ? readFileSync(log, 'utf8').trim().split('\n').slice(0, LAST_LINES).join('; ')
    : '';
  if (options.json === true) printJson({ running: false, last });
  else
    print(
      `no daemon runs; the next hook starts one${last === '' ? '' : `. The last one said: ${visible(last)}`}`,
    );
  return EXIT_NEGATIVE;
}

function tell(found: JsonObject, { json }: LocateOptions): void {
  if (json === true) printJson({ running: true, ...found });
  else
    for (const [name, value] of Object.entries(found))
      print(`${name.padEnd(8)} ${visible(typeof value === 'string' ? value : JSON.stringify(value))}`);
}
