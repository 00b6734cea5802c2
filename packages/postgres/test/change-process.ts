/** A process that changes the keys of a log, and ends before one of its statements. Run as a program; the task is JSON in its first argument. */
import {
  endPostgresLog,
  resealPostgresState,
  type SqlConnection,
  type SqlDatabase,
  succeedPostgresLog,
} from '@writ/core/postgres';
import { SAMPLE_LOG_KEYS, sampleLogIdentity } from '@writ/core/testing';
import { openPostgres } from '@writ/postgres';
import type { ChangeTask } from './change-task.ts';
import { delegate } from './connections.ts';
import { NEXT } from './next-log.ts';

await main(JSON.parse(process.argv[2] ?? 'null') as ChangeTask);

async function main({ url, schema, into, change, dieBefore }: ChangeTask): Promise<void> {
  const server = openPostgres({ url });
  let statements = 0;
  const count = (): void => {
    statements += 1;
    if (statements === dieBefore) process.kill(process.pid, 'SIGKILL');
  };
  const counted = (connection: SqlConnection): SqlConnection =>
    delegate(connection, {
      query: (text, values) => {
        count();
        return connection.query(text, values);
      },
      script: (text) => {
        count();
        return connection.script(text);
      },
    });
  const database: SqlDatabase = { ...server, connect: async () => counted(await server.connect()) };
  const { origin } = sampleLogIdentity();
  if (change === 'reseal') {
    const from = SAMPLE_LOG_KEYS.signingKey.seed;
    await resealPostgresState({ database, schema, origin, from, to: NEXT.seed });
  } else {
    await endPostgresLog({ database, schema, successor: { origin: NEXT.origin, schema: into } });
    await succeedPostgresLog({
      ...sampleLogIdentity(),
      ...SAMPLE_LOG_KEYS,
      database,
      origin: NEXT.origin,
      schema: into,
      former: schema,
      signingKey: { seed: NEXT.seed },
    });
  }
  await server.close();
}
