/** `writ privacy quality`: checks on personal data in the record, as counts. */
import { readFileSync } from 'node:fs';
import { systemClock } from '@writ/core';
import { readQualityChecks, runQualityChecks } from '@writ/core/records';
import { locate, type LocateOptions, readData } from '../../data/index.ts';
import { EXIT_NEGATIVE, EXIT_OK } from '../../exit-codes.ts';
import { print, printJson, printTable } from '../../terminal/index.ts';

/** Flags of the command. */
export interface QualityOptions extends LocateOptions {
  readonly days: number;
}

/** Runs the checks of `file` over the last days. Ends with 1 where anything fails. */
export function quality(file: string, options: QualityOptions): Promise<number> {
  const checks = readQualityChecks(readFileSync(file, 'utf8'));
  const now = systemClock.now();
  return readData(locate(options).data, ({ reader }) => {
    const findings = runQualityChecks(reader, checks, { from: now - options.days, to: now + 1, now });
    const failed = findings.reduce((sum, one) => sum + one.failed, 0);
    if (options.json === true) printJson({ findings });
    else {
      printTable(
        findings.map((one) => [
          one.id,
          `${one.checked} checked`,
          `${one.failed} failed`,
          `${one.missing} missing`,
        ]),
      );
      if (failed > 0) print('`--json` names the entries; `writ log show` opens one');
    }
    return failed > 0 ? EXIT_NEGATIVE : EXIT_OK;
  });
}
