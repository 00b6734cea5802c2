/** The sequencer's thread: takes what has come for any log, writes it as one batch, answers, takes what has come meanwhile. */
import { type MessagePort, parentPort, receiveMessageOnPort } from 'node:worker_threads';
import { describeFault, Fault } from '../../kernel/index.ts';
import { isLockHeld, type ProcessLock, removeLock, takeLock } from '../store/index.ts';
import type { LogSequencer, LogSequencerOptions } from './log-sequencer.ts';
import {
  type AnswerPart,
  type FaultMessage,
  type FromSequencer,
  type OpenedLog,
  toMessage,
  type ToSequencer,
  unpackEntries,
} from './messages.ts';
import { type Batch, type BatchAnswer, StoreSequencer } from './store-sequencer.ts';
import { TurnQueue } from './turn-queue.ts';

/** Most entries in one transaction: what is written in a few dozen milliseconds, so that other processes get their turn. */
const MAX_BATCH = 2_000;

if (parentPort !== null) serve(parentPort);

/** A store and the locks that say that its boots live. */
interface Served {
  readonly sequencer: StoreSequencer;
  readonly path: string;
  readonly locks: Map<string, ProcessLock>;
}

/** Serves one store after another; between two the thread holds nothing. */
function serve(port: MessagePort): void {
  const send = (message: FromSequencer): void => port.postMessage(message);
  const waiting = new TurnQueue();
  const closingLogs = new Set<number>();
  const opening: Extract<ToSequencer, { readonly type: 'open_log' }>[] = [];
  let served: Served | undefined;
  let closing = false;
  const take = (message: ToSequencer): void => {
    switch (message.type) {
      case 'open': {
        const { path } = message.options;
        served = { sequencer: new StoreSequencer(message.options), path, locks: new Map() };
        return;
      }
      case 'open_log':
        opening.push(message);
        return;
      case 'append':
        for (const { id, entries } of message.parts) waiting.add(id, unpackEntries(entries));
        return;
      case 'witnessed':
        served?.sequencer.log(message.id)?.takeWitnessed(message.witnessed);
        return;
      case 'close_log':
        closingLogs.add(message.id);
        return;
      case 'close':
        closing = true;
        return;
      default:
        message satisfies never;
    }
  };
  port.on('message', (message: ToSequencer) => {
    take(message);
    do {
      for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port)) {
        take(next.message as ToSequencer);
      }
      if (served !== undefined) for (const answer of openLogs(served, opening.splice(0))) send(answer);
      if (served !== undefined && !waiting.isEmpty) {
        send(write(served.sequencer, waiting.take(MAX_BATCH)));
        for (const [id, decisions] of served.sequencer.takeUnacknowledged())
          send({ type: 'unacknowledged', id, decisions });
      }
      for (const id of closingLogs) {
        if (waiting.has(id)) continue;
        closingLogs.delete(id);
        served?.sequencer.closeLog(id);
        send({ type: 'log_closed', id });
      }
    } while (served !== undefined && !waiting.isEmpty);
    if (!closing) return;
    closing = false;
    if (served !== undefined) release(served);
    served = undefined;
    send({ type: 'closed' });
  });
}

/** Opens what was asked for at once, and says of each what became of it. */
function openLogs(
  served: Served,
  opening: readonly Extract<ToSequencer, { readonly type: 'open_log' }>[],
): readonly FromSequencer[] {
  served.sequencer.prepare(opening.map(({ options }) => options));
  return opening.map(({ id, options }) => openLog(served, id, options));
}

function openLog(served: Served, id: number, options: LogSequencerOptions): FromSequencer {
  const { sequencer, path, locks } = served;
  const { boot, endedBoots } = options;
  try {
    const log = sequencer.open(id, options);
    // Taken before the first entry names this boot, so that nobody can see the boot without its lock.
    if (!locks.has(boot)) locks.set(boot, takeLock(path, boot));
    const opened: OpenedLog = {
      dead: decisionsOfEndedBoots(log, path, new Set(endedBoots)),
      ...(log.log === undefined ? {} : { log: log.log }),
    };
    return { type: 'ready', id, ...opened };
  } catch (cause) {
    sequencer.closeLog(id);
    return { type: 'failed_to_open', id, fault: toMessage(asFault(cause)) };
  }
}

function release({ sequencer, path, locks }: Served): void {
  sequencer.close();
  for (const [boot, lock] of locks) {
    lock.release();
    removeLock(path, boot);
  }
}

function write(sequencer: StoreSequencer, batch: Batch): FromSequencer {
  const parts: AnswerPart[] = [];
  for (const [id, answer] of sequencer.write(batch))
    parts.push(answerPart(id, answer, batch.get(id)?.length ?? 0));
  return { type: 'answered', parts };
}

function answerPart(id: number, answer: BatchAnswer, count: number): AnswerPart {
  if (answer instanceof Fault) return { id, notWritten: { count, fault: toMessage(answer) } };
  const results: (number | string | FaultMessage)[] = [];
  for (const result of answer) {
    if (typeof result === 'string') results.push(-1, result);
    else if ('fault' in result) results.push(-1, toMessage(result.fault));
    else results.push(result.index, result.timeFloor);
  }
  return { id, results };
}

/** INVARIANT: a boot whose process lives keeps its decisions, whatever its process id is. */
function decisionsOfEndedBoots(
  log: LogSequencer,
  path: string,
  known: ReadonlySet<string>,
): readonly number[] {
  const ended = new Map<string, boolean>();
  return log
    .openDecisions()
    .filter(({ boot }) => {
      if (!ended.has(boot)) ended.set(boot, known.has(boot) || !isLockHeld(path, boot));
      return ended.get(boot) === true;
    })
    .map(({ index }) => index);
}

function asFault(cause: unknown): Fault {
  if (cause instanceof Fault) return cause;
  return new Fault('log.unavailable', describeFault(cause), {}, { cause });
}
