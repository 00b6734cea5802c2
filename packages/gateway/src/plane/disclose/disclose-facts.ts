/** Discloses what the configuration says, as the control plane holds the entries: behind every decision, and in the way of none. */
import {
  describeFault,
  fromUtf8,
  isFault,
  isJsonObject,
  type JsonObject,
  type LogReader,
  parseStrictJson,
  utf8,
} from '@writ/core';
import type { PlaneClient } from '../plane-client.ts';
import { type FactsSource, readFacts } from './read-facts.ts';

const PATH = '/v1/node/facts';
/** How often it is looked whether the log grew, in milliseconds. */
const LOOK_MS = 250;
/** Time between two questions to a control plane that has nothing for it or does not answer, doubled up to the longest, in milliseconds. */
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 30_000;
const MAX_ANSWER_LENGTH = 4_096;

/** What it stands on. */
export interface FactsOptions extends Omit<FactsSource, 'reader' | 'yieldTurn'> {
  readonly client: Pick<PlaneClient, 'send'>;
  /** The node’s own log. */
  readonly reader: FactsSource['reader'] & Pick<LogReader, 'size'>;
  /** Told of what failed, once, and of its end. */
  readonly report: (line: string, level?: 'info') => void;
  /** Resolves after `ms`, or as soon as `signal` aborts. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** One that discloses. */
export interface FactsFollower {
  /** Idempotent. */
  close(): Promise<void>;
}

interface FactsPlace {
  readonly next: number;
  readonly held: number;
}

/** Begins. A control plane that cannot be reached hears of it later, from where it says that it goes on. */
export function discloseFacts(options: FactsOptions): FactsFollower {
  const ending = new AbortController();
  const running = options.always.length === 0 ? Promise.resolve() : run(options, ending.signal);
  return {
    async close() {
      ending.abort();
      await running;
    },
  };
}

async function run(options: FactsOptions, signal: AbortSignal): Promise<void> {
  const { reader, report, pause } = options;
  let told: string | undefined;
  let waitMs = FIRST_WAIT_MS;
  let sizeBefore = -1;
  while (!signal.aborted) {
    try {
      const size = reader.size();
      const place = readPlace(await ask(options, 'GET', undefined, signal));
      const reached = await sendFrom(options, place, signal);
      if (told !== undefined) report('the control plane takes what this node discloses again', 'info');
      told = undefined;
      // What is not held there yet comes soon, unless nothing was sent for a while.
      waitMs =
        reached > place.next || size !== sizeBefore ? FIRST_WAIT_MS : Math.min(2 * waitMs, LONGEST_WAIT_MS);
      sizeBefore = size;
      await pause(waitMs, signal);
      if (reached >= size) while (!signal.aborted && reader.size() === size) await pause(LOOK_MS, signal);
    } catch (problem) {
      if (signal.aborted) return;
      const words = describeFault(problem);
      if (words !== told) report(`the control plane does not take what this node discloses: ${words}`);
      told = words;
      waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS);
      await pause(waitMs, signal);
    }
  }
}

/** Sends everything from `place` on that is held there; where it ended. */
async function sendFrom(options: FactsOptions, place: FactsPlace, signal: AbortSignal): Promise<number> {
  const source: FactsSource = { ...options, yieldTurn: () => options.pause(0, signal) };
  let { next, held } = place;
  while (next < Math.min(held, options.reader.size()) && !signal.aborted) {
    const batch = await readFacts(source, next, Math.min(held, options.reader.size()));
    const after = readPlace(await ask(options, 'POST', utf8(JSON.stringify(batch)), signal));
    // Another process of this node may have been faster; it never goes back.
    if (after.next <= next) break;
    ({ next, held } = after);
  }
  return next;
}

async function ask(
  { client }: FactsOptions,
  method: 'GET' | 'POST',
  body: Uint8Array | undefined,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const answer = await client.send({ method, path: PATH, signal, ...(body === undefined ? {} : { body }) });
  if (answer.status !== 200) throw new Error(`it answered ${answer.status}`);
  return answer.body;
}

function readPlace(body: Uint8Array): FactsPlace {
  const { next, held } = readObject(body);
  if (typeof next !== 'number' || typeof held !== 'number' || !Number.isSafeInteger(next) || next < 0)
    throw new Error('it answered no place in the log');
  return { next, held };
}

function readObject(body: Uint8Array): JsonObject {
  try {
    const value = parseStrictJson(fromUtf8(body), { maxLength: MAX_ANSWER_LENGTH, maxDepth: 4 });
    return isJsonObject(value) ? value : {};
  } catch (fault) {
    if (isFault(fault)) return {};
    throw fault;
  }
}
