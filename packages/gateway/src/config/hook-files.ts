/** Files of coding agents that Writ's hooks stand in: out of every governed action's reach, whichever face it comes through. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fault, isJsonObject, type JsonObject, type JsonValue, parseStrictJson } from '@writ/core';

const INSTALLED_NAME = 'installed.json';

/** Where hooks of data folder `data` meet their daemon. */
export function hookFolder(data: string): string {
  return join(data, 'hook');
}

/** What is known of installed hooks is kept here. */
export function installedFile(folder: string): string {
  return join(folder, INSTALLED_NAME);
}

/** What stands about installed hooks in the folder of their daemon. Throws `config.invalid` for what Writ did not write. */
export function installedList(folder: string): readonly JsonObject[] {
  const file = installedFile(folder);
  if (!existsSync(file)) return [];
  const list: JsonValue = parseStrictJson(readFileSync(file, 'utf8'));
  if (!Array.isArray(list))
    throw new Fault('config.invalid', `\`${file}\` is not what Writ writes`, { file });
  return (list as readonly JsonValue[]).filter(isJsonObject);
}

/** The files, absolute. They are read once: a process that runs does not know hooks that are installed later. Throws as {@link installedList}. */
export function hookFiles(data: string): readonly string[] {
  return installedList(hookFolder(data)).flatMap(({ file }) => (typeof file === 'string' ? [file] : []));
}
