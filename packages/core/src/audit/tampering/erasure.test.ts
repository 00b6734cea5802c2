/** What was erased and what was not, edited by somebody who has the database and no key: verification tells one from the other, with the keys of bodies and without. */
import { DatabaseSync } from 'node:sqlite';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fromBase64 } from '../../kernel/index.ts';
import type { ErasedBody } from '../../model/index.ts';
import type { VerifierKey } from '../../proof/index.ts';
import { committed, openDraft, SAMPLE_LOG_KEYS, sampleDraft, sampleReseal } from '../../testing/index.ts';
import { DATABASE_FILE, type OpenLog, verifyFolder } from '../index.ts';
import { open } from './fixtures.ts';

const PEOPLE = ['Ada', 'Bob', 'Cy'];
const EVERYBODY = [false, true];

let path: string;
let key: VerifierKey;
/** Indexes of a body that was destroyed, one that was sealed again twice, one that nothing happened to. */
let gone: number;
let twice: number;
let whole: number;
/** The rows as they stood at first, and between the two. */
let first: readonly Row[];
let between: readonly Row[];

interface Row {
  readonly index: number;
  readonly keyId: string;
  readonly wrapped: Uint8Array;
  readonly ciphertext: Uint8Array;
}

beforeEach(async () => {
  path = mkdtempSync(join(tmpdir(), 'writ-erased-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  const log = await open(path);
  key = log.verifierKey;
  [gone = 0, twice = 0, whole = 0] = await Promise.all(
    ['a', 'b', 'c'].map(async (digest) => {
      const fields = Object.fromEntries(PEOPLE.map((person) => [`of${person}`, person]));
      return (await committed(log, openDraft(digest, { committed: fields, concerns: PEOPLE }))).index;
    }),
  );
  first = rows();
  await erase(log, { index: gone, ...nobody, dropped: PEOPLE.flatMap((one) => [...log.state.tags(one)]) });
  await reseal(log, 'Ada');
  between = rows();
  await reseal(log, 'Bob');
  await log.close();
});

const nobody = { time: 1_000, tags: [] };

async function reseal(log: OpenLog, person: string): Promise<void> {
  const resealed = sampleReseal(log, { index: twice, field: `of${person}`, concern: person });
  await erase(log, { index: twice, ...nobody, dropped: log.state.tags(person), resealed });
}

async function erase(log: OpenLog, body: ErasedBody): Promise<void> {
  const range = [{ from: body.index, to: body.index + 1 }];
  const { resealed } = body;
  const told =
    resealed === undefined
      ? { destroyed: range, resealed: [] }
      : { destroyed: [], resealed: range, ciphertextHashes: [sha256(fromBase64(resealed.ciphertext))] };
  const erasure = { cause: 'subject_request', bodies: 1, ...told } as const;
  await committed(
    log,
    sampleDraft({ kind: 'erasure', erasure }, { effects: [{ type: 'erase', bodies: [body] }] }),
  );
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function rows(): readonly Row[] {
  return withDatabase((database) =>
    database
      .prepare('SELECT idx, key_id, wrapped, ciphertext FROM bodies WHERE wrapped IS NOT NULL')
      .all()
      .map((row) => ({
        index: Number(row['idx']),
        keyId: String(row['key_id']),
        wrapped: row['wrapped'] as Uint8Array,
        ciphertext: row['ciphertext'] as Uint8Array,
      })),
  );
}

function withDatabase<Result>(use: (database: DatabaseSync) => Result): Result {
  const database = new DatabaseSync(join(path, DATABASE_FILE));
  try {
    return use(database);
  } finally {
    database.close();
  }
}

/** Puts the body of `index` back as it stood in `from`, with the rows that find it. */
function putBack(index: number, from: readonly Row[]): void {
  const row = from.find((one) => one.index === index);
  if (row === undefined) throw new Error('no such row');
  withDatabase((database) => {
    database
      .prepare('UPDATE bodies SET key_id = ?, wrapped = ?, ciphertext = ? WHERE idx = ?')
      .run(row.keyId, row.wrapped, row.ciphertext, index);
    database
      .prepare('INSERT OR IGNORE INTO concerns (tag, idx) SELECT tag, ? FROM concerns WHERE idx = ?')
      .run(index, whole);
  });
}

function run(sql: string, ...values: readonly number[]): void {
  withDatabase((database) => database.prepare(sql).run(...values));
}

async function problems(withKeys: boolean): Promise<readonly (readonly [string, number | undefined])[]> {
  const dataKeys = { signingSeed: SAMPLE_LOG_KEYS.signingKey.seed, bodyKeys: [SAMPLE_LOG_KEYS.bodyKey] };
  const report = await verifyFolder(path, { keys: [key], ...(withKeys ? { dataKeys } : {}) });
  return report.problems.map(({ code, index }) => [code, index] as const);
}

test.each(EVERYBODY)(
  'erasures that are as they are told are no problem (with keys: %s)',
  async (withKeys) => {
    expect(await problems(withKeys)).toEqual([]);
  },
);

test.each(EVERYBODY)('a body that was taken is no erasure (with keys: %s)', async (withKeys) => {
  run("UPDATE bodies SET key_id = '', wrapped = NULL, ciphertext = NULL WHERE idx = ?", whole);
  expect(await problems(withKeys)).toContainEqual(['body-missing', whole]);
});

test.each(EVERYBODY)(
  'what an erasure left of a body is taken as little (with keys: %s)',
  async (withKeys) => {
    run("UPDATE bodies SET key_id = '', wrapped = NULL, ciphertext = NULL WHERE idx = ?", twice);
    expect(await problems(withKeys)).toContainEqual(['body-missing', twice]);
  },
);

test.each(EVERYBODY)('a row that is gone as a whole is missing (with keys: %s)', async (withKeys) => {
  run('DELETE FROM bodies WHERE idx = ?', whole);
  expect(await problems(withKeys)).toContainEqual(['body-missing', whole]);
});

test.each(EVERYBODY)('a body that was destroyed does not come back (with keys: %s)', async (withKeys) => {
  putBack(gone, first);
  expect(await problems(withKeys)).toContainEqual(['body-altered', gone]);
});

test.each(EVERYBODY)(
  'a body that was sealed again does not come back whole (with keys: %s)',
  async (withKeys) => {
    putBack(twice, first);
    expect(await problems(withKeys)).toContainEqual(['body-altered', twice]);
  },
);

test.each(EVERYBODY)(
  'what a first erasure left does not take the place of what a second left (with keys: %s)',
  async (withKeys) => {
    putBack(twice, between);
    expect(await problems(withKeys)).toContainEqual(['body-altered', twice]);
  },
);

test.each(EVERYBODY)(
  'noise in the place of what an erasure left is found (with keys: %s)',
  async (withKeys) => {
    run('UPDATE bodies SET ciphertext = randomblob(200) WHERE idx = ?', twice);
    expect(await problems(withKeys)).toContainEqual(['body-altered', twice]);
  },
);

test.each(EVERYBODY)(
  'an erasure that nobody signed is no entry of the log (with keys: %s)',
  async (withKeys) => {
    run("UPDATE bodies SET key_id = '', wrapped = NULL, ciphertext = NULL WHERE idx = ?", whole);
    withDatabase((database) => {
      // In the bytes of the erasure that there is: another index, the leaf and all above it as the forger can compute them.
      const { bytes, idx } = database
        .prepare(
          `SELECT idx, bytes FROM entries WHERE instr(bytes, CAST('"kind":"erasure"' AS BLOB)) > 0 LIMIT 1`,
        )
        .get() as { readonly bytes: Uint8Array; readonly idx: number };
      const forged = Buffer.from(
        Buffer.from(bytes)
          .toString()
          .replace(`{"from":${gone},"to":${gone + 1}}`, `{"from":${gone},"to":${whole + 1}}`),
      );
      const leaf = createHash('sha256').update(Buffer.of(0)).update(forged).digest();
      database.prepare('UPDATE entries SET bytes = ?, leaf = ? WHERE idx = ?').run(forged, leaf, idx);
    });
    expect(await problems(withKeys)).not.toEqual([]);
  },
);

test('a body that is no longer found under whom it concerns is told: an erasure would miss it', async () => {
  run('DELETE FROM concerns WHERE idx = ?', whole);
  expect(await problems(true)).toContainEqual(['body-altered', whole]);
});
