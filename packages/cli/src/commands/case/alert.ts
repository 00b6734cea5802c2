/** `writ case alert`: deadlines that near or have passed become entries, which every destination of events is sent. */
import { systemClock } from '@writ/core';
import { caseAlerts } from '@writ/core/records';
import { locate, type LocateOptions, readData, writeData } from '../../data/index.ts';
import { EXIT_NEGATIVE, EXIT_OK } from '../../exit-codes.ts';
import { instant, print, printJson } from '../../terminal/index.ts';
import { append } from './change.ts';

/** Records each alert once; for cron. Ends with 1 where it told of one. */
export async function alert(options: LocateOptions): Promise<number> {
  const located = locate(options);
  const now = systemClock.now();
  // Nothing is written where there is nothing to tell.
  const isDue = await readData(located.data, ({ state }) => caseAlerts(state, now).length > 0);
  const told = isDue
    ? await writeData(located, async (data) => {
        const done: { id: string; type: string; alert: string; due: number }[] = [];
        for (const { subjectCase, step, draft } of caseAlerts(data.state, now)) {
          const { status } = await append(data, draft);
          // Refused: another process told it at the same time.
          if (status !== 'committed') continue;
          const { id, type, due } = subjectCase;
          done.push({ id, type, alert: step, due });
        }
        return done;
      })
    : [];
  if (options.json === true)
    printJson({ alerts: told.map((one) => ({ ...one, due: new Date(one.due).toISOString() })) });
  else for (const { id, type, alert: step, due } of told) print(`${step} ${type} ${id}, due ${instant(due)}`);
  return told.length > 0 ? EXIT_NEGATIVE : EXIT_OK;
}
