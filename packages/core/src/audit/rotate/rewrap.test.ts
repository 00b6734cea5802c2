/** Body keys change without an entry changing: what was sealed opens under the next key, people are found, and a key that nobody told of is noticed. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { deriveBesideKey } from '../../model/index.ts';
import {
  committed,
  killDraft,
  openDraft,
  SAMPLE_LOG_KEYS,
  sampleDraft,
  sampleLogIdentity,
} from '../../testing/index.ts';
import { createCheckpointKey } from '../tree/index.ts';
import {
  bodiesByKey,
  type BodyKey,
  openLog,
  openLogForReading,
  type OpenLog,
  rewrapBodies,
  verifyFolder,
} from '../index.ts';

const { origin, random } = sampleLogIdentity();
const { seed } = SAMPLE_LOG_KEYS.signingKey;
const beside = deriveBesideKey(SAMPLE_LOG_KEYS.bodyKey, 'default');
const OLD: BodyKey = { ...SAMPLE_LOG_KEYS.bodyKey, beside };
const NEXT: BodyKey = { keyId: 'body-2', key: new Uint8Array(32).fill(4), beside };

let path: string;
beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), 'writ-rewrap-')), '.writ');
});
afterEach(() => rmSync(join(path, '..'), { recursive: true, force: true }));

const open = (bodyKey: BodyKey, ...formerBodyKeys: readonly BodyKey[]): Promise<OpenLog> =>
  openLog({ ...sampleLogIdentity(), ...SAMPLE_LOG_KEYS, path, bodyKey, formerBodyKeys });
const rewrap = (...keys: readonly BodyKey[]): number => rewrapBodies({ path, keys, to: NEXT, random });
const problems = async (...bodyKeys: readonly BodyKey[]): Promise<readonly string[]> => {
  const keys = [createCheckpointKey(origin, seed).verifierKey];
  const dataKeys = bodyKeys.length === 0 ? {} : { dataKeys: { signingSeed: seed, bodyKeys } };
  return (await verifyFolder(path, { keys, ...dataKeys })).problems.map(({ message }) => message);
};

/** What `log` says under `words`, of whom; answers the index. */
const say = (log: OpenLog, words: string, person = 'ann'): Promise<number> =>
  committed(log, openDraft(words, { committed: { words }, concerns: [person] })).then(({ index }) => index);
const tell = (log: OpenLog, keyId = NEXT.keyId): Promise<unknown> =>
  committed(log, sampleDraft({ kind: 'body_key', bodyKey: { action: 'wrap', keyId, wrappedBy: 'kek' } }));
const wordsOf = (log: Pick<OpenLog, 'reader'>, index: number): unknown => log.reader.body(index)['fields'];

test('a body is wrapped by the next key and opens with it alone; its entry names the former one for ever', async () => {
  const log = await open(OLD);
  const index = await say(log, 'before');
  const { bytes } = log.reader.entry(index);
  await tell(log);
  await log.close();
  expect(rewrap(OLD)).toBe(1);
  expect(bodiesByKey({ path })).toEqual(new Map([['body-2', 1]]));
  const after = await open(NEXT);
  expect(wordsOf(after, index)).toEqual({ words: 'before' });
  expect(after.reader.entry(index).bytes).toEqual(bytes);
  expect(after.reader.entry(index).entry.body?.keyId).toBe('body-1');
  await after.close();
  expect(await problems(NEXT)).toEqual([]);
  expect(await problems()).toEqual([]);
});

test('people and state are found under the next key as before: what stands beside bodies has keys of its own', async () => {
  const log = await open(OLD);
  const before = await say(log, 'before');
  await committed(log, killDraft('kill', 'gone wild'));
  await log.close();
  const after = await open(NEXT);
  const next = await say(after, 'after');
  expect(after.reader.concerning('ann')).toEqual([before, next]);
  expect(after.state.tags('ann')).toHaveLength(1);
  expect(after.state.kills()).toEqual([expect.objectContaining({ reason: 'gone wild' })]);
  await after.close();
});

test('a process that began before the change reads what was sealed after it, once it looks for the key', async () => {
  const asked: string[] = [];
  const findBodyKey = (keyId: string): BodyKey | undefined => {
    asked.push(keyId);
    return keyId === NEXT.keyId ? NEXT : undefined;
  };
  const running = await openLog({
    ...sampleLogIdentity(),
    ...SAMPLE_LOG_KEYS,
    path,
    bodyKey: OLD,
    findBodyKey,
  });
  const own = await say(running, 'before');
  const other = await open(NEXT, OLD);
  const index = await say(other, 'after');
  await tell(other);
  expect(rewrap(OLD)).toBeGreaterThan(0);
  expect(wordsOf(running, index)).toEqual({ words: 'after' });
  expect(wordsOf(running, own)).toEqual({ words: 'before' });
  const reading = openLogForReading({ path, origin, bodyKeys: [OLD], findBodyKey });
  expect(wordsOf(reading, own)).toEqual({ words: 'before' });
  reading.close();
  expect(new Set(asked)).toEqual(new Set([NEXT.keyId]));
  await say(running, 'still with the former key');
  await Promise.all([running.close(), other.close()]);
  expect(await problems(NEXT, OLD)).toEqual([]);
});

test('without the former key nothing is wrapped, and nothing is lost', async () => {
  const log = await open(OLD);
  await say(log, 'before');
  await tell(log);
  await log.close();
  expect(() => rewrap(NEXT)).toThrow('`body-1`, which is not at hand');
  expect(bodiesByKey({ path })).toEqual(new Map([['body-1', 1]]));
});

test('a wrapping that nobody told of, or of another body, is noticed', async () => {
  const log = await open(OLD);
  const [one, two] = [await say(log, 'one'), await say(log, 'two')];
  await log.close();
  rewrap(OLD);
  expect(await problems(NEXT)).toEqual([
    `the body of entry ${one} is wrapped by a key that the log does not tell of`,
  ]);
  const later = await open(NEXT, OLD);
  await tell(later);
  await later.close();
  expect(await problems(NEXT)).toEqual([]);
  const database = new DatabaseSync(join(path, 'writ.db'));
  database.exec(
    `UPDATE bodies SET wrapped = (SELECT wrapped FROM bodies WHERE idx = ${two}) WHERE idx = ${one}`,
  );
  database.close();
  expect((await problems(NEXT))[0]).toContain(`the body of entry ${one}`);
});

test('a body that was erased stays erased', async () => {
  const log = await open(OLD);
  const [one, two] = [await say(log, 'one'), await say(log, 'two')];
  await tell(log);
  await log.close();
  const database = new DatabaseSync(join(path, 'writ.db'));
  database.exec(`UPDATE bodies SET key_id = '', wrapped = NULL, ciphertext = NULL WHERE idx = ${one}`);
  database.close();
  expect(rewrap(OLD)).toBe(1);
  const after = await open(NEXT);
  expect(() => after.reader.body(one)).toThrow(/was erased/);
  expect(wordsOf(after, two)).toEqual({ words: 'two' });
  await after.close();
});
