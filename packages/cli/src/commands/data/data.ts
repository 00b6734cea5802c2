/** `writ data`: personal data in the record: erase it, hold it, hand it out. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { LEGAL_HOLD_SCOPES } from '@writ/core';
import { collect, runs } from '../../run.ts';
import { archive } from './archive.ts';
import { erase } from './erase.ts';
import { exportSubject } from './export.ts';
import { list, place, release } from './hold.ts';
import { retain } from './retain.ts';

const SUBJECT_HELP = 'a name of the person: an id, an address, a number; repeat it for each';

/** Adds the commands to `program`. */
export function addData(program: Command): void {
  const data = program
    .command('data')
    .description('personal data in the record: erase it, hold it for a dispute, hand it out')
    .helpCommand(false);
  shared(
    data
      .command('erase')
      .description('erase a person from every sealed body and from the state beside the log'),
  )
    .option('--subject <name>', SUBJECT_HELP, collect, [])
    .option('--deferred', 'what legal holds deferred, and have been released for since')
    .option('--yes', 'do not ask; there is no way back')
    .action(runs(erase));
  shared(data.command('export').description('everything that is held about a person, as a file'))
    .requiredOption('--subject <name>', SUBJECT_HELP, collect, [])
    .addOption(new Option('--format <format>', 'json or csv').choices(['json', 'csv']).default('json'))
    .option('--out <file>', 'a new file, for this user alone (default: standard output)')
    .option('--case <id>', 'the case that it answers')
    .action(runs(exportSubject));
  addRetention(data);
  addHold(data.command('hold').description('legal holds: what is kept, whoever asks').helpCommand(false));
}

function addRetention(data: Command): void {
  shared(
    data
      .command('retain')
      .description(
        'destroy bodies past their time, as every gateway does once a day; archived first where that is configured',
      ),
  )
    .option('--now <instant>', 'as if it were then; what is past its time by then is destroyed', parseInstant)
    .option('--dry-run', 'only count')
    .option('--yes', 'with `--now`: destroy; there is no way back')
    .action(runs(retain));
  data
    .command('archive')
    .description('open an archive that retention made, and compare each body with its entry')
    .argument('<file>', 'the archive')
    .requiredOption('--key <file>', 'the key of archives, `keyFile` in the configuration')
    .option('--reveal', 'with `--json`: the bodies themselves')
    .option('--json', 'print one JSON object')
    .action(runs(archive));
}

function addHold(hold: Command): void {
  shared(hold.command('place').description('keep what matters for a dispute'))
    .addOption(new Option('--scope <scope>', 'what is kept').choices(LEGAL_HOLD_SCOPES).makeOptionMandatory())
    .requiredOption('--reason <text>', 'why; sealed in the log')
    .option('--subject <name>', SUBJECT_HELP, collect, [])
    .option('--session <id>', 'with `--scope session`')
    .option('--from <index or instant>', 'with `--scope indexes` and `--scope period`', parseBound)
    .option('--to <index or instant>', 'likewise, not included', parseBound)
    .action(runs(place));
  shared(hold.command('release').description('end a legal hold, and erase what it deferred'))
    .argument('<id>', 'as `writ data hold list` shows it')
    .requiredOption('--reason <text>', 'why; sealed in the log')
    .option('--later', 'leave what was deferred to `writ data erase --deferred`')
    .action(runs(release));
  shared(hold.command('list').description('the legal holds, and the erasures that they defer'))
    .option('--reveal', 'show whom the deferred erasures are about')
    .action(runs(list));
}

function shared(command: Command): Command {
  return command
    .option('--config <file>', 'the configuration (default: writ.yaml here)')
    .option('--data <dir>', 'the data folder (default: the configuration’s)')
    .option('--json', 'print one JSON object');
}

/** An index, or an instant as milliseconds. */
function parseBound(text: string): number {
  const number = /^\d{1,15}$/.test(text) ? Number(text) : Date.parse(text);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  throw new InvalidArgumentError('the index of an entry, or an instant such as 2026-01-31T09:00:00Z');
}

/** An instant with its zone, as milliseconds since 1970. */
function parseInstant(text: string): number {
  const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?(?:Z|[+-]\d{2}:\d{2})$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
  if (Number.isSafeInteger(instant) && instant >= 0) return instant;
  throw new InvalidArgumentError('an instant with its zone, such as 2027-01-31T09:00:00Z');
}
