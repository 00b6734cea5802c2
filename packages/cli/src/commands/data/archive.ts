/** `writ data archive`: opens an archive of bodies, for whoever has its key. */
import { readFileSync } from 'node:fs';
import { Fault, parseNodeKey, readKeyFile } from '@writ/core';
import { openArchive, readArchiveHead, requireCommittedBody } from '@writ/core/records';
import { EXIT_OK } from '../../exit-codes.ts';
import { print, printJson, styled, visible } from '../../terminal/index.ts';

interface ArchiveOptions {
  readonly key: string;
  readonly json?: boolean;
  readonly reveal?: boolean;
}

/** Every body is compared with the commitments of its entry. That the entry stood in the log is for `writ log verify`. */
export function archive(file: string, { key, json, reveal }: ArchiveOptions): Promise<number> {
  const bytes = readArchive(file);
  const head = readArchiveHead(bytes);
  const bodies = openArchive(bytes, parseNodeKey(readKeyFile(key))).map((one) => {
    const { kind, time, retentionClass } = requireCommittedBody(one);
    return { index: one.index, kind, time, retentionClass, ...(reveal === true ? { body: one.body } : {}) };
  });
  if (json === true) printJson({ ...head, contents: bodies });
  else {
    print(
      `${styled('green', 'opened')}  ${head.bodies} bodies of \`${visible(head.origin)}\`, class ${visible(head.class)}, each as its entry commits to it`,
    );
    for (const { index, kind, time } of bodies)
      print(`  #${index}  ${new Date(time).toISOString()}  ${kind}`);
  }
  return Promise.resolve(EXIT_OK);
}

function readArchive(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new Fault('io.failed', `the archive \`${visible(file)}\` cannot be read`, { file }, { cause });
  }
}
