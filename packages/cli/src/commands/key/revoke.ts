/** `writ key revoke`: ends a log whose key somebody else may have, and begins the one that goes on. */
import {
  beginSuccession,
  createUlid,
  Fault,
  type Inheritance,
  publicKeyText,
  replaceLogKey,
  requireOneLog,
  successionOf,
  systemClock,
  systemRandom,
} from '@writ/core';
import {
  addTrust,
  endElsewhere,
  locate,
  type LocateOptions,
  type ReadData,
  readData,
  readKeys,
  requireNobody,
  succeed,
  type SucceededLog,
  trustFolder,
  writeData,
  type WritePlace,
} from '../../data/index.ts';
import { EXIT_NEGATIVE, EXIT_OK } from '../../exit-codes.ts';
import { confirm, isInteractive, print, printJson, styled, visible } from '../../terminal/index.ts';

/** Flags of the command. */
export interface RevokeOptions extends LocateOptions {
  readonly reason: string;
  readonly origin?: string;
  readonly trust?: boolean;
  readonly yes?: boolean;
}

/** Ends the log and begins the next; goes on where it was broken off. */
export async function revoke(options: RevokeOptions): Promise<number> {
  const located = locate(options);
  const { data } = located;
  if (options.yes !== true && !(await mayRevoke())) return EXIT_NEGATIVE;
  // Before the log says that it ends: with tenants in the folder it cannot be replaced.
  requireOneLog(data, 'a log is set aside with its whole database, and that would take the tenants along');
  // Before the key is destroyed that a process signs with.
  await requireNobody(data);
  const origin = successionOf(data) ?? (await end(located, options));
  await endElsewhere(data, origin);
  const before = readKeys(data);
  if (before.origin !== origin) replaceLogKey(data, before.node, origin, systemRandom);
  const keys = readKeys(data);
  const succession = await succeed(data);
  const text = publicKeyText(keys.logKey);
  const trusted = options.trust === true ? addTrust(trustFolder(process.env), text) : undefined;
  if (options.json === true)
    printJson({
      key: text,
      trusted: trusted ?? null,
      former: succession.former,
      predecessor: succession.predecessor,
      inherited: countsOf(succession),
    });
  else tell(text, succession);
  return EXIT_OK;
}

/** The last words of the log, by the key that nobody believes any more; the answer is the origin of the next. */
async function end(place: WritePlace, { reason, origin }: RevokeOptions): Promise<string> {
  const { data } = place;
  const { keys, said } = await readData(data, (opened) => ({ keys: opened.keys, said: lastWords(opened) }));
  if (said !== undefined) {
    beginSuccession(data, said);
    return said;
  }
  const successor = origin ?? `writ.local/${createUlid(systemClock, systemRandom).toLowerCase()}`;
  if (successor === keys.origin)
    throw new Fault('cli.usage', 'the log that goes on needs an origin of its own', {
      hint: 'leave out `--origin`',
    });
  const key = publicKeyText(keys.logKey);
  await writeData(place, async ({ append }) => {
    const appended = await append(
      { kind: 'key', key: { action: 'revoke', key, successor } },
      { committed: { words: visible(reason) } },
    );
    if (appended.status === 'refused')
      throw new Fault('log.conflict', `the log refused it (${appended.refusal})`);
  });
  beginSuccession(data, successor);
  return successor;
}

/** The origin of the log that goes on, where a run that was broken off has named one: a log says one successor. */
function lastWords({ reader, keys }: ReadData): string | undefined {
  const key = publicKeyText(keys.logKey);
  for (let index = reader.size() - 1; index >= 0; index -= 1) {
    const { entry } = reader.entry(index);
    if (entry.kind === 'key' && entry.key.action === 'revoke' && entry.key.key === key)
      return entry.key.successor;
  }
  return undefined;
}

function mayRevoke(): Promise<boolean> {
  if (isInteractive())
    return confirm('end this log for good, and begin another with a new key? Stop the gateways first.');
  throw new Fault('cli.usage', 'nobody is there to confirm', { hint: 'give `--yes`' });
}

/** How much of each kind was taken over. */
function countsOf({ inherited }: SucceededLog): Readonly<Record<keyof Inheritance, number>> {
  const { kills, versions, labels, unresolved, limits, records } = inherited;
  return {
    kills: kills.length,
    versions: versions.length,
    labels: labels.length,
    unresolved: unresolved.length,
    limits: limits.length,
    records: records.length,
  };
}

function tell(key: string, succession: SucceededLog): void {
  const { former, predecessor } = succession;
  print(
    `${styled('green', 'ended')}  ${visible(predecessor.origin)} at ${predecessor.size} entries, kept in ${visible(former)}`,
  );
  print(`${styled('green', 'begun')}  ${visible(key)}`);
  const { kills, versions, labels, unresolved, limits, records } = countsOf(succession);
  print(`taken over: ${kills} kill switches, ${versions} policy versions, labels of ${labels} sessions,`);
  print(
    `  ${limits} accounts of limits, ${unresolved} actions that a person must look at, ${records} legal holds, consents,`,
  );
  print(
    '  notices and cases; tools are to be accepted anew. An erasure does not reach what is kept of the former log',
  );
  print(
    'an `origin:` in writ.yaml must name the new one, a `schema:` that of the new log, `publish:` a `prefix:` of its own',
  );
  print(
    'tell everybody who verifies: nothing the old key signs beyond that size is yours; hand them the new one',
  );
}
