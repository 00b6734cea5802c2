/** Sealed bodies beside their entries: there, the ones named, and found under the people they concern. */
import { describeFault, isFault, toHex } from '../../../kernel/index.ts';
import type { Entry } from '../../../model/index.ts';
import type { Problem } from '../../../proof/index.ts';
import { parseEntry } from '../../entry/index.ts';
import {
  type BodyKey,
  type ConcernTags,
  concernTags,
  isAsWritten,
  openBody,
  type StoredBody,
} from '../../seal/index.ts';
import { ErasedBodies, WrappingKeys } from '../../verify/index.ts';
import type { ObjectStore } from '../../publish/index.ts';
import { bodyName, MAX_SEALED_BODY_BYTES } from '../bodies/index.ts';
import type { SqlConnection, SqlRow } from '../sql-database.ts';
import type { Statements } from '../stored/index.ts';

/** Entries looked at together. */
const PAGE_ENTRIES = 256;

/** What to check. */
export interface CheckBodiesOptions {
  readonly statements: Statements;
  readonly size: number;
  /** With them each body is opened, and the index of people compared with what is in it. */
  readonly keys: readonly BodyKey[];
  /** Where bodies were moved to; absent where none were. */
  readonly store?: Pick<ObjectStore, 'get'>;
}

/** What is wrong with the bodies of the first `size` entries, which must have been verified. Must run within one snapshot. */
export async function checkBodies(
  connection: SqlConnection,
  { statements, size, keys, store }: CheckBodiesOptions,
): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  const check = new BodyCheck(keys);
  for (let first = 0; first < size; first += PAGE_ENTRIES) {
    const range = [first, Math.min(size, first + PAGE_ENTRIES)];
    const tags = tagsByEntry((await connection.query(statements.concerns, range)).rows);
    for (const stored of (await connection.query(statements.bodies, range)).rows) {
      const row = await withMoved(stored, store);
      const problem = check.check(row, tags.get(Number(row['seq'])) ?? new Set());
      if (problem !== undefined) problems.push(problem);
    }
  }
  problems.push(...check.erased.finish(), ...check.wrapping.finish());
  const counted = (await connection.query(statements.countBeside)).rows[0];
  for (const [table, expected] of check.expected()) {
    const spare = Number(counted?.[table]) - expected;
    const message = `the table \`${table}\` holds ${spare} rows of no entry`;
    if (spare > 0) problems.push({ code: 'body-altered', message, place: table });
  }
  return problems;
}

/** The row with the ciphertext that was moved to the bucket. */
async function withMoved(row: SqlRow, store: CheckBodiesOptions['store']): Promise<SqlRow> {
  if (store === undefined || row['ciphertext'] !== null || !(row['wrapped'] instanceof Uint8Array))
    return row;
  const found = await store.get(bodyName(Number(row['seq'])), MAX_SEALED_BODY_BYTES);
  return { ...row, ciphertext: found?.bytes ?? null };
}

class BodyCheck {
  readonly erased = new ErasedBodies();
  readonly wrapping = new WrappingKeys();
  readonly #keys: readonly BodyKey[];
  readonly #tagsOf: ConcernTags;
  #tenant: string | undefined;
  #bodies = 0;
  #concerns = 0;
  /** Without every body open, nobody knows how many rows the index should have. */
  #isIndexKnown: boolean;

  constructor(keys: readonly BodyKey[]) {
    this.#keys = keys;
    this.#tagsOf = concernTags(keys, () => this.#tenant);
    this.#isIndexKnown = keys.length > 0;
  }

  check(row: SqlRow, tags: ReadonlySet<string>): Problem | undefined {
    const index = Number(row['seq']);
    const entry = parseEntry(row['bytes'] as Uint8Array);
    // Entry 0 is the log's own, and people are indexed under the log's tenant.
    this.#tenant ??= entry.tenant;
    this.erased.take(entry);
    this.wrapping.take(entry);
    const ref = entry.body;
    if (ref === undefined) return undefined;
    if (row['key_id'] !== null) this.#bodies += 1;
    const [wrapped, ciphertext] = [row['wrapped'], row['ciphertext']];
    if (!(wrapped instanceof Uint8Array) || !(ciphertext instanceof Uint8Array)) {
      // Of one that was destroyed no row of the index may be left; of one that is out of reach they are.
      if (wrapped instanceof Uint8Array) this.#isIndexKnown = false;
      this.erased.gone(index);
      return undefined;
    }
    const keyId = String(row['key_id']);
    if (!isAsWritten(entry, ciphertext)) this.erased.resealed(index, ciphertext);
    else if (keyId !== ref.keyId) this.wrapping.wrapped(keyId, index);
    return this.#open(entry, index, { keyId, wrapped, ciphertext, tags });
  }

  /** Rows that each table should have; the index is left out where that is not known. */
  expected(): readonly (readonly ['bodies' | 'concerns', number])[] {
    const bodies = ['bodies', this.#bodies] as const;
    return this.#isIndexKnown ? [bodies, ['concerns', this.#concerns]] : [bodies];
  }

  #open(
    entry: Entry,
    index: number,
    body: StoredBody & { readonly tags: ReadonlySet<string> },
  ): Problem | undefined {
    if (!this.#keys.some(({ keyId }) => keyId === body.keyId)) {
      this.#isIndexKnown = false;
      return undefined;
    }
    try {
      const { concerns } = openBody(body, { entry, keys: this.#keys });
      const named = new Set(Array.isArray(concerns) ? concerns.map(String) : []);
      this.#concerns += named.size;
      const isFound = [...named].every((one) => this.#tagsOf(one).some((tag) => body.tags.has(tag)));
      if (isFound) return undefined;
      return altered(`entry ${index} is not found under all it concerns`, index, 'concerns');
    } catch (fault) {
      if (!isFault(fault)) throw fault;
      return altered(`the body of entry ${index}: ${describeFault(fault)}`, index, 'bodies');
    }
  }
}

function tagsByEntry(rows: readonly SqlRow[]): ReadonlyMap<number, ReadonlySet<string>> {
  const tags = new Map<number, Set<string>>();
  for (const row of rows) {
    const index = Number(row['seq']);
    const own = tags.get(index) ?? new Set();
    tags.set(index, own.add(toHex(row['tag'] as Uint8Array)));
  }
  return tags;
}

function altered(message: string, index: number, place: string): Problem {
  return { code: 'body-altered', message, index, place };
}
