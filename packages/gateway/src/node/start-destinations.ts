/** The log of a node on its way to where the configuration sends it. */
import { type EntryDetail, type EntryDraft, Fault, type LogWriter, systemTimers } from '@writ/core';
import type { Configuration } from '../config/index.ts';
import { type RunningExport, startExport } from '../export/index.ts';
import type { Report } from './types.ts';
import { SOFTWARE_VERSION } from './version.ts';

/** What is used of the node. */
interface NodeParts {
  readonly log: LogWriter;
  readonly draft: (detail: EntryDetail, rest: Partial<EntryDraft>) => EntryDraft;
  readonly report: Report;
}

/** Begins to send in a thread of its own; `undefined` where the configuration names no destination. Nothing that fails in it is felt here. */
export function startDestinations(config: Configuration, parts: NodeParts): RunningExport | undefined {
  const { export: destinations = [], origin, data } = config;
  if (destinations.length === 0) return undefined;
  const { log, draft, report } = parts;
  const append = async (detail: EntryDetail): Promise<void> => {
    const result = await log.append(draft(detail, {}));
    if (result.status === 'refused')
      throw new Fault('log.conflict', `the log refused the entry: ${result.refusal}`);
  };
  const task = { data, productVersion: SOFTWARE_VERSION, destinations };
  return startExport(origin === undefined ? task : { ...task, origin }, {
    append,
    report,
    timers: systemTimers,
  });
}
