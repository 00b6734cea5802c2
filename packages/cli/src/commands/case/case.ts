/** `writ case`: requests of people and breaches, with deadlines, evidence and an end. */
import { type Command, Option } from 'commander';
import { CASE_TYPES, MAX_ANSWER_MS, MAX_EXTENSION_MS } from '@writ/core';
import { collect, runs } from '../../run.ts';
import { alert } from './alert.ts';
import { close, extend, open, step } from './change.ts';
import { exportCases, list, show } from './look.ts';
import { DAY_MS, parseDays, parseInstant, revealing, saying, shared } from './options.ts';

/** Adds the commands to `program`. */
export function addCase(program: Command): void {
  const subjectCase = program
    .command('case')
    .description('requests of people (GDPR articles 15 to 21) and breaches (33, 34)')
    .helpCommand(false);
  addChanges(subjectCase);
  revealing(subjectCase.command('list').description('open cases, with their deadlines'))
    .option('--all', 'closed ones too')
    .option('--overdue', 'only those past their deadline; ends with 1 where there are any')
    .action(runs(list));
  revealing(subjectCase.command('show').description('one case, and what is owed'))
    .argument('<id>', 'as `writ case list` shows it')
    .action(runs(show));
  shared(subjectCase.command('export').description('all cases as a file, for products that manage them'))
    .addOption(new Option('--format <format>', 'json or csv').choices(['json', 'csv']).default('json'))
    .addOption(
      new Option('--subject <shown>', 'how much is shown of the person')
        .choices(['nothing', 'masked', 'named'])
        .default('nothing'),
    )
    .option('--out <file>', 'a new file (default: standard output)')
    .action(runs(exportCases));
  shared(
    subjectCase
      .command('alert')
      .description(
        'record what is due soon or overdue, once each, for every destination of events; for cron',
      ),
  ).action(runs(alert));
}

function addChanges(subjectCase: Command): void {
  shared(subjectCase.command('open').description('open a case'))
    .argument('<type>', CASE_TYPES.join(', '))
    .option('--subject <name>', 'a name of the person, as actions know them; may be repeated', collect, [])
    .option('--words <text>', 'what was asked, in words; sealed')
    .option('--aware <instant>', 'when a breach became known (default: now)', parseInstant)
    .option('--days <number>', 'by when it is answered (default: 30)', parseDays(MAX_ANSWER_MS / DAY_MS))
    .action(runs(open));
  saying(subjectCase.command('step').description('record what was done'))
    .argument('<id>', 'as `writ case list` shows it')
    .argument(
      '<step>',
      'identity_verified, restrict, lift, exported, erased, nothing_held, authority_notified, …',
    )
    .option('--purpose <id>', 'restrict: this purpose alone; may be repeated', collect, [])
    .option('--recipient <name>', 'acknowledged: which one was told')
    .action(runs(step));
  shared(subjectCase.command('extend').description('extend the deadline, once, before it passes'))
    .argument('<id>', 'as `writ case list` shows it')
    .requiredOption(
      '--days <number>',
      'by how much, two months at most',
      parseDays(MAX_EXTENSION_MS / DAY_MS),
    )
    .requiredOption('--reason <text>', 'why; the person is told it')
    .action(runs(extend));
  saying(subjectCase.command('close').description('end a case'))
    .argument('<id>', 'as `writ case list` shows it')
    .argument('<outcome>', 'done, refused or withdrawn')
    .option('--reason <text>', 'why it is refused; the person is told it')
    .action(runs(close));
}
