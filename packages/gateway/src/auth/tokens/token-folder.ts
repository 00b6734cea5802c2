/** API tokens in the data folder: one file each, named by the token's id, so that processes neither wait for nor overwrite one another. */
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { BoundedMap, Fault } from '@writ/core';
import { parseStoredToken, printStoredToken, type StoredToken } from './stored-token.ts';

/** Name of the folder in the data folder. */
export const TOKENS_FOLDER = 'tokens';
/** Most tokens of a node: a listing reads them all. */
export const MAX_TOKENS = 10_000;
/** Parsed files kept; each is looked at again for changes whenever it is used. */
const KEPT_FILES = 1_024;
const MAX_FILE_BYTES = 65_536;
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;
/** Permission bits of group and others. */
const OTHERS = 0o077;
const ID = /^[0-9a-f]{16}$/;

interface KeptFile {
  /** Changes whenever the file does: a changed token is another file under the same name. */
  readonly stamp: string;
  readonly token: StoredToken;
}

/** The tokens of one data folder. */
export class TokenFolder {
  readonly #folder: string;
  readonly #kept = new BoundedMap<string, KeptFile>(KEPT_FILES);

  /** `data`: the data folder, absolute. Nothing is made before the first token. */
  constructor(data: string) {
    this.#folder = join(data, TOKENS_FOLDER);
  }

  /**
   * The token with `id` as its file says it at this instant, in any process; `undefined` where there is none. Throws `key.permissions` where others could have
   * written it, `key.malformed` and `io.failed`.
   */
  find(id: string): StoredToken | undefined {
    if (!ID.test(id)) return undefined;
    const path = this.#path(id);
    const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false });
    if (stats === undefined) return undefined;
    const stamp = `${stats.dev} ${stats.ino} ${stats.size} ${stats.mtimeNs} ${stats.ctimeNs} ${stats.mode}`;
    const known = this.#kept.get(id);
    if (known?.stamp === stamp) return known.token;
    const token = read(path);
    if (token.id !== id)
      throw new Fault('key.malformed', `the file of the token \`${id}\` is that of another`);
    this.#kept.set(id, { stamp, token });
    return token;
  }

  /** Every token, the oldest first. Throws as {@link find}. */
  list(): readonly StoredToken[] {
    const tokens = this.#ids().flatMap((id) => this.find(id) ?? []);
    return tokens.sort((left, right) => left.created - right.created || (left.id < right.id ? -1 : 1));
  }

  /** Keeps a new token, durably. Throws `config.exists`, `bound.exceeded`, `key.permissions`, `io.failed`. */
  add(token: StoredToken): void {
    mkdirSync(this.#folder, { recursive: true, mode: FOLDER_MODE });
    refuseOthers(this.#folder, statSync(this.#folder).mode);
    if (this.#ids().length >= MAX_TOKENS) {
      const hint = 'remove those that have expired with `writ token prune`';
      throw new Fault('bound.exceeded', `a node has at most ${MAX_TOKENS} API tokens`, { hint });
    }
    if (this.find(token.id) !== undefined)
      throw new Fault('config.exists', `a token \`${token.id}\` is kept already`);
    this.#write(token);
  }

  /** Keeps that `token` counts no more, durably; the next call in any process sees it. Throws `io.failed`. */
  revoke(token: StoredToken, at: number): StoredToken {
    const revoked = { ...token, revoked: token.revoked ?? at };
    this.#write(revoked);
    return revoked;
  }

  /** Ends `token` and leaves of it that it was there: not whom it acted for, nor a note. Throws `io.failed`. */
  forget(token: StoredToken, at: number): void {
    const { person: _person, note: _note, ...rest } = token;
    this.#write({ ...rest, revoked: token.revoked ?? at });
  }

  /** Takes away the files of tokens that ended before `now` by themselves: what was revoked and could otherwise still count stays to be seen. */
  prune(now: number): readonly StoredToken[] {
    const ended = this.list().filter(({ expires }) => expires <= now);
    for (const { id } of ended) rmSync(this.#path(id), { force: true });
    if (ended.length > 0) syncFolder(this.#folder);
    return ended;
  }

  #ids(): readonly string[] {
    try {
      return readdirSync(this.#folder).flatMap((name) => {
        const id = name.replace(/\.json$/, '');
        return name.endsWith('.json') && ID.test(id) ? [id] : [];
      });
    } catch (cause) {
      if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return [];
      throw new Fault('io.failed', `cannot read the folder \`${this.#folder}\``, {}, { cause });
    }
  }

  /** Written whole beside its place and moved there: no process ever reads half a token. */
  #write(token: StoredToken): void {
    const path = this.#path(token.id);
    const draft = `${path}.${process.pid}.new`;
    try {
      rmSync(draft, { force: true });
      const file = openSync(draft, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, FILE_MODE);
      try {
        writeFileSync(file, printStoredToken(token));
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(draft, path);
      syncFolder(this.#folder);
    } catch (cause) {
      throw new Fault('io.failed', `cannot write the token file \`${path}\``, { file: path }, { cause });
    } finally {
      rmSync(draft, { force: true });
    }
  }

  #path(id: string): string {
    return join(this.#folder, `${id}.json`);
  }
}

function read(path: string): StoredToken {
  // A link could point at what somebody else may write.
  const file = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  try {
    const { mode, size } = fstatSync(file);
    refuseOthers(path, mode);
    if (size > MAX_FILE_BYTES) throw new Fault('key.malformed', `the token file \`${path}\` is too large`);
    return parseStoredToken(readFileSync(file, 'utf8'));
  } finally {
    closeSync(file);
  }
}

function refuseOthers(path: string, mode: number): void {
  // Windows has no such bits; its access lists are the operator's.
  if (process.platform === 'win32' || (mode & OTHERS) === 0) return;
  const hint = `run \`chmod go= ${path}\`, and make new tokens if anybody else could have written there`;
  throw new Fault('key.permissions', `others than its owner can reach \`${path}\``, { file: path, hint });
}

function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, constants.O_RDONLY);
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
