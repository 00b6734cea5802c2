/** What somebody with the files, and without the key, could do to a copy of the record. Each must be caught. */
import { cpSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { encodeBundle, parseBundle } from '@writ/core/proof';
import type { World } from './world.ts';

/** One way to tamper. */
export interface Tampering {
  readonly title: string;
  /** Changes the copy of the data folder at `copy`; `early` is a genuine copy made half-way through. */
  alter(copy: string, early: string): void;
  /** Code of the problem that must be found. */
  readonly caughtAs: string;
  /** Whether the verifier needs the checkpoint that somebody noted to see it. */
  readonly needsNotedCheckpoint?: boolean;
}

/** Five ways and one more. */
export const TAMPERINGS: readonly Tampering[] = [
  {
    title: 'one bit of one entry flipped',
    caughtAs: 'leaf-mismatch',
    alter: (copy) =>
      editBundle(copy, (entries) => entries.map((entry, index) => (index === 5 ? flipped(entry) : entry))),
  },
  {
    title: 'a denial removed',
    caughtAs: 'entry-count',
    alter: (copy) =>
      editBundle(copy, (entries) =>
        entries.filter((entry) => !says(entry, '"verdict":"deny"') || entry === entries[0]),
      ),
  },
  {
    title: 'two entries swapped',
    caughtAs: 'leaf-mismatch',
    alter: (copy) =>
      editBundle(copy, ([first, second, third, ...rest]) =>
        [first, third, second, ...rest].filter((entry) => entry !== undefined),
      ),
  },
  {
    title: 'a verdict flipped in the database',
    caughtAs: 'leaf-mismatch',
    alter(copy) {
      const database = new DatabaseSync(join(copy, 'writ.db'));
      database.exec(
        `UPDATE entries SET bytes = CAST(replace(CAST(bytes AS TEXT), '"verdict":"deny"', '"verdict":"allow"') AS BLOB)`,
      );
      database.close();
    },
  },
  {
    title: 'a tile exchanged for another',
    caughtAs: 'leaf-mismatch',
    alter(copy) {
      const folder = join(copy, 'log', 'tile', '0');
      const tile = newestPartial(folder);
      const bytes = readFileSync(tile);
      writeFileSync(tile, Buffer.concat([bytes.subarray(32), bytes.subarray(0, 32)]));
    },
  },
  {
    title: 'the tail cut off, back to a genuine earlier state',
    caughtAs: 'tail-cut',
    alter(copy, early) {
      renameSync(copy, `${copy}.gone`);
      cpSync(early, copy, { recursive: true });
    },
    needsNotedCheckpoint: true,
  },
];

/** A copy of the world's data folder, for somebody to alter. */
export function copyData(world: World, name: string): string {
  const copy = join(world.root, 'copies', name);
  cpSync(world.data, copy, { recursive: true });
  return copy;
}

function editBundle(copy: string, change: (entries: readonly Uint8Array[]) => readonly Uint8Array[]): void {
  const bundle = newestPartial(join(copy, 'log', 'tile', 'entries'));
  writeFileSync(bundle, encodeBundle(change(parseBundle(readFileSync(bundle)))));
}

/** The widest partial file of a tile folder: `000.p/57`. */
function newestPartial(folder: string): string {
  const [partial = ''] = readdirSync(folder).filter((name) => name.endsWith('.p'));
  const widths = readdirSync(join(folder, partial)).map(Number);
  return join(folder, partial, String(Math.max(...widths)));
}

function flipped(entry: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(entry);
  const middle = copy.length >> 1;
  copy[middle] = (copy[middle] ?? 0) ^ 1;
  return copy;
}

function says(entry: Uint8Array, text: string): boolean {
  return Buffer.from(entry).includes(text);
}
