/** Body keys change in PostgreSQL without an entry changing. */
import { expect, onTestFinished, test } from 'vitest';
import {
  openPostgresLog,
  postgresBodiesByKey,
  rewrapPostgresBodies,
  verifyPostgresLog,
} from '@writ/core/postgres';
import { type BodyKey, createMemoryLog, deriveBesideKey, type OpenLog } from '@writ/core';
import { committed, openDraft, SAMPLE_LOG_KEYS, sampleDraft, sampleLogIdentity } from '@writ/core/testing';
import { postgresTests } from './tests.ts';

const { database, newSchema } = await postgresTests();
const beside = deriveBesideKey(SAMPLE_LOG_KEYS.bodyKey, 'default');
const OLD: BodyKey = { ...SAMPLE_LOG_KEYS.bodyKey, beside };
const NEXT: BodyKey = { keyId: 'body-2', key: new Uint8Array(32).fill(4), beside };
/** Bodies of a transaction and a part. */
const BODIES = 300;

async function open(
  schema: string,
  bodyKey: BodyKey,
  findBodyKey?: (id: string) => BodyKey,
): Promise<OpenLog> {
  const find = findBodyKey === undefined ? {} : { findBodyKey };
  const log = await openPostgresLog({
    ...sampleLogIdentity(),
    ...SAMPLE_LOG_KEYS,
    database,
    schema,
    bodyKey,
    ...find,
  });
  onTestFinished(() => log.close().catch(() => {}));
  return log;
}

async function problems(schema: string): Promise<readonly string[]> {
  const { verifierKey } = createMemoryLog({ ...sampleLogIdentity(), ...SAMPLE_LOG_KEYS });
  const dataKeys = { signingSeed: SAMPLE_LOG_KEYS.signingKey.seed, bodyKeys: [NEXT] };
  const { problems: found } = await verifyPostgresLog({ database, schema, keys: [verifierKey], dataKeys });
  return found.map(({ message }) => message);
}

test('bodies go over to the next key while the log is in use, and one that nobody told of is noticed', async () => {
  const schema = newSchema();
  const running = await open(schema, OLD, () => NEXT);
  const said = { committed: { words: 'said' }, concerns: ['ann'] };
  await Promise.all(
    Array.from({ length: BODIES }, (_, at) => committed(running, openDraft(`d-${at}`, said))),
  );
  const rewrap = (): Promise<number> =>
    rewrapPostgresBodies({ database, schema, keys: [OLD], to: NEXT, random: sampleLogIdentity('r').random });
  expect(await rewrap()).toBe(BODIES);
  expect(await rewrap()).toBe(0);
  expect(await postgresBodiesByKey({ database, schema })).toEqual(new Map([['body-2', BODIES]]));
  expect(running.reader.body(1)['fields']).toEqual({ words: 'said' });
  expect(await problems(schema)).toEqual([
    'the body of entry 1 is wrapped by a key that the log does not tell of',
  ]);
  const told = { action: 'wrap', keyId: NEXT.keyId, wrappedBy: 'kek' } as const;
  await committed(running, sampleDraft({ kind: 'body_key', bodyKey: told }));
  expect(await problems(schema)).toEqual([]);
  const after = await open(schema, NEXT);
  expect(after.reader.concerning('ann')).toHaveLength(BODIES);
});
