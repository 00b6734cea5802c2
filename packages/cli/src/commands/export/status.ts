/** `writ export status`: how far each destination is, and what keeps it. */
import { describeFault, isLockHeld, type LogReader, systemClock } from '@writ/core';
import { cursorFile, cursorPath, lockName, readStatus, statusPath } from '@writ/stream';
import { type LocateOptions, readData } from '../../data/index.ts';
import { EXIT_NEGATIVE, EXIT_OK } from '../../exit-codes.ts';
import { instant, print, printJson, styled, visible } from '../../terminal/index.ts';
import { locateExport } from './destinations.ts';

const MS_PER_S = 1_000;

/** One destination, as it is printed. */
interface DestinationStatus {
  readonly name: string;
  readonly type: string;
  /** `not running`: nobody sends to it. */
  readonly phase: string;
  /** Index of the first entry that was not acknowledged; `null` before the first sending and where the cursor cannot be used. */
  readonly next: number | null;
  readonly size: number;
  readonly lagEntries: number | null;
  readonly lagMs: number | null;
  readonly isBehind: boolean;
  /** Since the sender started; absent where none runs. */
  readonly sent?: number;
  readonly failures?: number;
  /** Milliseconds since 1970. */
  readonly sentAt?: number;
  readonly error?: { readonly code: string; readonly text: string; readonly at: number };
}

/** Prints them. The answer is negative where one is behind, or has stopped. */
export async function status(options: LocateOptions): Promise<number> {
  const { task } = locateExport(options);
  const { data } = task;
  const destinations = await readData(data, ({ reader }) =>
    task.destinations.map(({ name, target }) => ({
      name,
      type: target.type,
      ...statusOf(data, name, reader),
    })),
  );
  if (options.json === true) printJson({ destinations });
  else destinations.forEach(printDestination);
  return destinations.some(isTroubled) ? EXIT_NEGATIVE : EXIT_OK;
}

function statusOf(data: string, name: string, reader: LogReader): Omit<DestinationStatus, 'name' | 'type'> {
  const size = reader.size();
  const isRunning = isLockHeld(data, lockName(name));
  const last = readStatus(statusPath(data, name))?.state;
  // Whoever cannot use a cursor lets go of its lock, so that a person can mend it.
  const told = isRunning || last?.error?.code === 'export.cursor' ? last : undefined;
  const phase = told?.phase ?? (isRunning ? 'starting' : 'not running');
  const counted =
    told === undefined
      ? {}
      : {
          sent: told.sent,
          failures: told.failures,
          ...(told.sentAt === undefined ? {} : { sentAt: told.sentAt }),
          ...(told.error === undefined ? {} : { error: told.error }),
        };
  try {
    const cursor = cursorFile(cursorPath(data, name)).load();
    return { phase, ...counted, size, ...lagOf(cursor?.next, reader), isBehind: cursor?.isBehind ?? false };
  } catch (fault) {
    const error = { code: 'export.cursor', text: describeFault(fault), at: systemClock.now() };
    return { phase: 'stopped', ...counted, size, ...lagOf(undefined, reader), isBehind: true, error };
  }
}

function lagOf(
  next: number | undefined,
  reader: LogReader,
): Pick<DestinationStatus, 'next' | 'lagEntries' | 'lagMs'> {
  if (next === undefined) return { next: null, lagEntries: null, lagMs: null };
  const lagEntries = reader.size() - next;
  const lagMs = lagEntries > 0 ? Math.max(0, systemClock.now() - reader.entry(next).entry.time) : 0;
  return { next, lagEntries, lagMs };
}

function isTroubled({ isBehind, phase }: DestinationStatus): boolean {
  return isBehind || phase === 'stopped';
}

function printDestination(shown: DestinationStatus): void {
  const { name, type, phase, next, lagEntries, lagMs, sent, sentAt, error } = shown;
  const colour = isTroubled(shown) ? 'red' : 'green';
  print(`${visible(name)}  ${type}  ${styled(colour, phase)}`);
  if (next === null) print('  nothing sent yet');
  else
    print(
      `  next entry ${next}; ${lagEntries} wait, the oldest for ${Math.round((lagMs ?? 0) / MS_PER_S)} s`,
    );
  if (sent !== undefined)
    print(
      `  ${sent} events since its start${sentAt === undefined ? '' : `, the last at ${instant(sentAt)}`}`,
    );
  if (error !== undefined) print(`  ${styled('red', visible(error.text))}, at ${instant(error.at)}`);
}
