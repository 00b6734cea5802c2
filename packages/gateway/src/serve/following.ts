/** Follows what changes on disk: configuration, policies, certificate. One change at a time; none overtakes an earlier one. */
import type { Configuration } from '../config/index.ts';
import { watchPolicyFiles } from '../node/index.ts';
import type { Certificate } from './certificate.ts';
import { reloadServers, type ReloadOptions } from './reload.ts';

/** What is followed. */
export interface FollowingOptions extends ReloadOptions {
  readonly config: Configuration;
  /** Reads the configuration anew; absent: it is not followed. */
  readonly load: (() => Configuration) | undefined;
  readonly reloadPolicies: () => Promise<void>;
  readonly certificate: Certificate | undefined;
}

/** Follows from its making on. */
export class Following {
  readonly #options: FollowingOptions;
  readonly #stopWatching: () => void;
  /** The configuration that was read last and could be used. */
  #current: Configuration;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: FollowingOptions) {
    this.#options = options;
    const { config, load } = options;
    this.#current = config;
    this.#stopWatching =
      config.file === undefined || load === undefined
        ? () => {}
        : watchPolicyFiles(
            [config.file],
            onChange(load, () => void this.#inTurn(() => this.#reloadServers())),
          );
  }

  /** Reads everything again; whether all of it could be used. What could not leaves what was, and is told. */
  reload(): Promise<boolean> {
    return this.#inTurn(async () => {
      await this.#options.reloadPolicies();
      const isSecured = this.#options.certificate?.reload() ?? true;
      return (await this.#reloadServers()) && isSecured;
    });
  }

  /** Idempotent. */
  close(): void {
    this.#stopWatching();
  }

  async #reloadServers(): Promise<boolean> {
    const { load } = this.#options;
    if (load === undefined) return true;
    const { config, isTaken } = await reloadServers(this.#current, load, this.#options);
    this.#current = config;
    return isTaken;
  }

  #inTurn(act: () => Promise<boolean>): Promise<boolean> {
    const turn = this.#last.then(act);
    this.#last = turn.catch(() => {});
    return turn;
  }
}

/** Calls `changed` where what `load` reads, or why it cannot, is not what it was. */
function onChange(load: () => unknown, changed: () => void): () => void {
  const look = (): string => {
    try {
      return JSON.stringify(load());
    } catch (fault) {
      return String(fault);
    }
  };
  let seen = look();
  return () => {
    const now = look();
    if (now === seen) return;
    seen = now;
    changed();
  };
}
