/** `writ case`: requests of people and breaches, with deadlines, evidence and an end. */
import { type Command, Option } from 'commander';
import { CASE_TYPES } from '@writ/core';
import { MAX_ANSWER_MS, MAX_EXTENSION_MS } from '@writ/core/records';
import { collect, runs } from '../../run.ts';
import { alert } from './alert.ts';
import { breach } from './breach.ts';
import { close, extend, open, step } from './change.ts';
import { correct, notify } from './correct.ts';
import { exportCases, list, show } from './look.ts';
import { DAY_MS, parseDays, parseInstant, revealing, saying, shared } from './options.ts';
import { run } from './run-case.ts';

/** Adds the commands to `program`. */
export function addCase(program: Command): void {
  const subjectCase = program
    .command('case')
    .description('requests of people (GDPR articles 15 to 21) and breaches (33, 34)')
    .helpCommand(false);
  addChanges(subjectCase);
  addWork(subjectCase);
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

function addWork(subjectCase: Command): void {
  shared(
    subjectCase
      .command('run')
      .description('do what is asked for: erase, hand out or restrict, with what shows it'),
  )
    .argument('<id>', 'as `writ case list` shows it')
    .option('--out <folder>', 'access and portability: a new folder for what is held, as JSON and CSV')
    .option('--yes', 'erasure: do not ask; there is no way back')
    .action(runs(run));
  shared(
    subjectCase.command('correct').description('record a value as it should be, and who has to hear of it'),
  )
    .argument('<id>', 'a case of rectification')
    .requiredOption('--field <name>', 'what was wrong, as `email`')
    .requiredOption('--value <text>', 'as it should be; sealed')
    .option('--former <text>', 'as it was: only who was sent this has to hear of it')
    .action(runs(correct));
  shared(subjectCase.command('notify').description('tell one recipient, by an HTTP POST of JSON'))
    .argument('<id>', 'a case of rectification')
    .requiredOption('--recipient <name>', 'as `writ case show` lists it')
    .requiredOption('--to <url>', 'its address: `https:`, or `http:` on this machine')
    .option(
      '--with-data',
      'say whom it is about and what is right; without it, only that something is to be corrected',
    )
    .action(runs(notify));
  revealing(
    subjectCase
      .command('breach')
      .description('the notification of a breach (article 33(3)), from the record'),
  )
    .argument('<id>', 'a case of a breach')
    .requiredOption('--from <instant>', 'when it began', parseInstant)
    .option('--to <instant>', 'when it ended (default: now)', parseInstant)
    .option('--agent <id>', 'what this agent did alone')
    .option('--server <name>', 'what this server was sent alone')
    .option('--tool <server/tool>', 'what this tool was sent alone')
    .option('--out <file>', 'a new file, whose hash becomes a step of the case (default: standard output)')
    .action(runs(breach));
}
