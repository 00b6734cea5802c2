/** `writ privacy status`: numbers about personal data, and no names. */
import { systemClock } from '@writ/core';
import { privacyActivity, privacyIndicators } from '@writ/core/records';
import { locate, type LocateOptions, readData } from '../../data/index.ts';
import { EXIT_NEGATIVE, EXIT_OK } from '../../exit-codes.ts';
import { print, printJson, printTable } from '../../terminal/index.ts';

/** Flags of the command. */
export interface StatusOptions extends LocateOptions {
  readonly entries: number;
}

const DAY_MS = 86_400_000;

/** Ends with 1 where a case is overdue. */
export function status(options: StatusOptions): Promise<number> {
  return readData(locate(options).data, ({ state, reader }) => {
    const standing = privacyIndicators(state, systemClock.now());
    const activity = privacyActivity(reader, options.entries);
    if (options.json === true) printJson({ ...standing, lastEntries: activity });
    else {
      const open = Object.entries(standing.open).filter(([, count]) => count > 0);
      printTable([
        ['open cases', open.length === 0 ? '0' : open.map(([type, count]) => `${count} ${type}`).join(', ')],
        ['overdue', String(standing.overdue)],
        ['due soon', String(standing.dueSoon)],
        ...(standing.nextDueMs === undefined
          ? []
          : [['days to the next deadline', (standing.nextDueMs / DAY_MS).toFixed(1)]]),
        ['erasures deferred by a hold', String(standing.deferredErasures)],
        ['legal holds', String(standing.legalHolds)],
        ['consents given', String(standing.consentsGiven)],
        ['consents withdrawn', String(standing.consentsWithdrawn)],
        ['restrictions in force', String(standing.restrictions)],
        ['notices shown', String(standing.noticesShown)],
      ]);
      print(`in the last ${activity.entries} entries:`);
      const refused = Object.entries(activity.refusedForPurpose);
      printTable([
        [
          '  refused for their purpose',
          refused.length === 0 ? '0' : refused.map(([why, count]) => `${count} ${why}`).join(', '),
        ],
        ['  calls without a purpose', String(activity.withoutPurpose)],
        ['  personal data without a purpose', String(activity.unclassified)],
        ['  bodies erased', String(activity.bodiesErased)],
        ['  bodies past their time under a hold', String(activity.held)],
      ]);
    }
    return standing.overdue > 0 ? EXIT_NEGATIVE : EXIT_OK;
  });
}
