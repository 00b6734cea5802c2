/** Whether a key was used up, asked at one process while others write. */
import { openPostgresLog } from '@writ/core/postgres';
import type { OpenLog } from '@writ/core';
import { openDraft, SAMPLE_LOG_KEYS, sampleLogIdentity } from '@writ/core/testing';
import { expect, onTestFinished, test } from 'vitest';
import { postgresTests } from './tests.ts';

const { database, newSchema, isThere } = await postgresTests();

async function open(schema: string, node: string): Promise<OpenLog> {
  const identity = { ...sampleLogIdentity('shared'), node };
  const log = await openPostgresLog({ ...identity, ...SAMPLE_LOG_KEYS, database, schema });
  onTestFinished(() => log.close());
  return log;
}

test.skipIf(!isThere)('what one process committed is known to another at once', async () => {
  const schema = newSchema();
  const [one, other] = [await open(schema, 'one'), await open(schema, 'other')];
  for (let at = 0; at < 50; at += 1) {
    expect(await other.isConsumed(`key-${at}`)).toBe(false);
    await one.writer.append(openDraft(`d${at}`, { consumes: [`key-${at}`] }));
    expect(await other.isConsumed(`key-${at}`)).toBe(true);
  }
});

test.skipIf(!isThere)('of several who use a key up at once, each who is refused finds it used', async () => {
  const schema = newSchema();
  const logs = [await open(schema, 'one'), await open(schema, 'other')];
  for (let at = 0; at < 20; at += 1) {
    const key = `key-${at}`;
    const answers = await Promise.all(
      logs.flatMap((log) => [
        log.writer.append(openDraft(key, { consumes: [key] })).then(({ status }) => status),
        log.isConsumed(key),
      ]),
    );
    expect(answers.filter((answer) => answer === 'committed')).toHaveLength(1);
    // Asked after its own append was given: whoever of the two wrote it, it is used up by then.
    expect(answers.filter((answer) => typeof answer === 'boolean')).toEqual([true, true]);
  }
});

test.skipIf(!isThere)('a log that is closed does not say', async () => {
  const log = await open(newSchema(), 'one');
  await log.close();
  await expect(log.isConsumed('key')).rejects.toMatchObject({ code: 'log.closed' });
});
