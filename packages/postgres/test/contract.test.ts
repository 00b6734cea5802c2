/** The log in PostgreSQL keeps the contracts that every log keeps. */
import { describe, expect, test } from 'vitest';
import { openPostgresLog } from '@writ/core/postgres';
import { LIMIT_CONTRACT, LOG_CONTRACT, SAMPLE_LOG_KEYS, sampleLogIdentity } from '@writ/core/testing';
import { postgresTests } from './tests.ts';

const { database, newSchema, isThere } = await postgresTests();

describe.skipIf(!isThere).each([
  ['log', LOG_CONTRACT],
  ['limits', LIMIT_CONTRACT],
])('the %s in PostgreSQL', (_what, contract) => {
  test.each(contract.map((one) => [one.name, one] as const))('%s', async (_sentence, one) => {
    const log = await openPostgresLog({
      ...sampleLogIdentity(),
      ...SAMPLE_LOG_KEYS,
      database,
      schema: newSchema(),
    });
    try {
      await one.run(log);
      expect(log.reader.size()).toBeGreaterThan(0);
    } finally {
      await log.close();
    }
  });
});
