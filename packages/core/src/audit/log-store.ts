/** A data folder with any number of logs: one thread and one transaction for whatever waits in all of them, one connection to read with, one timer. */
import type { DatabaseSync } from 'node:sqlite';
import { createUlid, Fault, type Random } from '../kernel/index.ts';
import { refuseRestored } from './backup/index.ts';
import { pooledRandom } from './entry/index.ts';
import type { OpenLog } from './log.ts';
import type { LogStoreOptions, StoredLogOptions } from './log-options.ts';
import { PublishTurns } from './publish-turns.ts';
import { ownCheckpoint, readFolderCheckpoint } from './publish/index.ts';
import { type LogClient, type PassStep, passSteps, StoreClient } from './sequencer/index.ts';
import { type LogParts, openStoredLog } from './stored-log.ts';
import {
  type LogDatabase,
  logFolder,
  openDatabaseForReading,
  type Preparing,
  sharedStatements,
  tenantDatabase,
} from './store/index.ts';
import { refuseElsewhere } from './place-mark.ts';
import { explainBrokenChange } from './state-seal.ts';
import { refuseUnfinished } from './successor-mark.ts';
import { createCheckpointKey } from './tree/index.ts';

/** How often logs are published, in milliseconds (architecture, section 5: about once a second). */
const PUBLISH_INTERVAL_MS = 1_000;
/** Logs that are closed at once: each has a file open while it is published, and a process may have about a thousand. */
const CLOSED_AT_ONCE = 64;

/**
 * A store of logs, each with an origin, keys, counters and state of its own. Entries that wait at once, of whichever logs, are written in one transaction and one sync;
 * a fault of one log is that log's alone. Any number of processes may open the same logs. Does not protect one tenant from code that has another's keys:
 * all share the process.
 */
export function openLogStore(options: LogStoreOptions): LogStore {
  return new LogStore(options);
}

/** See {@link openLogStore}. */
export class LogStore {
  readonly #options: LogStoreOptions;
  readonly #random: Random;
  readonly #client: StoreClient;
  readonly #boot: string;
  readonly #pass: PassStep;
  readonly #turns: PublishTurns;
  readonly #stopTimer: () => void;
  readonly #open = new Map<string | undefined, Promise<OpenLog>>();
  /** Boots of openings that were closed, by the name of the log. */
  readonly #ended = new Map<string | undefined, readonly string[]>();
  #reading: { readonly database: DatabaseSync; readonly shared: Preparing } | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: LogStoreOptions) {
    const { path, clock, durability = 'commit', timer, faults = [], onPublishFault } = options;
    this.#options = options;
    this.#random = pooledRandom(options.random);
    this.#boot = createUlid(clock, this.#random);
    this.#pass = passSteps(faults);
    this.#turns = new PublishTurns((fault) => onPublishFault?.(fault));
    this.#client = new StoreClient({ path, durability, faults });
    this.#stopTimer = timer?.every(PUBLISH_INTERVAL_MS, () => this.#turns.take()) ?? (() => {});
  }

  /**
   * Opens and verifies a log, writes its `start` entry and closes what ended boots left open as `unknown`. Throws as `openLog`, `config.invalid` for a name that may
   * not be one, and `log.conflict` where this store has the log open, the tenant has another origin, or another log here has this one.
   */
  async open(options: StoredLogOptions): Promise<OpenLog> {
    return this.#openOnce(options, (client) => client.close());
  }

  /** Opens the one log of this store: closing it closes the store. */
  async openAlone(options: StoredLogOptions): Promise<OpenLog> {
    return this.#openOnce(options, () => this.#end());
  }

  /** Closes every log and ends the store. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#closeAll();
    return this.#closing;
  }

  async #openOnce(
    options: StoredLogOptions,
    release: (client: LogClient) => Promise<void>,
  ): Promise<OpenLog> {
    const { name } = options;
    if (this.#closing !== undefined) throw new Fault('log.closed', 'the store is closed');
    if (this.#open.has(name))
      throw new Fault(
        'log.conflict',
        `this store has the log of \`${name ?? 'the data folder'}\` open already`,
      );
    const opening = this.#openLog(options, release);
    this.#open.set(name, opening);
    try {
      return await opening;
    } catch (fault) {
      this.#open.delete(name);
      throw fault;
    }
  }

  async #openLog(options: StoredLogOptions, release: (client: LogClient) => Promise<void>): Promise<OpenLog> {
    const { path } = this.#options;
    const { name, origin } = options;
    const folder = logFolder(path, name);
    refuseRestored(folder);
    refuseUnfinished(path);
    refuseElsewhere(path);
    const { seed, overlapping = [] } = options.signingKey;
    const key = createCheckpointKey(origin, seed, overlapping);
    const endedBoots = this.#ended.get(name) ?? [];
    // Each opening has a boot of its own, because its counters begin anew; the first shares that of the store, and with it one lock.
    const boot = endedBoots.length === 0 ? this.#boot : createUlid(this.#options.clock, this.#random);
    const client = this.#client.open({
      ...(name === undefined ? {} : { name }),
      origin,
      tenant: options.tenant,
      node: this.#options.node,
      boot,
      endedBoots,
      seed,
      overlapping,
      bodyKey: options.bodyKey,
      formerBodyKeys: options.formerBodyKeys ?? [],
      published: ownCheckpoint(readFolderCheckpoint(folder), key) ?? { size: 0, root: new Uint8Array() },
    });
    const { dead, log } = await client.ready.catch((fault: unknown) => {
      throw explainBrokenChange(
        fault,
        { path, origin, ...(name === undefined ? {} : { name }) },
        overlapping,
      );
    });
    try {
      // Once more now that this process is seen to use the folder: a succession that began meanwhile has not seen it before.
      refuseUnfinished(path);
      const parts: LogParts = {
        options: { ...this.#options, ...options, random: this.#random },
        key,
        client,
        dead,
        folder,
        database: this.#databaseOf(log),
        pass: this.#pass,
        turns: this.#turns,
        release: async () => {
          this.#ended.set(name, [...(this.#ended.get(name) ?? []), boot]);
          this.#open.delete(name);
          await release(client);
        },
      };
      return await openStoredLog(parts);
    } catch (fault) {
      await client.close();
      this.#ended.set(name, [...endedBoots, boot]);
      throw fault;
    }
  }

  /** The reading connection, opened once the first log has made the database. */
  #databaseOf(log: number | undefined): LogDatabase {
    if (this.#reading === undefined) {
      const database = openDatabaseForReading(this.#options.path);
      this.#reading = { database, shared: sharedStatements(database) };
    }
    const { database, shared } = this.#reading;
    return log === undefined ? database : tenantDatabase(shared, log);
  }

  async #closeAll(): Promise<void> {
    const opened = await Promise.allSettled(this.#open.values());
    const logs = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    const faults: unknown[] = [];
    for (let at = 0; at < logs.length; at += CLOSED_AT_ONCE) {
      const closed = await Promise.allSettled(logs.slice(at, at + CLOSED_AT_ONCE).map((log) => log.close()));
      for (const one of closed) if (one.status === 'rejected') faults.push(one.reason);
    }
    await this.#end();
    if (faults.length > 0) throw faults[0];
  }

  async #end(): Promise<void> {
    this.#stopTimer();
    await this.#client.close();
    this.#reading?.database.close();
    this.#reading = undefined;
  }
}
