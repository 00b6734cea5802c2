/** What wraps the keys of a data folder, as the folder itself says: so that commands that see no configuration open the same keys. */
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { KEYS_FOLDER, readKeyFile } from '@writ/core';
import { type KeysConfiguration, parseKeys, printKeys, readYaml } from '../config/index.ts';

/** File in the folder of keys; it names places, and holds no secret. */
const ENCRYPTION_FILE = 'encryption.json';

/** A file beside the keys. */
const DEFAULT_KEYS: KeysConfiguration = { encryption: { kind: 'folder' }, former: [] };

/** What the data folder says; a file beside the keys where it says nothing. Throws `config.*`, `key.permissions`. */
export function readKeyPlace(data: string): KeysConfiguration {
  const file = join(data, KEYS_FOLDER, ENCRYPTION_FILE);
  return existsSync(file)
    ? parseKeys(readYaml(readKeyFile(file), file), join(data, KEYS_FOLDER))
    : DEFAULT_KEYS;
}

/** Makes the folder say what `configured` says, and answers it. Keys are wrapped anew by `writ key rotate --kek` alone. */
export function settleKeyPlace(data: string, configured: KeysConfiguration | undefined): KeysConfiguration {
  if (configured === undefined) return readKeyPlace(data);
  const keys = join(data, KEYS_FOLDER);
  const file = join(keys, ENCRYPTION_FILE);
  const text = `${JSON.stringify(printKeys(configured), null, 2)}\n`;
  if (existsSync(file) && readKeyFile(file) === text) return configured;
  mkdirSync(keys, { recursive: true, mode: 0o700 });
  const draft = `${file}.${process.pid}.new`;
  writeFileSync(draft, text, { mode: 0o600 });
  renameSync(draft, file);
  return configured;
}
