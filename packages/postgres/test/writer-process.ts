/** A process that appends decisions, and outcomes of every other one, until it is killed. Run as a program; the task is JSON in its first argument. */
import { writeSync } from 'node:fs';
import { openPostgresLog } from '@writ/core/postgres';
import { openDraft, outcomeDraft, SAMPLE_LOG_KEYS, sampleLogIdentity } from '@writ/core/testing';
import { openPostgres } from '@writ/postgres';
import { erasureDraft } from './erasure-drafts.ts';
import type { WriterReport, WriterTask } from './writer-task.ts';

/** Decisions of a caller after which it publishes. */
const PUBLISH_EVERY = 10;

async function main(task: WriterTask): Promise<void> {
  const { url, schema, name, callers, count, contend, erase, faults, folder } = task;
  const database = openPostgres({ url });
  const log = await openPostgresLog({
    ...sampleLogIdentity(name),
    ...SAMPLE_LOG_KEYS,
    database,
    schema,
    ...(faults === undefined ? {} : { faults }),
    ...(folder === undefined ? {} : { publishTo: { kind: 'folder', path: folder } }),
  });
  const caller = async (number: number): Promise<void> => {
    for (let at = 0; at < count; at += 1) {
      const key = contend === true ? `shared-${number}-${at}` : `${name}-${number}-${at}`;
      const committed = { agent: name };
      const draft = openDraft(`${name}-${number}-${at}`, { committed, concerns: [name], consumes: [key] });
      const result = await log.writer.append(draft);
      if (result.status === 'refused') report({ key, refusal: result.refusal });
      else {
        report({ key, index: result.index });
        if (erase === true) {
          const tags = log.state.tags(name);
          await log.writer.append(erasureDraft([{ index: result.index, time: 1_000, tags, dropped: tags }]));
        }
        if (at % 2 === 0) await log.writer.append(outcomeDraft(result.index));
      }
      if (folder !== undefined && at % PUBLISH_EVERY === 0) await log.publish();
    }
  };
  await Promise.all(Array.from({ length: callers }, (_, number) => caller(number)));
  await log.close();
  await database.close();
}

/** Synchronous, so that what was acknowledged is known even if the next step kills the process. */
function report(line: WriterReport): void {
  writeSync(1, `${JSON.stringify(line)}\n`);
}

await main(JSON.parse(process.argv[2] ?? 'null') as WriterTask);
