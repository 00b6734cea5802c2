/** The file of a key ring. Each change is a file of the next number: two processes cannot make the same one, and none is ever half written. */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Fault, isFault } from '../../kernel/index.ts';
import { readKeyFile, syncFolder, writeKeyFile } from '../key-file.ts';
import { type ParsedRing, parseRing } from './ring-text.ts';

const NAME = /^body-keys\.([1-9]\d{0,8})\.json$/;
/** Times that a ring is looked for again which another process replaced meanwhile. */
const ATTEMPTS = 20;

/** A ring as it was read. */
export interface RingFile extends ParsedRing {
  readonly generation: number;
}

/** The newest ring in the folder `keys`; `undefined` where there is none. Throws `key.malformed`, `key.permissions`, `io.failed`. */
export function readRing(keys: string): RingFile | undefined {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const generation = newestOf(keys);
    if (generation === undefined) return undefined;
    try {
      return { generation, ...parseRing(readKeyFile(join(keys, nameOf(generation)))) };
    } catch (fault) {
      // Replaced since it was listed.
      if (!isFault(fault, 'key.missing')) throw fault;
    }
  }
  throw new Fault('io.failed', `the key ring in \`${keys}\` changes all the time`, { file: keys });
}

/**
 * Writes the ring of the number after `generation` (0: the first) and removes those before it, and with them the keys that are not in it any more.
 * Throws `log.conflict` where another process changed the ring since.
 */
export function writeRing(keys: string, generation: number, text: string): void {
  // What was removed might come again under the same number.
  if ((newestOf(keys) ?? 0) !== generation) throw changed(keys);
  try {
    writeKeyFile(join(keys, nameOf(generation + 1)), text);
  } catch (fault) {
    throw isFault(fault, 'config.exists') ? changed(keys) : fault;
  }
  if (newestOf(keys) !== generation + 1) {
    // Two others went by between the look and the writing: what stands here now is older than theirs.
    rmSync(join(keys, nameOf(generation + 1)), { force: true });
    throw changed(keys);
  }
  // INVARIANT: a key that is not in this ring is in no draft of it either, which a process that was killed has left.
  removeBefore(keys, generation + 1, generation + 1);
}

/** Removes rings of numbers below `generation`, and drafts of numbers up to `draft`: a process that was killed has left them. */
export function removeBefore(keys: string, generation: number, draft: number = generation - 1): void {
  const old = readdirSync(keys).filter((name) => {
    const ring = /^body-keys\.(\d+)\.json(\.\d+\.new)?$/.exec(name);
    return ring !== null && Number(ring[1]) <= (ring[2] === undefined ? generation - 1 : draft);
  });
  for (const name of old) rmSync(join(keys, name), { force: true });
  if (old.length > 0) syncFolder(keys);
}

function newestOf(keys: string): number | undefined {
  const numbers = listed(keys).flatMap((name) => {
    const digits = NAME.exec(name)?.[1];
    return digits === undefined ? [] : [Number(digits)];
  });
  return numbers.length === 0 ? undefined : Math.max(...numbers);
}

/** The names in the folder; none where there is none. Throws `io.failed`. */
export function listed(keys: string): readonly string[] {
  try {
    return readdirSync(keys);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return [];
    throw new Fault('io.failed', `cannot read the folder \`${keys}\``, { file: keys }, { cause });
  }
}

function nameOf(generation: number): string {
  return `body-keys.${generation}.json`;
}

function changed(keys: string): Fault {
  return new Fault('log.conflict', `another process changed the key ring in \`${keys}\``, {
    hint: 'run the command again',
  });
}
