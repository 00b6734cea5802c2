/** The bytes of an entry bundle: each entry behind its length as a big-endian uint16 (c2sp.org/tlog-tiles). */
import { Fault } from '../../kernel/index.ts';
import { TILE_WIDTH } from './coordinates.ts';

/** Longest entry that a bundle can hold, in bytes: what 16 bits can count. */
export const MAX_ENTRY_BYTES = 65_535;
const LENGTH_BYTES = 2;

/** Bytes of the bundle of `entries`, 1 to 256. Throws `entry.too-large` past 65,535 bytes, `tile.malformed` for another count. */
export function encodeBundle(entries: readonly Uint8Array[]): Uint8Array {
  requireCount(entries.length);
  let length = 0;
  for (const entry of entries) {
    if (entry.length > MAX_ENTRY_BYTES) {
      throw new Fault(
        'entry.too-large',
        `an entry has ${entry.length} bytes, at most ${MAX_ENTRY_BYTES} are accepted`,
      );
    }
    length += LENGTH_BYTES + entry.length;
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const entry of entries) {
    bytes[at] = entry.length >> 8;
    bytes[at + 1] = entry.length & 0xff;
    bytes.set(entry, at + LENGTH_BYTES);
    at += LENGTH_BYTES + entry.length;
  }
  return bytes;
}

/** The entries in `bytes`, views into it, 1 to 256. Throws `tile.malformed` where a length points past the end, or for another count. */
export function parseBundle(bytes: Uint8Array): readonly Uint8Array[] {
  const entries: Uint8Array[] = [];
  let at = 0;
  while (at < bytes.length && entries.length <= TILE_WIDTH) {
    const start = at + LENGTH_BYTES;
    const end = start + ((bytes[at] ?? 0) << 8) + (bytes[at + 1] ?? 0);
    if (start > bytes.length || end > bytes.length) {
      throw new Fault(
        'tile.malformed',
        `entry ${entries.length} of a bundle runs past its end at byte ${bytes.length}`,
      );
    }
    entries.push(bytes.subarray(start, end));
    at = end;
  }
  requireCount(entries.length);
  return entries;
}

function requireCount(count: number): void {
  if (count >= 1 && count <= TILE_WIDTH) return;
  const found = count > TILE_WIDTH ? 'more' : 'none';
  throw new Fault('tile.malformed', `an entry bundle has 1 to ${TILE_WIDTH} entries, found ${found}`);
}
