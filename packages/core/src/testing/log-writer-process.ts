/** A process that writes to a log until it is done or killed: what tests of crashes and of several processes start. Not exported; run as a program. */
import { writeSync } from 'node:fs';
import { type OpenLog, openLog, openLogStore } from '../audit/index.ts';
import { openDraft, outcomeDraft } from './log-drafts.ts';
import type { LogWriterReport, LogWriterTask } from './log-writer-task.ts';
import { SAMPLE_LOG_KEYS, sampleLogIdentity, sampleTenant } from './log-fixture.ts';

await main(JSON.parse(process.argv[2] ?? 'null') as LogWriterTask);

async function main(task: LogWriterTask): Promise<void> {
  const opened = await openAll(task);
  const { logs } = opened;
  report({ open: true });
  const caller = async (number: number): Promise<void> => {
    const { log, tenant } = logs[number % logs.length] as Opened;
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
      if (result.status === 'refused') report({ ...tenant, digest, refusal: result.refusal });
      else {
        report({ ...tenant, index: result.index, digest });
        if (task.outcomes === true) await log.writer.append(outcomeDraft(result.index));
      }
      if (task.publishEvery !== undefined && at % task.publishEvery === 0) await log.publish();
    }
  };
  await Promise.all(Array.from({ length: task.callers }, (_, number) => caller(number)));
  report({ done: true });
  if (task.stay === true) await new Promise(() => setInterval(() => {}, 60_000));
  await opened.close();
}

interface Opened {
  readonly log: OpenLog;
  readonly tenant: Pick<LogWriterReport, 'tenant'>;
}

interface OpenedAll {
  readonly logs: readonly Opened[];
  close(): Promise<void>;
}

async function openAll({ path, name, faults, tenants }: LogWriterTask): Promise<OpenedAll> {
  const options = { ...sampleLogIdentity(name), path, ...(faults === undefined ? {} : { faults }) };
  if (tenants === undefined) {
    const log = await openLog({ ...options, ...SAMPLE_LOG_KEYS });
    return { logs: [{ log, tenant: {} }], close: () => log.close() };
  }
  const store = openLogStore(options);
  const logs = await Promise.all(
    tenants.map(async (tenant) => ({ log: await store.open(sampleTenant(tenant)), tenant: { tenant } })),
  );
  return { logs, close: () => store.close() };
}

/** Synchronous, so that what was acknowledged is known even if the next step kills the process. */
function report(line: LogWriterReport): void {
  writeSync(1, `${JSON.stringify(line)}\n`);
}
