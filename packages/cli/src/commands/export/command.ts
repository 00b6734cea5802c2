/** The words of `writ export`. */
import { InvalidArgumentError, type Command } from 'commander';
import { runs } from '../../run.ts';
import { type From, reset } from './reset.ts';
import { run } from './run.ts';
import { status } from './status.ts';
import { test } from './test.ts';

const CONFIG = ['--config <file>', 'the configuration (default: writ.yaml here)'] as const;
const DATA = ['--data <dir>', 'the data folder (default: the configured one)'] as const;
const JSON_FLAG = ['--json', 'print JSON'] as const;

/** Adds the command to `program`. */
export function addExport(program: Command): void {
  const command = program
    .command('export')
    .description('send the log to the tools that people watch')
    .helpCommand(false);
  command
    .command('run')
    .description('send to every destination of the configuration until stopped')
    .option(...CONFIG)
    .option(...DATA)
    .action(runs(run));
  command
    .command('status')
    .description('how far each destination is, and what keeps it')
    .option(...CONFIG)
    .option(...DATA)
    .option(...JSON_FLAG)
    .action(runs(status));
  command
    .command('test')
    .description('send one test event; nothing is recorded and no cursor moves')
    .argument('<name>', 'of the destination')
    .option(...CONFIG)
    .option(...DATA)
    .action(runs(test));
  command
    .command('reset')
    .description('say where a destination goes on; what is left out by that is recorded')
    .argument('<name>', 'of the destination')
    .requiredOption('--from <index>', 'an index of the log, `start`, or `now`', parseFrom)
    .option(...CONFIG)
    .option(...DATA)
    .action(runs(reset));
}

function parseFrom(text: string): From {
  if (text === 'start' || text === 'now') return text;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('expected an index, `start` or `now`');
}
