/** The key that a control plane cosigns the logs of its nodes with: made at the first start, the same ever after. */
import { join } from 'node:path';
import {
  createWitnessKey,
  isFault,
  KEYS_FOLDER,
  parseWitnessKey,
  type Random,
  readKeyFile,
  writeKeyFile,
} from '@writ/core';
import type { NoteSigner } from '@writ/core/proof';

const MIRROR_KEY_FILE = 'mirror.key';

/** The key in data folder `data`, made under a name below `origin` where none is. Throws `key.*`. */
export function openMirrorKey(data: string, origin: string, random: Random): NoteSigner {
  const file = join(data, KEYS_FOLDER, MIRROR_KEY_FILE);
  try {
    return parseWitnessKey(readKeyFile(file));
  } catch (fault) {
    if (!isFault(fault, 'key.missing')) throw fault;
  }
  try {
    writeKeyFile(file, createWitnessKey(`${origin}/mirror`, 'cosignature/v1', random).text);
  } catch (fault) {
    // Another process was first: its key is the one.
    if (!isFault(fault, 'config.exists')) throw fault;
  }
  return parseWitnessKey(readKeyFile(file));
}
