/** A log that fails on purpose: the faults that everything above a log must survive. */
import { Fault } from '../kernel/index.ts';
import type { EntryDraft, LogWriter } from '../model/index.ts';

/**
 * What an append does. `fails`: nothing is written and the caller is told. `fails_but_wrote`: the entry is durable and the caller is told
 * that it is not known. `hangs`: the answer never comes. `works`: as without this wrapper.
 */
export type LogFault = 'works' | 'fails' | 'fails_but_wrote' | 'hangs';

/** `writer` with a fault chosen for each append. */
export function faultyLog(
  writer: LogWriter,
  faultOf: (draft: EntryDraft, append: number) => LogFault,
): LogWriter {
  let appends = 0;
  return {
    origin: writer.origin,
    async append(draft) {
      const fault = faultOf(draft, appends);
      appends += 1;
      switch (fault) {
        case 'works':
          return writer.append(draft);
        case 'fails':
          throw new Fault('log.unavailable', 'simulated: no space left on the device');
        case 'fails_but_wrote':
          await writer.append(draft);
          throw new Fault('log.unavailable', 'simulated: the answer of the disk was lost');
        case 'hangs':
          return new Promise(() => {});
        default:
          return fault satisfies never;
      }
    },
    close: () => writer.close(),
  };
}
