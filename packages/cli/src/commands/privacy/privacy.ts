/** `writ privacy`: how personal data stands in the record, and what has to be written about it. */
import { type Command, InvalidArgumentError } from 'commander';
import { runs } from '../../run.ts';
import { dpia } from './dpia.ts';
import { quality } from './quality.ts';
import { status } from './status.ts';

const DAY_MS = 86_400_000;

/** Adds the commands to `program`. */
export function addPrivacy(program: Command): void {
  const privacy = program
    .command('privacy')
    .description('indicators, quality of personal data, impact assessment')
    .helpCommand(false);
  shared(privacy.command('status').description('numbers; ends with 1 where a case is overdue'))
    .option('-n, --entries <count>', 'how many of the last entries are looked into', whole(1_000_000), 10_000)
    .action(runs(status));
  shared(
    privacy.command('quality').description('check personal data in the record; ends with 1 where any fails'),
  )
    .argument('<file>', 'the checks, in YAML')
    .option('--days <number>', 'how far back', (text: string) => whole(36_500)(text) * DAY_MS, 30 * DAY_MS)
    .action(runs(quality));
  shared(
    privacy
      .command('dpia')
      .description('a data-protection impact assessment (GDPR article 35) with what a person must decide'),
  )
    .option('--out <file>', 'a new file (default: standard output)')
    .action(runs(dpia));
}

function shared(command: Command): Command {
  return command
    .option('--config <file>', 'the configuration (default: writ.yaml here)')
    .option('--data <dir>', 'the data folder (default: the configuration’s)')
    .option('--json', 'print one JSON object');
}

function whole(most: number): (text: string) => number {
  return (text) => {
    const number = /^[1-9]\d{0,6}$/.test(text) ? Number(text) : Number.NaN;
    if (number <= most) return number;
    throw new InvalidArgumentError(`expected a number from 1 to ${most}`);
  };
}
