/** `writ log fetch`: brings a published log from a bucket to a folder, says what others did to it there, and verifies it. */
import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { DATABASE_FILE, Fault, fetchBucket, KEYS_FOLDER, systemClock } from '@writ/core';
import { loadS3, readCredentials } from '@writ/gateway';
import { EXIT_NEGATIVE, EXIT_OK } from '../../exit-codes.ts';
import { collect, runs } from '../../run.ts';
import { createProgress, print, printJson, styled, visible } from '../../terminal/index.ts';
import { trustFolder } from '../../data/index.ts';
import { keysOf } from './verify-trust.ts';
import { verify } from './verify.ts';

/** Flags of the command. */
interface FetchFlags {
  readonly bucket: string;
  readonly prefix?: string;
  readonly endpoint?: string;
  readonly region?: string;
  readonly key: readonly string[];
  readonly newest?: boolean;
  readonly json?: boolean;
}

/** Adds the command as `command`. */
export function addFetch(command: Command): void {
  command
    .description('fetch a published log from a bucket, say what others did to it there, and verify it')
    .argument('<dir>', 'where to; what an earlier fetch brought is kept')
    .requiredOption('--bucket <name>', 'the bucket')
    .option('--prefix <path>', 'what the names of the log’s objects begin with')
    .option('--endpoint <address>', 'the server (default: AWS)')
    .option('--region <name>', 'its region')
    .option(
      '--key <file>',
      'the log’s verifier key (default: your trust folder); may be repeated',
      collect,
      [],
    )
    .option('--newest', 'of objects with several versions the newest, which readers get, not the oldest')
    .option('--json', 'print one JSON object a step')
    .action(runs(fetch));
}

/** Ends with 0 where the bucket holds what the log put there and it verifies, with 1 where not. */
async function fetch(folder: string, flags: FetchFlags): Promise<number> {
  const path = resolve(folder);
  requireNoData(path);
  const keys = keysOf(flags.key);
  if (keys.length === 0)
    throw new Fault('config.invalid', 'without a key of the log nothing tells its checkpoints from others', {
      hint: `name the log’s key with \`--key\`, or put it into ${trustFolder(process.env)}`,
    });
  const credentials = readCredentials('env', process.env);
  const { openS3 } = await loadS3();
  const store = await openS3({
    bucket: flags.bucket,
    ...(flags.prefix === undefined ? {} : { prefix: flags.prefix }),
    ...(flags.endpoint === undefined ? {} : { endpoint: flags.endpoint }),
    ...(flags.region === undefined ? {} : { region: flags.region }),
    credentials,
    // Nothing is put: what the bucket would do with it does not matter.
    objectLock: 'none',
    now: () => systemClock.now(),
  });
  try {
    mkdirSync(path, { recursive: true });
    const prefer = flags.newest === true ? 'newest' : 'oldest';
    const report = await fetchBucket({
      store,
      folder: path,
      keys,
      prefer,
      progress: createProgress('objects'),
    });
    const { checkpoint, files, findings, found } = report;
    if (flags.json === true) printJson({ size: checkpoint?.size ?? null, files, found, findings });
    else {
      print(
        `${styled('green', 'fetched')}  ${files} files of ${checkpoint?.size ?? 0} entries into ${visible(path)}`,
      );
      for (const { kind, place, message } of findings)
        print(`  ${styled('red', 'found')} ${kind}: ${visible(message)} (${visible(place)})`);
      if (found > findings.length) print(`  and ${found - findings.length} more`);
    }
    const verified = await verify(path, {
      key: flags.key,
      checkpoint: [],
      witness: [],
      ...(checkpoint === undefined ? {} : { size: checkpoint.size }),
      ...(flags.json === true ? { json: true } : {}),
    });
    return found === 0 && verified === EXIT_OK ? EXIT_OK : EXIT_NEGATIVE;
  } finally {
    store.close();
  }
}

/** INVARIANT: nothing is fetched into a data folder: it would be taken for a published log, and no longer verify. */
function requireNoData(path: string): void {
  if (!existsSync(join(path, DATABASE_FILE)) && !existsSync(join(path, KEYS_FOLDER))) return;
  throw new Fault('cli.usage', `\`${path}\` is a data folder`, { hint: 'fetch into a folder of its own' });
}
