/** A process that prunes bundles and is killed at a step of it. Run as a program; the task is JSON in its first argument. */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { openLog } from '@writ/core';
import { folderBundleArchive, progressFile, retainAlone } from '@writ/core/records';
import { KEEP_MS, pruningLog, type PruningTask } from './pruning-task.ts';

const {
  path,
  archive,
  steps = Number.POSITIVE_INFINITY,
} = JSON.parse(process.argv[2] ?? 'null') as PruningTask;
const options = pruningLog(path, `run-${process.pid}`);
const log = await openLog(options);
const { bundles: published, reader, state, writer } = log;
if (published === undefined) throw new Error('the log is not published');
let left = steps;
killAtFiles();
await retainAlone(
  {
    reader,
    state,
    writer: {
      // Before the entry is asked for, and once it is on the disk.
      async append(draft) {
        step();
        const result = await writer.append(draft);
        step();
        return result;
      },
    },
    tenant: 'default',
    clock: options.clock,
    random: options.random,
    settings: { floorMs: KEEP_MS, defaultKeep: 'keep', classes: {}, bundles: KEEP_MS },
    bundles: {
      published,
      publish: () => log.publish(),
      archive: folderBundleArchive(archive, reader.origin),
    },
    progress: progressFile(path),
    pause: () => Promise.resolve(),
  },
  { path },
);
await log.close();

function step(): void {
  if (left <= 0) process.kill(process.pid, 'SIGKILL');
  left -= 1;
}

/** Before a file is put into its place or removed, of notes, archives, tiles, the checkpoint, what the log says of its bundles, and the bundles. */
function killAtFiles(): void {
  const kill = (real: (...values: unknown[]) => unknown) => {
    return (...values: unknown[]): unknown => {
      step();
      return real(...values);
    };
  };
  Object.assign(fs, { renameSync: kill(fs.renameSync as never) });
  Object.assign(fs.promises, {
    rename: kill(fs.promises.rename as never),
    rm: kill(fs.promises.rm as never),
  });
  syncBuiltinESMExports();
}
