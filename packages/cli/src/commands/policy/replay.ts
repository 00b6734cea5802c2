/** `writ policy replay`: a set over the recorded past. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { loadPolicySet, readRecordedDecisions, replay, type ReplayReport } from '@writ/core';
import { readData } from '../../data/index.ts';
import { EXIT_NEGATIVE, EXIT_OK } from '../../exit-codes.ts';
import { runs } from '../../run.ts';
import { createProgress, print, printJson, styled } from '../../terminal/index.ts';
import { parseMode } from '../read-request.ts';
import { groupJson, printGroups } from './changes.ts';
import { parseCount } from './parse-count.ts';
import { readSet, toolsOf } from './read-set.ts';

interface ReplayOptions {
  readonly log: string;
  readonly mode: string;
  readonly from: number;
  readonly examples: number;
  readonly json?: boolean;
}

/** Adds the command to `policy`. */
export function addReplay(policy: Command): void {
  policy
    .command('replay')
    .description(
      'decide every recorded decision again under these policies, from exactly what was asked then',
    )
    .argument('<path...>', 'policy files and folders of them')
    .requiredOption(
      '--log <dir>',
      'the data folder (.writ) whose record is replayed; its keys open the sealed bodies',
    )
    .option('--mode <mode>', 'strict, permissive or audit', 'strict')
    .option('--from <index>', 'the first entry to look at', parseCount, 0)
    .option('--examples <count>', 'examples for each way in which decisions change', parseCount, 3)
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nShows arguments of recorded calls. Exit code 0: all the same, 1: some differ, 2: bad input.',
    )
    .action(runs(run));
}

async function run(paths: readonly string[], options: ReplayOptions): Promise<number> {
  const data = resolve(options.log);
  const set = readSet(paths, parseMode(options.mode), await toolsOf(data));
  const { decisionPoint } = loadPolicySet(set);
  return readData(data, ({ reader, keys }) => {
    const report = replay(readRecordedDecisions(reader, options.from), decisionPoint, {
      examples: options.examples,
      onProgress: createProgress('recorded decisions'),
    });
    if (options.json === true)
      printJson({ ...report, groups: report.groups.map((group) => groupJson(group, keys.origin)) });
    else printReplay(report, keys.origin);
    return report.differs === 0 ? EXIT_OK : EXIT_NEGATIVE;
  });
}

/** A replay in lines. */
export function printReplay(report: ReplayReport, origin: string): void {
  printGroups(report.groups, origin);
  const { same, differs, erased, sealed, unasked, unrecorded, otherSchema } = report;
  const counts: readonly (readonly [number, string])[] = [
    [erased, 'erased, so nobody can tell'],
    [sealed, 'sealed with a key that is not here'],
    [unasked, 'refused before any policy was asked'],
    [unrecorded, 'recorded before questions were kept'],
  ];
  const others = counts.flatMap(([count, what]) => (count === 0 ? [] : [`${count} ${what}`]));
  print(
    `${styled('bold', `${same} the same, ${differs} otherwise`)}${others.length === 0 ? '' : `; ${others.join('; ')}`}`,
  );
  if (otherSchema > 0)
    print(`${otherSchema} of them were decided while other tools, or other definitions of them, were known`);
}
