/** `writ consent`: what people agreed that their data may be used for. */
import type { Command } from 'commander';
import { runs } from '../../run.ts';
import { change } from './change.ts';
import { list, show } from './list.ts';
import { notified } from './notified.ts';

/** Adds the commands to `program`. */
export function addConsent(program: Command): void {
  const consent = program
    .command('consent')
    .description('what people agreed that their data may be used for, by the register of purposes')
    .helpCommand(false);
  ofPerson(consent.command('give').description('record that a person agrees to a purpose'))
    .argument('<purpose>', 'id of the purpose in the register')
    .option('--evidence <text>', 'how it was said, and where that is kept; sealed with the entry')
    .action(runs(change('give')));
  ofPerson(
    consent.command('withdraw').description('record that a person takes it back; it counts at the next call'),
  )
    .argument('<purpose>', 'id of the purpose')
    .option('--evidence <text>', 'how it was said, and where that is kept; sealed with the entry')
    .action(runs(change('withdraw')));
  ofPerson(
    consent
      .command('notified')
      .description('record that a person was shown the notice of a purpose elsewhere'),
  )
    .argument('<purpose>', 'id of the purpose')
    .option('--evidence <text>', 'how, and where that is kept; sealed with the entry')
    .action(runs(notified));
  shared(consent.command('list').description('show every consent, people by their tags alone')).action(
    runs(list),
  );
  ofPerson(
    consent.command('show').description('show what may be done for each purpose with one person’s data'),
  ).action(runs(show));
}

function ofPerson(command: Command): Command {
  return shared(command).requiredOption('--subject <id>', 'the person, by the id that actions name');
}

function shared(command: Command): Command {
  return command
    .option('--config <file>', 'the configuration (default: writ.yaml here)')
    .option('--data <dir>', 'the data folder (default: the configuration’s)')
    .option('--json', 'print one JSON object');
}
