/** The archives of a configuration. */
import { createNodeKey, isFault, parseNodeKey, type Random, readKeyFile, writeKeyFile } from '@writ/core';
import { folderArchive, type RetentionArchive } from '@writ/core/records';
import type { RetentionConfiguration } from '../config/index.ts';

/** Opens the archive of a group; absent where it has none. The key is read, or made, when it is first asked for. Throws `key.*`, `io.failed`. */
export function openArchives(
  config: RetentionConfiguration | undefined,
  random: Random,
): (group: string) => RetentionArchive | undefined {
  return (group) => {
    const archives = config?.archives ?? {};
    const archive = Object.hasOwn(archives, group) ? archives[group] : undefined;
    if (archive === undefined) return undefined;
    return { target: folderArchive(archive.folder), key: openArchiveKey(archive.keyFile, random) };
  };
}

/** The key of archives in `file`; made there where none is. */
function openArchiveKey(file: string, random: Random): RetentionArchive['key'] {
  try {
    return parseNodeKey(readKeyFile(file));
  } catch (fault) {
    if (!isFault(fault, 'key.missing')) throw fault;
  }
  try {
    writeKeyFile(file, createNodeKey(random).text);
  } catch (fault) {
    // Another process made it meanwhile.
    if (!isFault(fault, 'config.exists')) throw fault;
  }
  return parseNodeKey(readKeyFile(file));
}
