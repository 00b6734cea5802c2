/** `writ mirror status`: which logs are mirrored, how far, and what speaks against one. */
import { type MirrorEvidence, type MirrorPosition, mirrorTarget, openMirrorStore, utf8 } from '@writ/core';
import { parseCheckpoint, parseNote } from '@writ/core/proof';
import { EXIT_NEGATIVE, EXIT_OK } from '../../exit-codes.ts';
import { instant, print, printJson, styled, visible } from '../../terminal/index.ts';
import { type EnrolmentOptions, mirrorOf } from './enrolment.ts';

/** One log, as it is printed. */
interface MirroredLog {
  readonly origin: string;
  readonly retiredAt: number | null;
  /** Entries held, in the checkpoint cosigned last, and in the largest that the log has signed. */
  readonly held: number;
  readonly cosigned: number;
  readonly pending: number;
  /** Where the copy stands; it verifies as any log does. */
  readonly folder: string;
  readonly evidence: readonly MirrorEvidence[];
}

/** Prints them. The answer is negative where something speaks against one. */
export async function status(options: EnrolmentOptions): Promise<number> {
  const data = mirrorOf(options);
  const store = openMirrorStore(data);
  const logs: MirroredLog[] = [];
  try {
    for (const { origin, retiredAt } of await store.logs()) {
      const position = await store.position(origin);
      const evidence = await store.evidence(origin);
      const folder = mirrorTarget(data).folderOf(origin);
      logs.push({ origin, retiredAt: retiredAt ?? null, ...countsOf(position), folder, evidence });
    }
  } finally {
    store.close();
  }
  if (options.json === true) printJson({ logs });
  else if (logs.length === 0) print('no log is mirrored');
  else logs.forEach(printLog);
  return logs.some(({ evidence }) => evidence.length > 0) ? EXIT_NEGATIVE : EXIT_OK;
}

function countsOf({
  next,
  cosigned,
  pending,
}: MirrorPosition): Pick<MirroredLog, 'held' | 'cosigned' | 'pending'> {
  const sizeOf = (note: string | undefined): number =>
    note === undefined ? 0 : parseCheckpoint(parseNote(utf8(note)).text).size;
  return {
    held: next,
    cosigned: sizeOf(cosigned),
    pending: Math.max(sizeOf(cosigned), sizeOf(pending.at(-1))),
  };
}

function printLog({ origin, retiredAt, held, cosigned, pending, folder, evidence }: MirroredLog): void {
  const ended = retiredAt === null ? '' : `  retired at ${instant(retiredAt)}`;
  print(`${visible(origin)}${ended}`);
  print(`  ${held} of ${pending} entries held, cosigned to ${cosigned}`);
  print(`  ${visible(folder)}`);
  for (const { kind, time, message } of evidence)
    print(`  ${styled('red', kind)} at ${instant(time)}: ${visible(message)}`);
}
