/** `writ log backup`, `restore`, `resume`. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { backupLogs, Fault, restoreLogs, resumeLog, systemClock } from '@writ/core';
import { locate, type LocateOptions, requireInFolder } from '../../data/index.ts';
import { EXIT_OK } from '../../exit-codes.ts';
import { collect, runs } from '../../run.ts';
import { createProgress, instant, print, printJson, styled, visible } from '../../terminal/index.ts';
import { keysOf } from './verify-trust.ts';

interface RestoreOptions extends LocateOptions {
  readonly key: readonly string[];
  readonly until?: string;
}

interface ResumeOptions extends LocateOptions {
  readonly key: readonly string[];
  readonly checkpoint: string;
  readonly tenant?: string;
}

const POSTGRES_HINT =
  'back it up with the tools of PostgreSQL, and verify what was restored with `writ log verify`';
const KEY_HELP = 'the log’s verifier key (default: your trust folder); may be repeated';

/** Adds the commands to `log`; `shared` adds the options that all of them have. */
export function addBackup(log: Command, shared: (command: Command) => Command): void {
  shared(
    log
      .command('backup')
      .description('back up every log of the folder while it is in use: what is new since the last time'),
  )
    .argument('<folder>', 'the backup; made where it is missing. It holds no key')
    .action(runs(backup));
  shared(
    log
      .command('restore')
      .description('restore every log of a backup and verify it; it signs nothing until `resume`'),
  )
    .argument('<folder>', 'the backup')
    .option('--until <instant>', 'the newest step before this instant (default: the newest)')
    .option('--key <file>', KEY_HELP, collect, [])
    .action(runs(restore));
  shared(
    log
      .command('resume')
      .description('let a restored log sign again, by the newest checkpoint anybody has of it'),
  )
    .requiredOption('--checkpoint <file>', 'that checkpoint: from the published log, a witness or an auditor')
    .option('--tenant <name>', 'the tenant of a data folder with several; `default` for the folder’s own log')
    .option('--key <file>', KEY_HELP, collect, [])
    .action(runs(resume));
}

function backup(target: string, options: LocateOptions): number {
  requireInFolder(locate(options).data, 'writ log backup', POSTGRES_HINT);
  const progress = createProgress('rows');
  const logs = backupLogs({
    path: locate(options).data,
    target: resolve(target),
    now: systemClock.now(),
    onProgress: progress,
  });
  const own = logs.find(({ name }) => name === undefined);
  const tenants = logs.filter(({ name }) => name !== undefined);
  if (options.json === true)
    printJson({ step: own?.step ?? null, ...(tenants.length > 0 ? { tenants } : {}) });
  else if (logs.length === 0) print('nothing is new since the last backup');
  else {
    for (const { name, step } of logs)
      print(
        `${styled('green', 'backed up')}  ${ofTenant(name)}entries ${step.from} to ${step.to - 1} into ${visible(target)}`,
      );
    print(
      'keep the keys elsewhere: a backup holds none, and nothing in it can be read or restored without them',
    );
  }
  return EXIT_OK;
}

async function restore(source: string, options: RestoreOptions): Promise<number> {
  requireInFolder(locate(options).data, 'writ log restore', POSTGRES_HINT);
  const until = options.until === undefined ? undefined : instantOf(options.until);
  const logs = await restoreLogs({
    source: resolve(source),
    path: locate(options).data,
    keys: keysOf(options.key),
    ...(until === undefined ? {} : { until }),
  });
  const own = logs.find(({ name }) => name === undefined);
  const tenants = logs
    .filter(({ name }) => name !== undefined)
    .map(({ name, step, report }) => ({ name, step, size: report.size }));
  if (options.json === true)
    printJson({
      step: own?.step ?? null,
      size: own?.report.size ?? null,
      ...(tenants.length > 0 ? { tenants } : {}),
    });
  else {
    for (const { name, step } of logs)
      print(
        `${styled('green', 'restored and verified')}  ${ofTenant(name)}${step.to} entries, backed up at ${instant(step.time)}`,
      );
    print(
      'it signs nothing yet: `writ log resume --checkpoint FILE` with the newest checkpoint anybody has of it',
    );
  }
  return EXIT_OK;
}

async function resume(options: ResumeOptions): Promise<number> {
  let checkpoint: Uint8Array;
  try {
    checkpoint = readFileSync(resolve(options.checkpoint));
  } catch (cause) {
    throw new Fault('cli.usage', `cannot read the checkpoint file \`${options.checkpoint}\``, {}, { cause });
  }
  const report = await resumeLog(locate(options).data, checkpoint, {
    keys: keysOf(options.key),
    ...(options.tenant === undefined ? {} : { tenant: options.tenant }),
  });
  if (options.json === true) printJson({ size: report.size });
  else print(`${styled('green', 'resumed')}  at ${report.size} entries; start the gateway again`);
  return EXIT_OK;
}

/** Whose log a line is about; nothing for the folder's own. */
function ofTenant(name: string | undefined): string {
  return name === undefined ? '' : `tenant ${visible(name)}, `;
}

function instantOf(text: string): number {
  const time = Date.parse(text);
  if (!Number.isNaN(time)) return time;
  throw new Fault('cli.usage', `\`${text}\` is no instant`, { hint: 'such as 2026-01-31T09:00:00Z' });
}
