/** Whether logs that were set aside are still there though all that was in them is past its time: retention does not reach them. */
import { describeFault, isFault, openFormerLogs } from '@writ/core';
import type { RetentionSettings } from '@writ/core/records';
import type { Finding } from './doctor-record.ts';

/** One finding for each of them that somebody is to remove, or to look at; none where there is nothing to do. */
export function formerFindings(
  data: string,
  { defaultKeep, classes }: Pick<RetentionSettings, 'defaultKeep' | 'classes'>,
  now: number,
): readonly Finding[] {
  const times = [defaultKeep, ...Object.values(classes)].filter((keep) => keep !== 'keep');
  // What is kept by default has no time.
  if (defaultKeep === 'keep') return [];
  const longest = Math.max(...times);
  try {
    // Without keys: only when the last entry was written is looked at.
    return openFormerLogs(data, { bodyKeys: [] }).flatMap((log) => {
      const last = log.reader.size() - 1;
      const ended = last < 0 ? 0 : log.reader.entry(last).entry.timeFloor;
      log.close();
      if (now - ended <= longest) return [];
      const day = new Date(ended).toISOString().slice(0, 10);
      return [
        warning(
          `the log set aside in ${log.folder} ended ${day}, and all that has a time in it is past it: remove it, unless a legal hold needs it`,
        ),
      ];
    });
  } catch (fault) {
    if (!isFault(fault)) throw fault;
    return [warning(`a log that was set aside cannot be looked into: ${describeFault(fault)}`)];
  }
}

function warning(detail: string): Finding {
  return { check: 'former logs', status: 'warn', detail };
}
