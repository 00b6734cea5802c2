/** Answers people who look at one entry: with the fields that the configuration names, and no others. */
import {
  describeFault,
  type DisclosableField,
  fromUtf8,
  isFault,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type LogReader,
  parseStrictJson,
  utf8,
} from '@writ/core';
import { fieldsAtHand } from '@writ/core/records';
import type { PlaneClient } from '../plane-client.ts';

/** How long the control plane may hold a question, in seconds, and longest wait for the answer, in milliseconds. */
const WAIT_SECONDS = 25;
const TIMEOUT_MS = 40_000;
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 30_000;
/** Least time between two questions, in milliseconds, whatever the control plane answers. */
const LEAST_MS = 50;
/** Most UTF-16 units of an answer; what is larger is looked at where the node is. */
const MAX_ANSWER_UNITS = 1_200_000;
const MAX_QUESTION_LENGTH = 256 * 1024;
const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

/** What it stands on. */
export interface LooksOptions {
  readonly client: Pick<PlaneClient, 'send'>;
  readonly reader: Pick<LogReader, 'body' | 'size'>;
  /** What may be looked at. */
  readonly fields: readonly DisclosableField[];
  readonly report: (line: string, level?: 'info') => void;
  /** Resolves after `ms`, or as soon as `signal` aborts. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** One that answers. */
export interface LooksFollower {
  /** Idempotent. */
  close(): Promise<void>;
}

/** Begins, unless nothing may be looked at. */
export function answerLooks(options: LooksOptions): LooksFollower {
  const ending = new AbortController();
  const running = options.fields.length === 0 ? Promise.resolve() : run(options, ending.signal);
  return {
    async close() {
      ending.abort();
      await running;
    },
  };
}

async function run(options: LooksOptions, signal: AbortSignal): Promise<void> {
  const { report, pause } = options;
  let told: string | undefined;
  let retryMs = FIRST_RETRY_MS;
  while (!signal.aborted) {
    try {
      for (const look of await fetchLooks(options, signal)) await answer(options, look, signal);
      if (told !== undefined) report('looks of people at entries here are answered again', 'info');
      [told, retryMs] = [undefined, FIRST_RETRY_MS];
      await pause(LEAST_MS, signal);
    } catch (problem) {
      if (signal.aborted) return;
      const words = describeFault(problem);
      if (words !== told) report(`looks of people at entries here are not answered: ${words}`);
      told = words;
      await pause(retryMs, signal);
      retryMs = Math.min(2 * retryMs, LONGEST_RETRY_MS);
    }
  }
}

interface Look {
  readonly id: string;
  readonly index: number;
  readonly fields: readonly string[];
}

async function fetchLooks({ client }: LooksOptions, signal: AbortSignal): Promise<readonly Look[]> {
  const { status, body } = await client.send({
    method: 'GET',
    path: `/v1/node/looks?wait=${WAIT_SECONDS}`,
    signal,
    timeoutMs: TIMEOUT_MS,
  });
  if (status !== 200) throw new Error(`it answered ${status}`);
  const value = parseStrictJson(fromUtf8(body), { maxLength: MAX_QUESTION_LENGTH, maxDepth: 8 });
  const items = isJsonObject(value) ? value['items'] : undefined;
  if (!Array.isArray(items)) throw new Error('it answered something else than looks');
  return (items as readonly JsonValue[]).flatMap(readLook);
}

function readLook(value: JsonValue): readonly Look[] {
  const { id, index, fields } = isJsonObject(value) ? value : {};
  const isLook =
    typeof id === 'string' && ULID.test(id) && typeof index === 'number' && Array.isArray(fields);
  return isLook ? [{ id, index, fields: fields.filter((field) => typeof field === 'string') }] : [];
}

async function answer(
  { client, reader, fields }: LooksOptions,
  look: Look,
  signal: AbortSignal,
): Promise<void> {
  // INVARIANT: what this node's configuration does not name is not read, whoever asks.
  const names = fields.filter((field) => look.fields.includes(field));
  const said = opened(reader, look.index, names);
  const body = utf8(JSON.stringify(said));
  const { status } = await client.send({ method: 'POST', path: `/v1/node/looks/${look.id}`, body, signal });
  // Refused: it is over, or not as it must be, and never will be.
  if (status >= 500 || status === 429) throw new Error(`it answered ${status}`);
}

function opened(reader: LooksOptions['reader'], index: number, names: readonly string[]): JsonObject {
  try {
    const isThere = Number.isSafeInteger(index) && index >= 0 && index < reader.size();
    const fields = isThere && names.length > 0 ? fieldsAtHand(reader, index, names) : [];
    const sent = fields.map(({ field, value, salt }) => ({ field, value, salt }));
    if (sent.length === 0 || JSON.stringify(sent).length > MAX_ANSWER_UNITS) return { status: 'refused' };
    return { status: 'answered', fields: sent };
  } catch (fault) {
    if (isFault(fault, 'log.body-erased')) return { status: 'refused' };
    throw fault;
  }
}
