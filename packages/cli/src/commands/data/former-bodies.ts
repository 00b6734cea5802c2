/** What logs that ended still hold about a person: nobody may write to them any more, so an erasure says it and does not end as done. */
import { describeFault, type FormerLog, isFault } from '@writ/core';
import type { PersonNames } from '@writ/core/records';
import type { WriteData } from '../../data/index.ts';
import { counted, remark, visible } from '../../terminal/index.ts';

/** Bodies about one person in one log that was set aside. */
export interface FormerBodies {
  readonly folder: string;
  /** Those that are there, under the names that the log knows people by. */
  readonly bodies: number;
}

/** Looks into each of them, and says on standard error where something is. Absent where one could not be looked into, which is said as well. */
export function formerBodies(
  { former }: Pick<WriteData, 'former'>,
  { concerns }: Pick<PersonNames, 'concerns'>,
): readonly FormerBodies[] | undefined {
  let logs: readonly FormerLog[];
  try {
    logs = former();
  } catch (fault) {
    if (!isFault(fault)) throw fault;
    remark(`a log that was set aside cannot be looked into: ${describeFault(fault)}`);
    return undefined;
  }
  const found = logs
    .map((log) => ({ folder: log.folder, bodies: countBodies(log, concerns) }))
    .filter(({ bodies }) => bodies > 0);
  for (const { folder, bodies } of found)
    remark(
      `the log set aside in ${visible(folder)} still holds ${counted(bodies, 'body', 'bodies')} about the person: remove it once nobody needs it`,
    );
  return found;
}

function countBodies({ reader }: FormerLog, concerns: readonly string[]): number {
  const indexes = new Set(concerns.flatMap((concern) => [...reader.concerning(concern)]));
  return [...indexes].filter((index) => {
    try {
      reader.body(index);
      return true;
    } catch (fault) {
      // What does not open is there all the same.
      return !isFault(fault, 'log.body-erased') && !isFault(fault, 'log.missing');
    }
  }).length;
}
