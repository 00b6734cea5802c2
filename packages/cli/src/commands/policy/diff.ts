/** `writ policy diff`: which policies changed between two sets, and which decisions with them. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import {
  type ChangeGroup,
  compareSets,
  compareSettings,
  type ComparedSet,
  createChangeCounter,
  DEFAULT_REQUESTS,
  differenceOn,
  openComparedSet,
  readRecordedDecisions,
  searchChanges,
  type SetChanges,
  type SettingChange,
} from '@writ/core';
import { readData } from '../../data/index.ts';
import { EXIT_NEGATIVE, EXIT_OK } from '../../exit-codes.ts';
import { runs } from '../../run.ts';
import { createProgress, print, printJson, styled, visible } from '../../terminal/index.ts';
import { parseMode } from '../read-request.ts';
import { groupJson, printGroups } from './changes.ts';
import { parseCount } from './parse-count.ts';
import { readSet, toolsOf } from './read-set.ts';

interface DiffOptions {
  readonly log?: string;
  readonly data?: string;
  readonly tools?: string;
  readonly search?: number;
  readonly seed: number;
  readonly mode: string;
  readonly modeTo?: string;
  readonly examples: number;
  readonly json?: boolean;
}

/** What differs in the sets themselves. */
interface Sets {
  readonly policies: SetChanges;
  readonly settings: readonly SettingChange[];
}

/** Decisions compared over one kind of requests. */
interface Compared {
  readonly over: 'recorded' | 'generated';
  readonly compared: number;
  readonly changed: number;
  /** Recorded decisions that cannot be asked again. */
  readonly skipped: number;
  readonly groups: readonly ChangeGroup[];
  /** Of the log that examples come from. */
  readonly origin: string;
}

/** Adds the command to `policy`. */
export function addDiff(policy: Command): void {
  policy
    .command('diff')
    .description('tell which policies differ between two sets, and which decisions change')
    .argument('<from>', 'a policy file or a folder of them')
    .argument('<to>', 'another')
    .option('--log <dir>', 'compare decisions over what this data folder (.writ) recorded')
    .option(
      '--search <count>',
      `compare decisions over this many generated requests (default ${DEFAULT_REQUESTS} without --log)`,
      parseCount,
    )
    .option('--seed <number>', 'seed of the generated requests', parseCount, 1)
    .option('--data <dir>', 'type arguments by the tools known to this data folder (default: that of --log)')
    .option('--tools <file>', 'the same by the tools in this file, `server/tool: inputSchema`')
    .option('--mode <mode>', 'strict, permissive or audit, where the manifest of a set names none', 'strict')
    .option('--mode-to <mode>', 'the same for the second set (default: that of --mode)')
    .option('--examples <count>', 'examples for each way in which decisions change', parseCount, 1)
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nGenerated requests are a search, guided by both sets: finding nothing is no proof that nothing changes.\nShows arguments of recorded calls. Exit code 0: no policy, no setting (mode, limits, patterns, entities) and no decision differs, 1: some differ, 2: bad input.',
    )
    .action(runs(diff));
}

async function diff(from: string, to: string, options: DiffOptions): Promise<number> {
  const mode = parseMode(options.mode);
  const modes = [mode, options.modeTo === undefined ? mode : parseMode(options.modeTo)] as const;
  const tools = await toolsOf(
    options.data ?? (options.tools === undefined ? options.log : undefined),
    options.tools,
  );
  const one = openComparedSet(readSet([from], modes[0], tools));
  const other = openComparedSet(readSet([to], modes[1], tools));
  const sets: Sets = {
    policies: compareSets(one.policies, other.policies),
    settings: compareSettings(one.settings, other.settings),
  };
  const decisions: Compared[] = [];
  if (options.log !== undefined)
    decisions.push(await compareRecorded(one, other, options.log, options.examples));
  const search = options.search ?? (options.log === undefined ? DEFAULT_REQUESTS : 0);
  if (search > 0) decisions.push(compareGenerated(one, other, search, options));
  if (options.json === true) printJson(diffJson(sets, decisions, options.seed));
  else printDiff(sets, decisions, options.seed);
  const isSame = isEmpty(sets) && decisions.every(({ changed }) => changed === 0);
  return isSame ? EXIT_OK : EXIT_NEGATIVE;
}

