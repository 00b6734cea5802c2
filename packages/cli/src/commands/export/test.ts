/** `writ export test NAME`: one test event. */
import { systemClock, systemRandom, systemTimers } from '@writ/core';
import { readExportSecret } from '@writ/gateway/export';
import { sendTest } from '@writ/stream';
import { type LocateOptions, readKeys } from '../../data/index.ts';
import { EXIT_OK } from '../../exit-codes.ts';
import { print, visible } from '../../terminal/index.ts';
import { locateExport, requireDestination } from './destinations.ts';

/** Sends it and says under which name. Throws what the destination throws. */
export async function test(name: string, options: LocateOptions): Promise<number> {
  const located = locateExport(options);
  const settings = requireDestination(located, name);
  const { origin } = readKeys(located.task.data);
  const uid = await sendTest(
    settings,
    { origin, productVersion: located.task.productVersion },
    {
      clock: systemClock,
      random: systemRandom,
      timers: systemTimers,
      secret: (source) => readExportSecret(source, process.env),
    },
  );
  print(`${visible(name)} took the test event ${visible(uid)}`);
  return EXIT_OK;
}
