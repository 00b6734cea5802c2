/** `writ log backup`, `restore`, `resume`. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { backupLog, Fault, restoreLog, resumeLog, systemClock } from '@writ/core';
import { locate, type LocateOptions } from '../../data/index.ts';
import { EXIT_OK } from '../../exit-codes.ts';
import { collect, runs } from '../../run.ts';
import { createProgress, instant, print, printJson, styled, visible } from '../../terminal/index.ts';
import { keysOf } from './verify.ts';

interface RestoreOptions extends LocateOptions {
  readonly key: readonly string[];
  readonly until?: string;
}

interface ResumeOptions extends LocateOptions {
  readonly key: readonly string[];
  readonly checkpoint: string;
}

const KEY_HELP = 'the log’s verifier key (default: your trust folder); may be repeated';

/** Adds the commands to `log`; `shared` adds the options that all of them have. */
export function addBackup(log: Command, shared: (command: Command) => Command): void {
  shared(
    log.command('backup').description('back up the log while it is in use: what is new since the last time'),
  )
    .argument('<folder>', 'the backup; made where it is missing. It holds no key')
    .action(runs(backup));
  shared(
    log
      .command('restore')
      .description('restore the log from a backup and verify it; it signs nothing until `resume`'),
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
    .option('--key <file>', KEY_HELP, collect, [])
    .action(runs(resume));
}

function backup(target: string, options: LocateOptions): number {
  const progress = createProgress('rows');
  const step = backupLog({
    path: locate(options).data,
    target: resolve(target),
    now: systemClock.now(),
    onProgress: progress,
  });
  if (options.json === true) printJson({ step: step ?? null });
  else if (step === undefined) print('nothing is new since the last backup');
  else {
    print(`${styled('green', 'backed up')}  entries ${step.from} to ${step.to - 1} into ${visible(target)}`);
    print(
      'keep the keys elsewhere: a backup holds none, and nothing in it can be read or restored without them',
    );
  }
  return EXIT_OK;
}

async function restore(source: string, options: RestoreOptions): Promise<number> {
  const until = options.until === undefined ? undefined : instantOf(options.until);
  const { step, report } = await restoreLog({
    source: resolve(source),
    path: locate(options).data,
    keys: keysOf(options.key),
    ...(until === undefined ? {} : { until }),
  });
  if (options.json === true) printJson({ step, size: report.size });
  else {
    print(
      `${styled('green', 'restored and verified')}  ${step.to} entries, backed up at ${instant(step.time)}`,
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
  const report = await resumeLog(locate(options).data, checkpoint, { keys: keysOf(options.key) });
  if (options.json === true) printJson({ size: report.size });
  else print(`${styled('green', 'resumed')}  at ${report.size} entries; start the gateway again`);
  return EXIT_OK;
}

function instantOf(text: string): number {
  const time = Date.parse(text);
  if (!Number.isNaN(time)) return time;
  throw new Fault('cli.usage', `\`${text}\` is no instant`, { hint: 'such as 2026-01-31T09:00:00Z' });
}
