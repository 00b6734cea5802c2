/** A process that runs retention and is killed at a step of it. Run as a program; the task is JSON in its first argument. */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { openLog } from '@writ/core';
import {
  DEFAULT_FLOOR_MS,
  folderArchive,
  progressFile,
  retainAlone,
  type RetentionPorts,
} from '@writ/core/records';
import { ARCHIVE_KEY, DAY_MS, retentionLog, type RetentionTask } from './retention-task.ts';

const {
  path,
  archive,
  steps = Number.POSITIVE_INFINITY,
} = JSON.parse(process.argv[2] ?? 'null') as RetentionTask;
const options = retentionLog(path, `run-${process.pid}`);
const log = await openLog(options);
let left = steps;
killAtFiles();
const ports: RetentionPorts = {
  reader: log.reader,
  state: log.state,
  writer: {
    // Before an entry is asked for, and once it is on the disk.
    async append(draft) {
      step();
      const result = await log.writer.append(draft);
      step();
      return result;
    },
  },
  tenant: 'default',
  clock: options.clock,
  random: options.random,
  settings: { floorMs: DEFAULT_FLOOR_MS, defaultKeep: 400 * DAY_MS, classes: {} },
  archiveOf: () => ({ target: folderArchive(archive), key: ARCHIVE_KEY }),
  progress: progressFile(path),
  pause: () => Promise.resolve(),
};
await retainAlone(ports, { path });
await log.close();

function step(): void {
  if (left <= 0) process.kill(process.pid, 'SIGKILL');
  left -= 1;
}

/** Notes and archives: before a file is opened, written, synced, put into its place or removed. */
function killAtFiles(): void {
  for (const name of ['openSync', 'writeSync', 'fsyncSync', 'renameSync', 'rmSync'] as const) {
    const real = fs[name] as (...values: unknown[]) => unknown;
    const killing = (...values: unknown[]): unknown => {
      step();
      return real(...values);
    };
    Object.assign(fs, { [name]: killing });
  }
  syncBuiltinESMExports();
}
