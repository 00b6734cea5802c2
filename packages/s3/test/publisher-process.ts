/** A process that publishes a log of PostgreSQL or of memory to a bucket, until it is killed. Run as a program; the task is JSON in its first argument. */
import { openPostgresLog } from '@writ/core/postgres';
import { openDraft, SAMPLE_LOG_KEYS, sampleLogIdentity } from '@writ/core/testing';
import type { StepFault } from '@writ/core';
import { openPostgres } from '@writ/postgres';
import { openS3, type S3Options } from '@writ/s3';

/** What to do. */
export interface PublisherTask {
  readonly url: string;
  readonly schema: string;
  readonly name: string;
  /** Entries between two publishings, and how often. */
  readonly entries: number;
  readonly rounds: number;
  readonly bucket: Omit<S3Options, 'now'>;
  readonly faults: readonly StepFault[];
}

async function main(task: PublisherTask): Promise<void> {
  const database = openPostgres({ url: task.url });
  const store = await openS3({ ...task.bucket, now: () => Date.now() });
  const log = await openPostgresLog({
    ...sampleLogIdentity(task.name),
    ...SAMPLE_LOG_KEYS,
    database,
    schema: task.schema,
    publishTo: { kind: 'bucket', store },
    faults: task.faults,
  });
  for (let round = 0; round < task.rounds; round += 1) {
    const drafts = Array.from({ length: task.entries }, (_, at) => openDraft(`${task.name}-${round}-${at}`));
    await Promise.all(drafts.map((draft) => log.writer.append(draft)));
    await log.publish();
  }
  await log.close();
  store.close();
  await database.close();
}

await main(JSON.parse(process.argv[2] ?? 'null') as PublisherTask);
