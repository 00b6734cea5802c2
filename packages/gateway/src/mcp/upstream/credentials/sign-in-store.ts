/** What a person's sign-in to a server left in the data folder: tokens and the client they were issued to. A secret, mode 0600, written whole. */
import {
  closeSync,
  constants,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Fault, isFault, readKeyFile, type Timers } from '@writ/core';
import { parseSignIn, type SignIn } from './stored-sign-in.ts';

/** Name of the folder in the data folder. */
const FOLDER = 'servers';
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;
/** Permission bits of group and others. */
const OTHERS = 0o077;
/** How often another process's lock is looked at again, in milliseconds, and how long it may hold it: longer than an authorization server may take. */
const LOCK_EVERY_MS = 25;
const LOCK_STALE_MS = 120_000;

/** Largest file, in bytes, that is read back. */
const MAX_BYTES = 16_384;

/** The sign-in to one server. */
export class SignInStore {
  readonly #folder: string;
  readonly #path: string;
  readonly #server: string;

  /** `data`: the data folder, absolute. Nothing is made before the first sign-in. */
  constructor(data: string, server: string) {
    this.#server = server;
    this.#folder = join(data, FOLDER);
    this.#path = join(this.#folder, `${server}.json`);
  }

  /** Where the key of bound tokens is kept. */
  get keyFile(): string {
    return join(this.#folder, `${this.#server}.dpop.pem`);
  }

  /** Changes whenever the file does; empty where there is none. */
  stamp(): string {
    const stats = lstatSync(this.#path, { bigint: true, throwIfNoEntry: false });
    return stats === undefined ? '' : `${stats.ino} ${stats.size} ${stats.mtimeNs} ${stats.ctimeNs}`;
  }

  /** The sign-in as it stands now; `undefined` where there is none. Throws `key.permissions`, `key.malformed`, `io.failed`. */
  read(): SignIn | undefined {
    let text: string;
    try {
      text = readKeyFile(this.#path);
    } catch (fault) {
      if (isFault(fault, 'key.missing')) return undefined;
      throw fault;
    }
    try {
      return parseSignIn(text);
    } catch {
      // What is wrong may quote what stands there.
      const hint = `take the file away and run \`writ server login ${this.#server}\``;
      throw new Fault('key.malformed', `\`${this.#path}\` holds no sign-in`, { file: this.#path, hint });
    }
  }

  /** Keeps `signIn` instead of what is there, durably. Throws `key.permissions`, `bound.exceeded`, `io.failed`. */
  write(signIn: SignIn): void {
    this.#makeFolder();
    const text = JSON.stringify(signIn);
    if (Buffer.byteLength(text) > MAX_BYTES)
      throw new Fault(
        'bound.exceeded',
        `the tokens of server \`${this.#server}\` have more than ${MAX_BYTES} bytes`,
      );
    const draft = `${this.#path}.${process.pid}.new`;
    try {
      rmSync(draft, { force: true });
      const file = openSync(draft, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, FILE_MODE);
      try {
        writeFileSync(file, text);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(draft, this.#path);
    } catch (cause) {
      throw new Fault('io.failed', `cannot write \`${this.#path}\``, { file: this.#path }, { cause });
    } finally {
      rmSync(draft, { force: true });
    }
  }

  /** Takes the sign-in away; whether there was one. */
  remove(): boolean {
    const isThere = this.stamp() !== '';
    rmSync(this.#path, { force: true });
    return isThere;
  }

  /**
   * Runs `act` while no other process does: a refresh token that two use at once counts as stolen (RFC 9700 §4.14). A lock that was left behind is broken
   * after two minutes.
   */
  async alone<Result>(timers: Timers, act: () => Promise<Result>): Promise<Result> {
    this.#makeFolder();
    const lock = `${this.#path}.lock`;
    while (!take(lock)) await new Promise<void>((resolve) => void timers.after(LOCK_EVERY_MS, resolve));
    try {
      return await act();
    } finally {
      rmSync(lock, { force: true });
    }
  }

  #makeFolder(): void {
    mkdirSync(this.#folder, { recursive: true, mode: FOLDER_MODE });
    if (process.platform === 'win32' || (statSync(this.#folder).mode & OTHERS) === 0) return;
    throw new Fault('key.permissions', `others than its owner can reach the folder \`${this.#folder}\``, {
      file: this.#folder,
      hint: `run \`chmod 700 ${this.#folder}\`, and sign in again if anybody else could have read it`,
    });
  }
}

function take(lock: string): boolean {
  try {
    closeSync(openSync(lock, 'wx', FILE_MODE));
    return true;
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST'))
      throw new Fault('io.failed', `cannot write \`${lock}\``, { file: lock }, { cause });
    const stats = statSync(lock, { throwIfNoEntry: false });
    // Both instants are the file system's and the machine's own; no port stands for them.
    if (stats !== undefined && Date.now() - stats.mtimeMs > LOCK_STALE_MS) rmSync(lock, { force: true });
    return false;
  }
}
