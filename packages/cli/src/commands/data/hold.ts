/** `writ data hold place`, `release`, `list`. */
import { Fault, type LegalHoldScope } from '@writ/core';
import { deferredErasures, type HoldTarget, placedHolds, placeHold, releaseHold } from '@writ/core/records';
import { locate, type LocateOptions, readData, writeData } from '../../data/index.ts';
import { EXIT_OK } from '../../exit-codes.ts';
import { counted, instant, print, printJson, printTable, visible } from '../../terminal/index.ts';
import { answer, eraseAll } from './erase.ts';
import { recordsLog } from './erasing.ts';

interface PlaceOptions extends LocateOptions {
  readonly scope: LegalHoldScope;
  readonly reason: string;
  readonly subject: readonly string[];
  readonly session?: string;
  readonly from?: number;
  readonly to?: number;
}

interface ReleaseOptions extends LocateOptions {
  readonly reason: string;
  readonly later?: boolean;
}

/** Places a hold; its id is the answer. */
export async function place(options: PlaceOptions): Promise<number> {
  const target = targetOf(options);
  const id = await writeData(locate(options), (opened) =>
    placeHold(recordsLog(opened), target, options.reason),
  );
  if (options.json === true) printJson({ id, scope: options.scope });
  else print(`placed ${id}: nothing that it keeps is erased until it is released`);
  return EXIT_OK;
}

/** Releases a hold, and does what it deferred: asked for then, done now. */
export async function release(id: string, options: ReleaseOptions): Promise<number> {
  const located = locate(options);
  const waits = await writeData(located, async (opened) => {
    const log = recordsLog(opened);
    await releaseHold(log, id, options.reason);
    return deferredErasures(log).filter(({ holds }) => holds.includes(id));
  });
  if (options.json !== true) print(`released ${id}`);
  if (waits.length === 0 || options.later === true) {
    if (options.json === true) printJson({ released: id, deferred: waits.map((one) => one.id) });
    else if (waits.length > 0)
      print(`${counted(waits.length, 'erasure')} deferred by it: \`writ data erase --deferred\` does them`);
    return EXIT_OK;
  }
  return answer(located, await eraseAll(located, waits), options);
}

/** The holds, and what they defer. */
export function list(options: LocateOptions & { readonly reveal?: boolean }): Promise<number> {
  return readData(locate(options).data, ({ state }) => {
    const holds = placedHolds({ state });
    const waits = deferredErasures({ state }).map(({ identifiers, ...one }) => ({
      ...one,
      ...(options.reveal === true ? { identifiers } : {}),
    }));
    if (options.json === true) {
      printJson({ holds, deferred: waits });
      return EXIT_OK;
    }
    if (holds.length === 0) print('there is no legal hold');
    printTable(
      holds.map(({ id, scope, log, placed, reason }) => [
        id,
        log === undefined ? scope : `${scope} of ${visible(log)}, ended`,
        instant(placed),
        visible(reason),
      ]),
    );
    for (const { id, since, holds: by } of waits)
      print(`erasure ${id}, asked for at ${instant(since)}, waits for ${by.join(', ')}`);
    return EXIT_OK;
  });
}

function targetOf({ scope, subject, session, from, to }: PlaceOptions): HoldTarget {
  const lacks = (flag: string): Fault => new Fault('cli.usage', `\`--scope ${scope}\` needs ${flag}`);
  switch (scope) {
    case 'tenant':
      return { scope };
    case 'subject':
      if (subject.length === 0) throw lacks('`--subject`');
      return { scope, identifiers: subject };
    case 'session':
      if (session === undefined) throw lacks('`--session`');
      return { scope, session };
    case 'indexes':
    case 'period':
      if (from === undefined || to === undefined) throw lacks('`--from` and `--to`');
      return { scope, from, to };
    default:
      return scope satisfies never;
  }
}
