/** The bundle that a node keeps, so that it starts without its control plane. Nothing in these files is believed: the bundle is verified at each reading, and the contact only ever closes. */
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { MAX_ENVELOPE_BYTES } from '@writ/core';

const FOLDER = 'plane';
const BUNDLE_FILE = 'bundle.dsse.json';
const SHADOW_FILE = 'shadow.dsse.json';
const CONTACT_FILE = 'contact';
const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;
/** How long a contact that another process recorded is taken from memory, in milliseconds. */
const CONTACT_LOOK_MS = 1_000;

/** What is kept in the data folder of a node. */
export interface BundleCache {
  /** The folder, for whoever watches it. */
  readonly folder: string;
  /** The envelope that is kept; absent for none, or one that is too large. */
  read(which: 'bundle' | 'shadow'): string | undefined;
  /** Durable when it returns; `undefined` removes it. */
  write(which: 'bundle' | 'shadow', envelope: string | undefined): void;
  /** Milliseconds since 1970 at which the control plane last answered any process of this folder; absent for never. */
  contact(now: number): number | undefined;
  recordContact(at: number): void;
}

/** The cache in the data folder `data`. */
export function openBundleCache(data: string): BundleCache {
  const folder = join(data, FOLDER);
  mkdirSync(folder, { recursive: true, mode: FOLDER_MODE });
  const pathOf = (which: 'bundle' | 'shadow'): string =>
    join(folder, which === 'bundle' ? BUNDLE_FILE : SHADOW_FILE);
  let known: { readonly at: number | undefined; readonly looked: number } | undefined;
  return {
    folder,
    read: (which) => readBounded(pathOf(which)),
    write(which, envelope) {
      if (envelope === undefined) rmSync(pathOf(which), { force: true });
      else replace(pathOf(which), envelope);
    },
    contact(now) {
      if (known === undefined || Math.abs(now - known.looked) >= CONTACT_LOOK_MS)
        known = { at: readContact(join(folder, CONTACT_FILE)), looked: now };
      return known.at;
    },
    recordContact(at) {
      known = { at, looked: at };
      replace(join(folder, CONTACT_FILE), `${at}\n`);
    },
  };
}

function readBounded(path: string): string | undefined {
  try {
    return statSync(path).size > MAX_ENVELOPE_BYTES ? undefined : readFileSync(path, 'utf8');
  } catch {
    // Missing, or not readable: either way there is none, and without one nothing is permitted.
    return undefined;
  }
}

function readContact(path: string): number | undefined {
  const at = Number(readBounded(path));
  return Number.isSafeInteger(at) && at > 0 ? at : undefined;
}

/** Written whole beside its place and then moved there: another process never reads half of it. */
function replace(path: string, text: string): void {
  const draft = `${path}.${process.pid}.new`;
  const file = openSync(draft, 'w', FILE_MODE);
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(draft, path);
}
