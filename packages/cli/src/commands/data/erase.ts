/** `writ data erase`. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '@writ/core';
import { type DeferredErasure, deferredErasures } from '@writ/core/records';
import { type Located, locate, type LocateOptions, writeData } from '../../data/index.ts';
import { EXIT_NEGATIVE, EXIT_OK } from '../../exit-codes.ts';
import {
  confirm,
  counted,
  isInteractive,
  print,
  printJson,
  remark,
  styled,
  visible,
} from '../../terminal/index.ts';
import { type ErasedSubject, eraseFrom, type Erasing } from './erasing.ts';
import { purgeFiles } from './purge.ts';

/** Folder of logs that were set aside. */
const FORMER_FOLDER = 'former';

interface EraseOptions extends LocateOptions {
  readonly subject: readonly string[];
  readonly deferred?: boolean;
  readonly yes?: boolean;
}

/** Ends with 1 where something is left: kept by a hold, waited for, in a log that was set aside, or still in the write-ahead log. */
export async function erase(options: EraseOptions): Promise<number> {
  const { subject, deferred = false } = options;
  if (deferred === subject.length > 0)
    throw new Fault('cli.usage', 'name a person with `--subject`, or say `--deferred`');
  await requireYes(options);
  const located = locate(options);
  return answer(located, await eraseAll(located, deferred ? undefined : [{ identifiers: subject }]), options);
}

/** Erases `some`, or whatever was deferred. */
export function eraseAll(located: Located, some?: readonly Erasing[]): Promise<readonly ErasedSubject[]> {
  return writeData(located, async (opened) => {
    const erased: ErasedSubject[] = [];
    const asked: readonly (Erasing | DeferredErasure)[] = some ?? deferredErasures(opened);
    for (const one of asked) erased.push(await eraseFrom(located, opened, one));
    return erased;
  });
}

/** Tells what became of it, once the log is closed. */
export async function answer(
  { data }: Located,
  erased: readonly ErasedSubject[],
  { json }: LocateOptions,
): Promise<number> {
  const purged = await purgeFiles(data);
  const isGone = ({ status, former: held }: ErasedSubject): boolean =>
    status === 'done' && held?.length === 0;
  const isDone = erased.every(isGone) && purged.purged;
  const former = formerLogs(data);
  if (json === true) printJson({ erasures: erased, ...purged, former });
  else {
    for (const one of erased) tell(one);
    if (erased.length === 0) print('nothing was deferred');
    for (const one of purged.left) remark(one);
    for (const one of former)
      remark(`the log set aside in ${visible(one)} was not touched: remove it once nobody needs it`);
  }
  return isDone ? EXIT_OK : EXIT_NEGATIVE;
}

/** Logs that ended and are kept for reading: nothing of them is erased, because nobody may write to them any more. */
function formerLogs(data: string): readonly string[] {
  const folder = join(data, FORMER_FOLDER);
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
}

function tell(erased: ErasedSubject): void {
  const { status, destroyed, resealed, held, waiting, pins, tokens, files, deferral } = erased;
  const colour = status === 'done' ? 'green' : 'yellow';
  print(
    `${styled(colour, status === 'done' ? 'erased' : status)}  ${counted(destroyed, 'body', 'bodies')} destroyed, ${resealed} of others sealed again without the person`,
  );
  for (const { id, bodies } of held)
    print(
      `  the legal hold ${id} keeps ${counted(bodies, 'body', 'bodies')}: \`writ data hold list\` says why`,
    );
  if (deferral !== undefined) print(`  kept as the request ${deferral}, and done when the hold is released`);
  if (waiting.length > 0)
    print(
      `  held actions that wait for an answer name the person (${waiting.map((index) => `#${index}`).join(', ')}): run this again once they are over`,
    );
  if (status === 'unfinished') print('  others kept writing about the person: run this again');
  for (const pin of pins)
    print(`  the pinned definition of ${visible(pin)} names the person: pin another one`);
  for (const file of files)
    print(
      `  the file ${visible(file)} of the data folder names the person: \`writ server logout\`, or take it away`,
    );
  if (tokens.length > 0) print(`  ended API tokens that acted for the person: ${tokens.join(', ')}`);
}

async function requireYes({ yes, subject, deferred }: EraseOptions): Promise<void> {
  if (yes === true) return;
  const hint = 'say `--yes` where nobody is there to ask';
  if (!isInteractive())
    throw new Fault('cli.usage', 'an erasure has no way back and is not confirmed', { hint });
  const whom =
    deferred === true
      ? 'everybody whose erasure was deferred'
      : subject.map((one) => visible(one)).join(', ');
  if (!(await confirm(`Erase ${whom} for good?`)))
    throw new Fault('cli.usage', 'nothing was erased', { hint });
}