function compareGenerated(
  one: ComparedSet,
  other: ComparedSet,
  requests: number,
  options: DiffOptions,
): Compared {
  const { seed, examples } = options;
  const progress = createProgress('generated requests');
  let asked = 0;
  const isOver = (): boolean => {
    progress((asked += 1));
    return false;
  };
  const { tried, changed, groups } = searchChanges(one, other, { requests, seed, examples, isOver });
  return { over: 'generated', compared: tried, changed, skipped: 0, groups, origin: '' };
}

function compareRecorded(
  one: ComparedSet,
  other: ComparedSet,
  log: string,
  examples: number,
): Promise<Compared> {
  return readData(resolve(log), ({ reader, keys }) => {
    const counter = createChangeCounter(examples);
    const progress = createProgress('recorded decisions');
    let [read, skipped] = [0, 0];
    for (const decision of readRecordedDecisions(reader)) {
      progress((read += 1));
      if (decision.status !== 'asked') {
        skipped += 1;
        continue;
      }
      // Where an obligation changed the arguments, the changed ones were asked about too: the first difference tells.
      const answers = decision.questions.map(({ query }) => differenceOn(one, other, query));
      const told = answers.find(({ fields }) => fields.length > 0) ?? answers[0];
      if (told === undefined) skipped += 1;
      else counter.add(told.query, told.left, told.right, decision.index);
    }
    const { compared, changed } = counter;
    return { over: 'recorded', compared, changed, skipped, groups: counter.groups(), origin: keys.origin };
  });
}

function isEmpty({ policies: { added, removed, changed, renamed }, settings }: Sets): boolean {
  return [added, removed, changed, renamed, settings].every(({ length }) => length === 0);
}

function printDiff({ policies, settings }: Sets, decisions: readonly Compared[], seed: number): void {
  const { added, removed, changed, renamed, same } = policies;
  for (const { id, effect, file, line } of added) print(visible(`+ ${effect} \`${id}\`  ${file}:${line}`));
  for (const { id, effect, file, line } of removed) print(visible(`- ${effect} \`${id}\`  ${file}:${line}`));
  for (const { from, to } of changed)
    print(visible(`~ ${to.effect} \`${to.id}\`  ${from.file}:${from.line} → ${to.file}:${to.line}`));
  for (const { from, to } of renamed)
    print(visible(`= ${to.effect} \`${from.id}\` is now \`${to.id}\`  ${to.file}:${to.line}`));
  for (const change of settings) print(visible(settingLine(change)));
  print(
    styled(
      'bold',
      `${added.length} added, ${removed.length} removed, ${changed.length} changed, ${renamed.length} renamed, ${same} the same${settings.length === 0 ? '' : `; ${settings.length} settings differ`}`,
    ),
  );
  for (const { over, compared, changed: count, skipped, groups, origin } of decisions) {
    print();
    printGroups(groups, origin);
    const seeded = over === 'generated' ? ` (seed ${seed}; a search, no proof)` : '';
    const left = skipped === 0 ? '' : `; ${skipped} cannot be asked again`;
    print(styled('bold', `${count} of ${compared} ${over} requests are answered otherwise${seeded}${left}`));
  }
}

/** `~ limit `calls`: {…} → {…}`; `+` where only the second set has it, `-` where only the first has. */
function settingLine({ setting, id, from, to }: SettingChange): string {
  const name = id === '' ? setting : `${setting} \`${id}\``;
  if (from === undefined) return `+ ${name}: ${JSON.stringify(to)}`;
  if (to === undefined) return `- ${name}: ${JSON.stringify(from)}`;
  return `~ ${name}: ${JSON.stringify(from)} → ${JSON.stringify(to)}`;
}

function diffJson({ policies, settings }: Sets, decisions: readonly Compared[], seed: number): unknown {
  return {
    same: isEmpty({ policies, settings }) && decisions.every(({ changed }) => changed === 0),
    policies,
    settings,
    decisions: decisions.map(({ over, compared, changed, skipped, groups, origin }) => ({
      over,
      ...(over === 'generated' ? { seed, proof: false } : { skipped }),
      compared,
      changed,
      groups: groups.map((group) => groupJson(group, origin)),
    })),
  };
}
