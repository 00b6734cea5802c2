/** The sequencer's thread: takes what has come, writes it as one batch, answers, takes what has come meanwhile. */
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { describeFault, Fault } from '../../kernel/index.ts';
import type { PreparedEntry } from '../entry/index.ts';
import { isLockHeld, type ProcessLock, removeLock, takeLock } from '../store/index.ts';
import { type FaultMessage, type FromSequencer, toMessage, type ToSequencer } from './messages.ts';
import { SqliteSequencer, type SqliteSequencerOptions } from './sqlite-sequencer.ts';

/** Most entries in one transaction: what is written in a few dozen milliseconds, so that other processes get their turn. */
const MAX_BATCH = 2_000;

const port = parentPort;
if (port !== null) serve(port, workerData as SqliteSequencerOptions);

function serve(messages: NonNullable<typeof parentPort>, options: SqliteSequencerOptions): void {
  const send = (message: FromSequencer): void => messages.postMessage(message);
  let sequencer: SqliteSequencer;
  let lock: ProcessLock;
  try {
    sequencer = new SqliteSequencer(options);
    // Taken before the first entry names this boot, so that nobody can see the boot without its lock.
    lock = takeLock(options.path, options.boot);
    send({ type: 'ready', dead: decisionsOfEndedBoots(sequencer, options.path) });
  } catch (cause) {
    send({ type: 'failed_to_open', fault: toMessage(asFault(cause)) });
    messages.close();
    return;
  }
  const waiting: PreparedEntry[] = [];
  let closing = false;
  const take = (message: ToSequencer): void => {
    if (message.type === 'append') waiting.push(...message.entries);
    else closing = true;
  };
  messages.on('message', (message: ToSequencer) => {
    take(message);
    do {
      for (
        let next = receiveMessageOnPort(messages);
        next !== undefined;
        next = receiveMessageOnPort(messages)
      ) {
        take(next.message as ToSequencer);
      }
      if (waiting.length > 0) send(write(sequencer, waiting.splice(0, MAX_BATCH)));
    } while (waiting.length > 0);
    if (!closing) return;
    sequencer.close();
    lock.release();
    removeLock(options.path, options.boot);
    send({ type: 'closed' });
    messages.close();
  });
}

function write(sequencer: SqliteSequencer, batch: readonly PreparedEntry[]): FromSequencer {
  try {
    const results: (number | string | FaultMessage)[] = [];
    for (const result of sequencer.write(batch)) {
      if (typeof result === 'string') results.push(-1, result);
      else if ('fault' in result) results.push(-1, toMessage(result.fault));
      else results.push(result.index, result.timeFloor);
    }
    return { type: 'written', results };
  } catch (cause) {
    return { type: 'not_written', count: batch.length, fault: toMessage(asFault(cause)) };
  }
}

/** INVARIANT: a boot whose process lives keeps its decisions, whatever its process id is. */
function decisionsOfEndedBoots(sequencer: SqliteSequencer, path: string): readonly number[] {
  const ended = new Map<string, boolean>();
  return sequencer
    .openDecisions()
    .filter(({ boot }) => {
      if (!ended.has(boot)) ended.set(boot, !isLockHeld(path, boot));
      return ended.get(boot) === true;
    })
    .map(({ index }) => index);
}

function asFault(cause: unknown): Fault {
  if (cause instanceof Fault) return cause;
  return new Fault('log.unavailable', describeFault(cause), {}, { cause });
}
