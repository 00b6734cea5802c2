/** `writ mirror enrol` and `retire`: which logs a mirror copies. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Fault, openMirrorStore, systemClock } from '@writ/core';
import { formatVerifierKey } from '@writ/core/proof';
import { EXIT_OK } from '../../exit-codes.ts';
import { print, printJson, visible } from '../../terminal/index.ts';
import { needed, readLogKeys } from '../serving.ts';
import { openOwnLog } from './own-log.ts';

/** Flags of the commands. */
export interface EnrolmentOptions {
  readonly data?: string;
  readonly json?: boolean;
}

/** Takes entries of the logs whose verifier keys are named, from now on; a further key of an enrolled log counts beside those before it. */
export async function enrol(text: string, options: EnrolmentOptions): Promise<number> {
  const keys = readLogKeys(text);
  const wrong = keys.find(({ algorithm }) => algorithm !== 'ed25519');
  if (wrong !== undefined) throw new Fault('key.malformed', `\`${wrong.name}\` is not the key of a log`);
  if (keys.length === 0) throw new Fault('key.malformed', `\`${text}\` holds no verifier key`);
  const data = dataOf(options);
  const store = openMirrorStore(data);
  const own = await openOwnLog(data, false);
  try {
    for (const key of keys) {
      const vkey = formatVerifierKey(key);
      const known = await store.log(key.name);
      if (known?.retiredAt === undefined && known?.keys.includes(vkey) === true) continue;
      // INVARIANT: what is enrolled is recorded; the other way round it is enrolled once more.
      await own.journal.enrol(key.name, vkey);
      await store.enrol(key.name, vkey, systemClock.now());
    }
  } finally {
    await own.close();
    store.close();
  }
  const origins = [...new Set(keys.map(({ name }) => name))];
  if (options.json === true) printJson({ enrolled: origins });
  else for (const origin of origins) print(`enrolled ${visible(origin)}`);
  return EXIT_OK;
}

/** Takes no more entries of the log `origin`; what is held stays and is served. */
export async function retire(origin: string, options: EnrolmentOptions): Promise<number> {
  const data = mirrorOf(options);
  const store = openMirrorStore(data);
  try {
    const log = await store.log(origin);
    if (log === undefined || log.retiredAt !== undefined) {
      const hint = 'see `writ mirror status`';
      throw new Fault('log.missing', `no log \`${origin}\` is mirrored`, { hint });
    }
    const own = await openOwnLog(data, false);
    try {
      await own.journal.retire(origin);
      await store.retire(origin, systemClock.now());
    } finally {
      await own.close();
    }
  } finally {
    store.close();
  }
  if (options.json === true) printJson({ retired: origin });
  else print(`retired ${visible(origin)}`);
  return EXIT_OK;
}

/** The data folder that `--data` names, absolute. */
export function dataOf({ data }: EnrolmentOptions): string {
  return resolve(needed(data, '--data', 'the folder of the mirror'));
}

/** The same, where a mirror stands there already. Throws `log.missing`. */
export function mirrorOf(options: EnrolmentOptions): string {
  const data = dataOf(options);
  if (existsSync(join(data, 'mirror.db'))) return data;
  throw new Fault('log.missing', `no mirror stands at \`${data}\``, {
    hint: 'name its folder with `--data`; `writ mirror enrol` makes one',
  });
}
