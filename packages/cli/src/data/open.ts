/** Opening a data folder from the command line, beside the gateways that use it. */
import {
  type AppendResult,
  type DataKeys,
  describeFault,
  type EntryDetail,
  type EntryDraft,
  Fault,
  type FormerLog,
  isFault,
  LOCAL_TENANT,
  type LogOptions,
  type LogReader,
  openDataKeys,
  openFormerLogs,
  type OpenLog,
  type StateReader,
  systemClock,
  systemRandom,
  tenantsOf,
} from '@writ/core';
import {
  type ConnectOptions,
  type DataReadLog,
  openDataLog,
  openDataLogForReading,
  openTenantKeys,
  readLogPlace,
  SOFTWARE_VERSION,
} from '@writ/gateway';
import { remark } from '../terminal/index.ts';
import type { Located } from './locate.ts';

/** File of the approver key that `writ init` makes, in the keys folder. */
export const APPROVER_KEY_FILE = 'approver.key';
/** Where connection strings may be found. */
export const CONNECTING: ConnectOptions = { environment: process.env };
/** Retention class of what an operator does. */
const RETENTION_CLASS = 'operator';

/** A data folder open for reading. */
export interface ReadData {
  readonly keys: DataKeys;
  readonly state: StateReader;
  readonly reader: LogReader;
  /** The newest signed checkpoint. Throws `log.missing` for an empty log. */
  readonly checkpoint: () => Uint8Array;
  /** Shows what was committed since. */
  readonly refresh: () => Promise<void>;
}

/** A data folder open for writing. */
export interface WriteData extends ReadData {
  readonly log: OpenLog;
  /** The logs that ended before and are kept in the folder, open for reading; what is kept elsewhere is said on standard error. Throws where one does not open. */
  readonly former: () => readonly FormerLog[];
  /** Completes an operator's entry. */
  readonly draft: (detail: EntryDetail, rest: Partial<EntryDraft>) => EntryDraft;
  /** Appends an operator's entry; resolves once it is durable. */
  readonly append: (detail: EntryDetail, rest: Partial<EntryDraft>) => Promise<AppendResult>;
}

/** Calls `use` with the data folder open for reading, and closes it. Writes nothing. */
export async function readData<Result>(
  data: string,
  use: (opened: ReadData) => Result | Promise<Result>,
): Promise<Result> {
  const keys = readKeys(data);
  sayOthers(data);
  const log = await openForReading(data, keys);
  try {
    return await use({
      keys,
      state: log.state,
      reader: log.reader,
      checkpoint: log.checkpoint,
      refresh: log.refresh,
    });
  } finally {
    await log.close();
  }
}

/** Right after `init` there are keys and no log yet: it begins with whoever looks first. */
async function openForReading(data: string, keys: DataKeys): Promise<DataReadLog> {
  const open = async (): Promise<DataReadLog> =>
    openDataLogForReading(readLogPlace(data), await logOptions(data, keys), CONNECTING);
  try {
    return await open();
  } catch (fault) {
    if (!isFault(fault, 'log.missing')) throw fault;
    await writeData({ data }, () => Promise.resolve());
    return open();
  }
}

/** Which data folder is written to, and the bucket that its log is published to. */
export type WritePlace = Pick<Located, 'data' | 'publish'>;

/**
 * Calls `use` with the data folder open for writing, and closes it. The log gets a `start` and a `stop` entry of this process. What cannot be published to the bucket at the
 * end is said on standard error and published by the next process: it is recorded all the same.
 */
export async function writeData<Result>(
  { data, publish }: WritePlace,
  use: (opened: WriteData) => Promise<Result>,
): Promise<Result> {
  const keys = readKeys(data);
  sayOthers(data);
  const onPublishFault = (fault: unknown): void =>
    remark(`recorded, and not published to the bucket yet: ${describeFault(fault)}`);
  const own = await logOptions(data, keys);
  const place = readLogPlace(data);
  const log = await openDataLog(place, { ...own, publish, isBrief: true, onPublishFault }, CONNECTING);
  let former: readonly FormerLog[] | undefined;
  const openFormer = (): readonly FormerLog[] => {
    if (place.kind === 'postgres' && place.former !== undefined)
      remark(`the log that ended before, in the schema ${place.former}, is not looked at`);
    const { bodyKey, formerBodyKeys = [], findBodyKey } = own;
    const found = findBodyKey === undefined ? {} : { findBodyKey };
    former ??= openFormerLogs(data, { bodyKeys: [bodyKey, ...formerBodyKeys], ...found });
    return former;
  };
  const draft: WriteData['draft'] = (detail, rest) => ({
    detail,
    tenant: LOCAL_TENANT,
    time: systemClock.now(),
    monotonicNs: systemClock.monotonicNs(),
    retentionClass: RETENTION_CLASS,
    committed: {},
    concerns: [],
    ...rest,
  });
  const append: WriteData['append'] = (detail, rest) => log.writer.append(draft(detail, rest));
  try {
    const { state, reader } = log;
    const refresh = (): Promise<void> => Promise.resolve();
    return await use({
      keys,
      log,
      former: openFormer,
      state,
      reader,
      checkpoint: () => log.checkpoint(),
      refresh,
      draft,
      append,
    });
  } finally {
    for (const one of former ?? []) one.close();
    await log.close();
  }
}

/** INVARIANT: no command passes over tenants in silence: what it shows and what it stops is the folder's own log alone. */
function sayOthers(data: string): void {
  const { length } = tenantsOf(data);
  if (length > 0)
    remark(`this is the data folder’s own log; those of ${length} tenants are not touched by this command`);
}

/** How this command opens the log of a data folder: its keys are unwrapped. */
export async function logOptions(data: string, keys: DataKeys): Promise<LogOptions> {
  return {
    path: data,
    origin: keys.origin,
    tenant: LOCAL_TENANT,
    node: keys.node,
    softwareVersion: SOFTWARE_VERSION,
    signingKey: keys.signingKey,
    ...(await openTenantKeys({ data, node: keys.node }, CONNECTING)),
    clock: systemClock,
    random: systemRandom,
  };
}

/** The keys of the data folder. Throws `key.missing` with what to do where it has none. */
export function readKeys(data: string): DataKeys {
  try {
    return openDataKeys(data, { create: false, clock: systemClock, random: systemRandom });
  } catch (fault) {
    if (!(fault instanceof Fault) || fault.code !== 'key.missing') throw fault;
    const hint = 'run `writ init` here, or name the data folder with `--data`';
    throw new Fault('key.missing', `\`${data}\` is not a data folder of Writ: ${fault.message}`, { hint });
  }
}
