/** `writ policy starter`: packs to start from, as policy sets with their cases. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { Fault, parseCases, printManifest, type StarterPack, starterPacks } from '@writ/core';
import { EXIT_OK } from '../../exit-codes.ts';
import { runs } from '../../run.ts';
import { print, printJson, visible } from '../../terminal/index.ts';
import { writeNewFolder } from './new-files.ts';

interface StarterOptions {
  readonly set?: string;
  readonly json?: boolean;
}

/** Adds the command to `policy`. */
export function addStarter(policy: Command): void {
  policy
    .command('starter')
    .description('list the packs to start from, or write one as a policy set with cases')
    .argument('[name]', 'one of them')
    .option('--set <folder>', 'where to write it; an existing folder is left alone')
    .option('--json', 'print one JSON object')
    .action(runs(starter));
}

function starter(name: string | undefined, options: StarterOptions): number {
  const packs = starterPacks();
  if (name === undefined) return list(packs, options);
  const found = packs.find((pack) => pack.name === name);
  if (found === undefined) {
    const hint = `one of ${packs.map((pack) => pack.name).join(', ')}`;
    throw new Fault('cli.usage', `there is no starter pack \`${name}\``, { hint });
  }
  const folder = options.set ?? name;
  const files = filesOf(found);
  writeNewFolder(resolve(folder), files);
  if (options.json === true) printJson({ name, folder, files: Object.keys(files) });
  else {
    for (const file of Object.keys(files)) print(`written  ${visible(`${folder}/${file}`)}`);
    print('put in the names of your own tools, agents and people, then try it:');
    print(
      visible(
        `  writ policy test ${folder} --cases ${folder}/tests/cases.yaml --tools ${folder}/tests/tools.yaml`,
      ),
    );
  }
  return EXIT_OK;
}

function filesOf({ name, pack, extra, cases, toolsFile }: StarterPack): Readonly<Record<string, string>> {
  const rest = { onError: 'deny', links: [], limits: [], patterns: [] } as const;
  return {
    'policy-set.yaml': printManifest({ name, version: 1, ...rest }),
    [`packs/${name}.yaml`]: pack.text,
    ...(extra === undefined ? {} : { [`organisation/${name}.cedar`]: extra.text }),
    'tests/cases.yaml': cases.text,
    'tests/tools.yaml': toolsFile.text,
  };
}

function list(packs: readonly StarterPack[], { json }: StarterOptions): number {
  const told = packs.map(({ name, pack, tools, cases }) => {
    const parsed = parseCases(cases);
    return {
      name,
      description: /^description: (.*)$/m.exec(pack.text)?.[1] ?? '',
      tools: tools.length,
      cases: 'cases' in parsed ? parsed.cases.length : 0,
    };
  });
  if (json === true) printJson({ packs: told });
  else for (const { name, description } of told) print(`${name.padEnd(20)} ${visible(description)}`);
  return EXIT_OK;
}
