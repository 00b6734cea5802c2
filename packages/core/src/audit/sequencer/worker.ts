/** The sequencer's thread: takes what has come, writes it as one batch, answers, takes what has come meanwhile. */
import { type MessagePort, parentPort, receiveMessageOnPort } from 'node:worker_threads';
import { describeFault, Fault } from '../../kernel/index.ts';
import type { PreparedEntry } from '../entry/index.ts';
import { isLockHeld, type ProcessLock, removeLock, takeLock } from '../store/index.ts';
import {
  type FaultMessage,
  type FromSequencer,
  toMessage,
  type ToSequencer,
  unpackEntries,
} from './messages.ts';
import { SqliteSequencer, type SqliteSequencerOptions } from './sqlite-sequencer.ts';

/** Most entries in one transaction: what is written in a few dozen milliseconds, so that other processes get their turn. */
const MAX_BATCH = 2_000;

if (parentPort !== null) serve(parentPort);

/** An open log and the lock that says that its boot lives. */
interface Served {
  readonly sequencer: SqliteSequencer;
  readonly path: string;
  readonly boot: string;
  readonly lock: ProcessLock;
}

/** Serves one log after another; between two the thread holds nothing. */
function serve(port: MessagePort): void {
  const send = (message: FromSequencer): void => port.postMessage(message);
  const waiting: PreparedEntry[] = [];
  let served: Served | undefined;
  let closing = false;
  const take = (message: ToSequencer): void => {
    if (message.type === 'append') waiting.push(...unpackEntries(message.entries));
    else if (message.type === 'witnessed') served?.sequencer.takeWitnessed(message.witnessed);
    else if (message.type === 'close') closing = true;
    else served = open(message.options, send);
  };
  port.on('message', (message: ToSequencer) => {
    take(message);
    do {
      for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port)) {
        take(next.message as ToSequencer);
      }
      if (served !== undefined && waiting.length > 0) {
        send(write(served.sequencer, waiting.splice(0, MAX_BATCH)));
        const decisions = served.sequencer.takeUnacknowledged();
        if (decisions.length > 0) send({ type: 'unacknowledged', decisions });
      }
    } while (served !== undefined && waiting.length > 0);
    if (!closing) return;
    closing = false;
    if (served !== undefined) release(served);
    served = undefined;
    send({ type: 'closed' });
  });
}

function open(options: SqliteSequencerOptions, send: (message: FromSequencer) => void): Served | undefined {
  const { path, boot } = options;
  let sequencer: SqliteSequencer | undefined;
  try {
    sequencer = new SqliteSequencer(options);
    // Taken before the first entry names this boot, so that nobody can see the boot without its lock.
    const lock = takeLock(path, boot);
    send({ type: 'ready', dead: decisionsOfEndedBoots(sequencer, path) });
    return { sequencer, path, boot, lock };
  } catch (cause) {
    sequencer?.close();
    send({ type: 'failed_to_open', fault: toMessage(asFault(cause)) });
    return undefined;
  }
}

function release({ sequencer, path, boot, lock }: Served): void {
  sequencer.close();
  lock.release();
  removeLock(path, boot);
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
