/** A process that writes to a log until it is done or killed: what tests of crashes and of several processes start. Not exported; run as a program. */
import { writeSync } from 'node:fs';
import { openLog } from '../audit/index.ts';
import { openDraft, outcomeDraft } from './log-drafts.ts';
import type { LogWriterReport, LogWriterTask } from './log-writer-task.ts';
import { SAMPLE_LOG_KEYS, sampleLogIdentity } from './log-fixture.ts';

await main(JSON.parse(process.argv[2] ?? 'null') as LogWriterTask);

async function main(task: LogWriterTask): Promise<void> {
  const log = await openLog({
    ...sampleLogIdentity(task.name),
    ...SAMPLE_LOG_KEYS,
    path: task.path,
    ...(task.faults === undefined ? {} : { faults: task.faults }),
  });
  report({ open: true });
  const caller = async (number: number): Promise<void> => {
    for (let at = 0; at < task.count; at += 1) {
      const digest = `${task.name}-${number}-${at}`;
      const contended = { consumes: [`key-${number}-${at}`] };
      const result = await log.writer.append(
        openDraft(digest, {
          committed: { agent: task.name },
          concerns: [task.name],
          ...(task.contend === true ? contended : {}),
        }),
      );
      if (result.status === 'refused') report({ digest, refusal: result.refusal });
      else {
        report({ index: result.index, digest });
        if (task.outcomes === true) await log.writer.append(outcomeDraft(result.index));
      }
      if (task.publishEvery !== undefined && at % task.publishEvery === 0) await log.publish();
    }
  };
  await Promise.all(Array.from({ length: task.callers }, (_, number) => caller(number)));
  report({ done: true });
  if (task.stay === true) await new Promise(() => setInterval(() => {}, 60_000));
  await log.close();
}

/** Synchronous, so that what was acknowledged is known even if the next step kills the process. */
function report(line: LogWriterReport): void {
  writeSync(1, `${JSON.stringify(line)}\n`);
}
