// Logs on a real disk, and the entries that a governed call writes into them.
import { mkdirSync, mkdtempSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import {
  type EntryDraft,
  type JsonValue,
  LOCAL_TENANT,
  type LogOptions,
  openLog,
  type OpenLog,
  systemClock,
  systemRandom,
} from '@writ/core';

import { cedarPoint, openLine } from './line.ts';
import { typicalCall, typicalResult } from './typical.ts';

const KIB = 1_024;
/** On the file system of the checkout, which is a disk where a temporary folder may be memory; ignored by git. */
const ROOT = join(import.meta.dirname, '..', 'node_modules', '.cache', 'bench');
/** `statfs` types of Linux (statfs(2)). */
const FILE_SYSTEMS: Readonly<Record<number, string>> = {
  0xef53: 'ext4',
  0x01021994: 'tmpfs',
  0x794c7630: 'overlayfs',
  0x58465342: 'xfs',
  0x9123683e: 'btrfs',
};

/** A new folder; whoever asks removes it. */
export function durableFolder(name: string): string {
  mkdirSync(ROOT, { recursive: true });
  return mkdtempSync(join(ROOT, `${name}-`));
}

/** The file system that `folder` lies on. */
export function fileSystem(folder: string): string {
  const type = Number(statfsSync(folder).type);
  return FILE_SYSTEMS[type] ?? `0x${type.toString(16)}`;
}

/** Keys of a log. */
export type DurableKeys = Pick<LogOptions, 'signingKey' | 'bodyKey'>;

/** Keys that were never used. */
export function durableKeys(): DurableKeys {
  return {
    signingKey: { seed: systemRandom.bytes(32) },
    bodyKey: { keyId: 'bench', key: systemRandom.bytes(32) },
  };
}

/** A log in `path` as a node opens it; without `keys`, with keys of its own. */
export function openDurableLog(path: string, keys: DurableKeys = durableKeys()): Promise<OpenLog> {
  return openLog({
    path,
    origin: 'bench.example/log',
    tenant: LOCAL_TENANT,
    node: 'node-bench',
    softwareVersion: '0.0.0',
    ...keys,
    clock: systemClock,
    random: systemRandom,
  });
}

/** A permitted call as two entries. */
export interface CallDrafts {
  readonly decision: EntryDraft;
  readonly outcome: EntryDraft;
}

/** What the guard writes of one call with `bytes` of arguments and `bytes` of result, 1 KB by default. */
export async function draftsOfACall(bytes: number = KIB): Promise<CallDrafts> {
  const drafts: EntryDraft[] = [];
  const line = await openLine({ decisionPoint: cedarPoint(), onDraft: (draft) => drafts.push(draft) });
  await line.guard.enforce(
    typicalCall(bytes),
    (): Promise<JsonValue> => Promise.resolve(typicalResult(bytes)),
  );
  await line.guard.close();
  await line.log.close();
  const [decision, outcome] = drafts;
  if (decision === undefined || outcome === undefined) throw new Error('the line wrote no two entries');
  // The policy of that line is not in force in the logs measured here.
  const { conditions: _conditions, ...unconditional } = decision;
  return { decision: unconditional, outcome };
}

/** Appends decision and outcome in turn for each caller, as the guard does. */
export function appendCalls(
  log: OpenLog,
  { decision, outcome }: CallDrafts,
  callers: number,
): (caller: number) => Promise<void> {
  const open: (number | undefined)[] = Array.from({ length: callers }, () => undefined);
  const { detail } = outcome;
  if (detail.kind !== 'outcome') throw new Error('the second entry closes no decision');
  return async (caller) => {
    const decisionOf = open[caller];
    const draft = decisionOf === undefined ? decision : { ...outcome, detail: { ...detail, decisionOf } };
    const appended = await log.writer.append(draft);
    if (appended.status === 'refused') throw new Error(`refused: ${appended.refusal}`);
    open[caller] = decisionOf === undefined ? appended.index : undefined;
  };
}
