/** Sealed bodies beside their entries: there, the ones named, and found under the people they concern. */
import { describeFault, fromHex, isFault } from '../../kernel/index.ts';
import type { Entry } from '../../model/index.ts';
import type { Problem } from '../../proof/index.ts';
import { type BodyKey, concernTags, isAsWritten, openBody } from '../seal/index.ts';
import type { LogDatabase } from '../store/index.ts';
import { ErasedBodies } from './erased-bodies.ts';
import { WrappingKeys } from './wrapping-keys.ts';

/** Checks the body of each entry in turn. */
export interface BodyCheck {
  /** What is wrong with the body of `entry`, or nothing. */
  check(entry: Entry, index: number): Problem | undefined;
  /** What is left over once every entry was checked. */
  finish(): readonly Problem[];
}

/**
 * Bodies in `database`, of the log of `tenant`. With `keys` each is opened, and the index of people compared with what is in it; without
 * them ciphertexts are compared with the hashes in their entries, and that is all.
 */
export function createBodyCheck(
  database: LogDatabase,
  keys: readonly BodyKey[],
  tenant: () => string,
): BodyCheck {
  const selectBody = database.prepare('SELECT key_id, wrapped, ciphertext FROM bodies WHERE idx = ?');
  const selectConcern = database.prepare('SELECT 1 FROM concerns WHERE tag = ? AND idx = ?');
  const tagsOf = concernTags(keys, tenant);
  const erased = new ErasedBodies();
  const wrapping = new WrappingKeys();
  let bodies = 0;
  let concerns = 0;
  /** Without every body open, nobody knows how many rows the index should have. */
  let isIndexKnown = keys.length > 0;

  const check = (entry: Entry, index: number): Problem | undefined => {
    erased.take(entry);
    wrapping.take(entry);
    const ref = entry.body;
    if (ref === undefined) return undefined;
    const row = selectBody.get(index);
    if (row !== undefined) bodies += 1;
    const [wrapped, ciphertext] = [row?.['wrapped'], row?.['ciphertext']];
    if (!(wrapped instanceof Uint8Array) || !(ciphertext instanceof Uint8Array)) {
      erased.gone(index);
      return undefined;
    }
    const keyId = String(row?.['key_id']);
    if (!isAsWritten(entry, ciphertext)) erased.resealed(index, ciphertext);
    else if (keyId !== ref.keyId) wrapping.wrapped(keyId, index);
    if (!keys.some((one) => one.keyId === keyId)) {
      isIndexKnown = false;
      return undefined;
    }
    try {
      const body = openBody({ keyId, wrapped, ciphertext }, { entry, keys });
      const named = new Set(Array.isArray(body['concerns']) ? body['concerns'].map(String) : []);
      concerns += named.size;
      const isFound = [...named].every((one) =>
        tagsOf(one).some((tag) => selectConcern.get(fromHex(tag), index) !== undefined),
      );
      if (isFound) return undefined;
      return problem('body-altered', `entry ${index} is not found under all it concerns`, index, 'concerns');
    } catch (fault) {
      if (!isFault(fault)) throw fault;
      return problem('body-altered', `the body of entry ${index}: ${describeFault(fault)}`, index, 'bodies');
    }
  };

  const finish = (): readonly Problem[] => {
    const spare = (table: string, expected: number): readonly Problem[] => {
      const count = Number(database.prepare(`SELECT count(*) AS count FROM ${table}`).get()?.['count']);
      if (count <= expected) return [];
      return [
        problem(
          'body-altered',
          `the table \`${table}\` holds ${count - expected} rows of no entry`,
          undefined,
          table,
        ),
      ];
    };
    return [
      ...erased.finish(),
      ...wrapping.finish(),
      ...spare('bodies', bodies),
      ...(isIndexKnown ? spare('concerns', concerns) : []),
    ];
  };
  return { check, finish };
}

function problem(code: 'body-altered', message: string, index: number | undefined, place: string): Problem {
  return index === undefined ? { code, message, place } : { code, message, index, place };
}
