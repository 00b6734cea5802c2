/** Control planes that a person is signed in to from the command line: in one file of theirs, mode 0600. */
import { existsSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Fault, isJsonObject, ownProperty, parseStrictJson, readKeyFile } from '@writ/core';
import { trustFolder } from '../data/index.ts';

/** How one control plane is reached, and as whom. */
export interface PlaneCredential {
  /** Its address, without a path. */
  readonly url: string;
  readonly token: string;
  /** Whether it was made for this file alone, by `writ login` through a browser: it ends with it. */
  readonly isOwn?: boolean;
  /** File with the authorities that its certificate is checked against; absent for those of the system. */
  readonly ca?: string;
  /** Of its key; absent for any. */
  readonly pin?: string;
}

/** Those that are known; the first is the one that is meant where none is named. */
export type KnownPlanes = readonly PlaneCredential[];

const FILE = 'planes.json';
/** Permission bits with which group and others put something in a folder. */
const OTHERS_WRITE = 0o022;

/** `$XDG_CONFIG_HOME/writ/planes.json`. */
export function planesFile(environment: NodeJS.ProcessEnv): string {
  return join(dirname(trustFolder(environment)), FILE);
}

/** What `file` holds; nothing where it is missing. Throws `key.permissions` where others may read it, `key.malformed`. */
export function readPlanes(file: string): KnownPlanes {
  if (!existsSync(file)) return [];
  const value = parseStrictJson(readKeyFile(file));
  const planes = isJsonObject(value) ? ownProperty(value, 'planes') : undefined;
  if (!Array.isArray(planes)) throw malformed(file);
  return planes.map((one) => {
    const text = (name: string): string | undefined => {
      const found = isJsonObject(one) ? ownProperty(one, name) : undefined;
      return typeof found === 'string' ? found : undefined;
    };
    const [url, token, ca, pin] = ['url', 'token', 'ca', 'pin'].map(text);
    if (url === undefined || token === undefined) throw malformed(file);
    const isOwn = isJsonObject(one) && ownProperty(one, 'isOwn') === true;
    return {
      url,
      token,
      ...(isOwn ? { isOwn } : {}),
      ...(ca === undefined ? {} : { ca }),
      ...(pin === undefined ? {} : { pin }),
    };
  });
}

/** Makes `planes` what `file` holds, in one step. Throws `key.permissions` where others may change its folder. */
export function writePlanes(file: string, planes: KnownPlanes): void {
  const folder = dirname(file);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (process.platform !== 'win32' && (statSync(folder).mode & OTHERS_WRITE) !== 0)
    throw new Fault('key.permissions', `others than you may write to \`${folder}\``, {
      file: folder,
      hint: `chmod 700 '${folder}'`,
    });
  const draft = `${file}.${process.pid}.new`;
  rmSync(draft, { force: true });
  writeFileSync(draft, `${JSON.stringify({ planes }, undefined, 2)}\n`, { mode: 0o600, flag: 'wx' });
  renameSync(draft, file);
}

function malformed(file: string): Fault {
  return new Fault('key.malformed', `\`${file}\` is not what \`writ login\` writes`, {
    file,
    hint: 'remove it, and sign in again',
  });
}
