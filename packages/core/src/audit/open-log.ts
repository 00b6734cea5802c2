/** Opens the log of a data folder: a store with one log in it. */
import type { OpenLog } from './log.ts';
import type { LogOptions } from './log-options.ts';
import { LogStore } from './log-store.ts';

/**
 * Opens and verifies the log, writes its `start` entry and closes what ended boots left open as `unknown`. Closing it ends everything that was begun for it.
 * Throws `log.unavailable`, `log.version`, `log.conflict`, `log.unsigned-suffix`, `log.corrupt`, `log.restored`.
 */
export async function openLog(options: LogOptions): Promise<OpenLog> {
  const store = new LogStore(options);
  try {
    return await store.openAlone(options);
  } catch (fault) {
    await store.close();
    throw fault;
  }
}
