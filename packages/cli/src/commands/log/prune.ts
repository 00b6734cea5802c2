/** `writ log prune`: which entries the published log no longer serves. */
import { type Command, InvalidArgumentError } from 'commander';
import { pruneFolder } from '@writ/core';
import { TILE_WIDTH } from '@writ/core/proof';
import { locate, type LocateOptions } from '../../data/index.ts';
import { EXIT_OK } from '../../exit-codes.ts';
import { runs } from '../../run.ts';
import { print, printJson, styled, visible } from '../../terminal/index.ts';

interface PruneOptions extends LocateOptions {
  readonly below: number;
  readonly policy: string;
  readonly tenant?: string;
}

/** Makes `command` the one that prunes. */
export function addPrune(command: Command): void {
  command
    .description(
      'stop serving the oldest entries of the published log, or serve them again; nothing is deleted',
    )
    .requiredOption('--below <index>', 'the first entry that is served; 0 serves all again', parseIndex)
    .requiredOption(
      '--policy <text>',
      'the retention policy that permits it, in one line; published beside the log',
    )
    .option('--tenant <name>', 'the tenant of a data folder with several')
    .action(runs(prune));
}

async function prune(options: PruneOptions): Promise<number> {
  const { below, policy, tenant } = options;
  const pruned = await pruneFolder(locate(options).data, { minimumIndex: below, policy }, tenant);
  if (options.json === true) {
    printJson({ minimumIndex: pruned.minimumIndex, policy: pruned.policy, moved: pruned.moved });
    return EXIT_OK;
  }
  // Files move whole, and a full bundle holds so many entries.
  const servedFrom = below - (below % TILE_WIDTH);
  const what =
    servedFrom === 0 ? 'every entry is served' : `entries below ${servedFrom} are no longer served`;
  print(`${styled('green', 'pruned')}  ${what}: ${pruned.moved} files moved (${visible(policy)})`);
  if (servedFrom < below)
    print(
      `entries ${servedFrom} to ${below - 1} stand in a file with later ones, and go with it: a file holds ${TILE_WIDTH}`,
    );
  if (servedFrom > 0)
    print(
      'kept in the folder `pruned` and in the database; a verifier goes on from a checkpoint of at least that many entries (`--from`)',
    );
  return EXIT_OK;
}

function parseIndex(text: string): number {
  const index = Number(text);
  if (/^[0-9]{1,16}$/.test(text) && Number.isSafeInteger(index)) return index;
  throw new InvalidArgumentError('the index of an entry, 0 or greater');
}
