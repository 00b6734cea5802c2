/** The thread that sends: neither formatting nor a destination that hangs is felt by the thread that decides. */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { type EntryDetail, Fault } from '@writ/core';
import type { FromExporter, ToExporter } from './messages.ts';
import { type ExportTask, openExporter } from './open-exporter.ts';

/** How often the other thread is told how destinations are doing, in milliseconds. */
const TELL_MS = 1_000;

if (parentPort !== null) await serve(parentPort, workerData as ExportTask);

async function serve(port: MessagePort, task: ExportTask): Promise<void> {
  const send = (message: FromExporter): void => port.postMessage(message);
  const asked = new Map<number, PromiseWithResolvers<void>>();
  let last = 0;
  const note = (detail: EntryDetail): Promise<void> => {
    const answer = Promise.withResolvers<void>();
    last += 1;
    asked.set(last, answer);
    send({ type: 'note', id: last, detail });
    return answer.promise;
  };
  const exporter = await openExporter(task, { note, environment: process.env });
  const telling = setInterval(() => send({ type: 'states', states: exporter.states() }), TELL_MS);
  port.on('message', (message: ToExporter) => {
    if (message.type === 'noted') {
      const { id, problem } = message;
      if (problem === undefined) asked.get(id)?.resolve();
      else asked.get(id)?.reject(new Fault('log.unavailable', problem));
      asked.delete(id);
      return;
    }
    clearInterval(telling);
    void exporter.close().then(() => {
      send({ type: 'states', states: exporter.states() });
      send({ type: 'closed' });
      port.close();
    });
  });
}
