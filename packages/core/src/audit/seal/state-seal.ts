/** What binds the state beside the log to the log (decisions/0007): a keyed tag in every row, and the sums of all rows sealed with each size. */
import { createSecretKey, type KeyObject } from 'node:crypto';
import { canonicalJson, Fault, isFault, toHex } from '../../kernel/index.ts';
import { hmacSha256 } from '../../kernel/crypto/index.ts';
import { decrypt, encrypt } from './gcm.ts';
import { createKeyedHash, type KeyedHash } from './keyed-hash.ts';

/** Of a row's hash, what stands in the row: nobody without the key makes a row with a right one. */
export const TAG_BYTES = 12;
/** Of a row's hash, what is added up. It never leaves the process but encrypted, so that no other rows can be chosen with the same sum. */
const SUM_WORDS = 5;
const COUNT_BYTES = 6;
const NONCE_BYTES = 12;

/** A column's value as SQLite stores it. */
export type RowValue = string | number | Uint8Array | null;

/** The head of the log that a state belongs to. */
export interface SealedAt {
  readonly size: number;
  readonly root: Uint8Array;
  readonly timeFloor: number;
  readonly killEpoch: number;
  readonly witnessedSize: number;
}

interface Total {
  count: number;
  readonly sum: Uint32Array;
}

/** How many rows each table holds, and the sum of their hashes. */
export class StateTotals {
  readonly #totals = new Map<string, Total>();

  add(table: string, rowHash: Buffer): void {
    this.#change(table, rowHash, 1);
  }

  remove(table: string, rowHash: Buffer): void {
    this.#change(table, rowHash, -1);
  }

  count(table: string): number {
    return this.#totals.get(table)?.count ?? 0;
  }

  /** Rows of all tables. */
  get rows(): number {
    let rows = 0;
    for (const { count } of this.#totals.values()) rows += count;
    return rows;
  }

  hasSameRows(other: StateTotals, table: string): boolean {
    const [own, others] = [this.#total(table), other.#total(table)];
    return own.count === others.count && own.sum.every((word, at) => word === others.sum[at]);
  }

  toBytes(tables: readonly string[]): Buffer {
    const width = COUNT_BYTES + SUM_WORDS * 4;
    const bytes = Buffer.alloc(tables.length * width);
    let start = 0;
    for (const table of tables) {
      const total = this.#totals.get(table);
      // A table that never had a row is zeros.
      if (total !== undefined) {
        bytes.writeUIntBE(total.count, start, COUNT_BYTES);
        for (let at = 0; at < SUM_WORDS; at += 1)
          bytes.writeUInt32BE(total.sum[at] as number, start + COUNT_BYTES + at * 4);
      }
      start += width;
    }
    return bytes;
  }

  static fromBytes(tables: readonly string[], bytes: Buffer): StateTotals {
    const width = COUNT_BYTES + SUM_WORDS * 4;
    const totals = new StateTotals();
    for (const [position, table] of tables.entries()) {
      const total = totals.#total(table);
      total.count = bytes.readUIntBE(position * width, COUNT_BYTES);
      for (let at = 0; at < SUM_WORDS; at += 1)
        total.sum[at] = bytes.readUInt32BE(position * width + COUNT_BYTES + at * 4);
    }
    return totals;
  }

  #total(table: string): Total {
    let total = this.#totals.get(table);
    if (total === undefined) {
      total = { count: 0, sum: new Uint32Array(SUM_WORDS) };
      this.#totals.set(table, total);
    }
    return total;
  }

  /** Adding and removing are one operation: exclusive or. The count tells them apart. */
  #change(table: string, rowHash: Buffer, step: 1 | -1): void {
    const total = this.#total(table);
    total.count += step;
    for (let at = 0; at < SUM_WORDS; at += 1)
      total.sum[at] = (total.sum[at] as number) ^ rowHash.readUInt32BE(TAG_BYTES + at * 4);
  }
}

/** Seals the state of one log with the key that signs its checkpoints: whoever cannot extend the log cannot edit what stands beside it. */
export class StateSealer {
  readonly #origin: string;
  readonly #row: KeyedHash;
  readonly #nonce: KeyedHash;
  readonly #cipher: KeyObject;
  #tables: { readonly list: readonly string[]; readonly text: string } | undefined;

  /** `seed` is that of the log's signing key. */
  constructor(origin: string, seed: Uint8Array) {
    this.#origin = origin;
    const derive = (use: string): Uint8Array =>
      hmacSha256(seed, canonicalJson(['writ/state-seal/v1', origin, use]));
    this.#row = createKeyedHash(derive('row'));
    this.#nonce = createKeyedHash(derive('nonce'));
    this.#cipher = createSecretKey(derive('totals'));
  }

  /** The hash of one row: its first {@link TAG_BYTES} are the tag, the rest is for {@link StateTotals}. */
  row(table: string, values: readonly RowValue[]): Buffer {
    return this.#row(
      JSON.stringify([
        table,
        ...values.map((value) => (value instanceof Uint8Array ? toHex(value) : asStored(value))),
      ]),
    );
  }

  /** `totals` encrypted, for the head `at`. Tables are those of the schema, in their order. */
  close(totals: StateTotals, tables: readonly string[], at: SealedAt): Buffer {
    const aad = this.#associatedData(tables, at);
    // INVARIANT: one nonce, one plaintext. A size has one root, and what stands beside it follows from the entries under that root.
    const nonce = this.#nonce(aad).subarray(0, NONCE_BYTES);
    return encrypt(this.#cipher, nonce, totals.toBytes(tables), Buffer.from(aad, 'utf8'));
  }

  /** Throws `log.corrupt` where `bytes` are not the totals sealed for the head `at`. */
  open(bytes: Uint8Array, tables: readonly string[], at: SealedAt): StateTotals {
    const aad = this.#associatedData(tables, at);
    const nonce = this.#nonce(aad).subarray(0, NONCE_BYTES);
    try {
      return StateTotals.fromBytes(tables, decrypt(this.#cipher, nonce, bytes, Buffer.from(aad, 'utf8')));
    } catch (cause) {
      if (!isFault(cause, 'log.corrupt')) throw cause;
      throw new Fault(
        'log.corrupt',
        `the table \`head\` was edited: its state is not the one sealed at size ${at.size}`,
        { table: 'head' },
        { cause },
      );
    }
  }

  #associatedData(tables: readonly string[], at: SealedAt): string {
    const { size, root, timeFloor, killEpoch, witnessedSize } = at;
    // The names of the tables are always the same list: their text is made once.
    if (this.#tables?.list !== tables) this.#tables = { list: tables, text: canonicalJson([...tables]) };
    const head = canonicalJson([this.#origin, size, toHex(root), timeFloor, killEpoch, witnessedSize]);
    return `${head.slice(0, -1)},${this.#tables.text}]`;
  }
}

/** As SQLite gives it back: a lone surrogate becomes U+FFFD. */
function asStored(value: string | number | null): string | number | null {
  return typeof value === 'string' ? value.toWellFormed() : value;
}
