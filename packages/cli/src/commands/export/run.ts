/** `writ export run`: sends in a process of its own. */
import { type EntryDetail, isFault, systemRepeater } from '@writ/core';
import { openExporter, stateReports } from '@writ/gateway/export';
import { type LocateOptions, writeData } from '../../data/index.ts';
import { EXIT_OK } from '../../exit-codes.ts';
import { remark } from '../../terminal/index.ts';
import { ended } from '../serving.ts';
import { locateExport } from './destinations.ts';

/** How often is looked for what is worth a line, in milliseconds. */
const REPORT_MS = 1_000;

/** Sends until the process is asked to end. */
export async function run(options: LocateOptions): Promise<number> {
  const { located, task } = locateExport(options);
  const note = (detail: EntryDetail): Promise<void> =>
    writeData(located, async ({ append }) => {
      await append(detail, {});
    });
  const open = (): ReturnType<typeof openExporter> => openExporter(task, { note, environment: process.env });
  const exporter = await open().catch(async (fault: unknown) => {
    // Right after `init` there are keys and no log yet: it begins with whoever looks first.
    if (!isFault(fault, 'log.missing')) throw fault;
    await writeData(located, () => Promise.resolve());
    return open();
  });
  remark(`sending to ${task.destinations.map(({ name }) => `\`${name}\``).join(', ')}`);
  const report = stateReports(remark);
  const stop = systemRepeater.every(REPORT_MS, () => report(exporter.states()));
  try {
    await ended();
  } finally {
    stop();
    await exporter.close();
  }
  return EXIT_OK;
}
