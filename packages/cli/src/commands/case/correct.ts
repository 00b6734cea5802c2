/** `writ case correct` and `writ case notify`: what was wrong is recorded as it should be, and passed on to whoever received it (GDPR articles 16 and 19). */
import { Fault, isJsonObject, type JsonObject, type LogReader } from '@writ/core';
import { findCase, recipientsOf, type StandingCase } from '@writ/core/records';
import { type Located, locate, type LocateOptions, readData, writeData } from '../../data/index.ts';
import { EXIT_NEGATIVE, EXIT_OK } from '../../exit-codes.ts';
import { print, printJson, visible } from '../../terminal/index.ts';
import { applyChange } from './change.ts';

/** Flags of `correct`. */
export interface CorrectOptions extends LocateOptions {
  readonly field: string;
  readonly value: string;
  readonly former?: string;
}

/** Flags of `notify`. */
export interface NotifyOptions extends LocateOptions {
  readonly recipient: string;
  readonly to: string;
  readonly withData?: boolean;
}

/** Longest a recipient takes to answer, in milliseconds. */
const NOTIFY_MS = 10_000;
const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Records the value as it should be, sealed, with everybody that was sent something of the person, or the former value. */
export async function correct(id: string, options: CorrectOptions): Promise<number> {
  const located = locate(options);
  const { field, value, former } = options;
  const { next, receipt } = await writeData(located, (data) => {
    const { subject } = findCase(data.state, id);
    const tools = recipientsOf(data.reader, subject, former).map(({ name }) => name);
    const change = {
      action: 'step',
      step: 'corrected',
      recipients: [...tools, ...destinationsOf(located)],
    } as const;
    const details = { corrected: { field, value, ...(former === undefined ? {} : { former }) } };
    return applyChange(data, id, change, { details });
  });
  const waiting = next.recipients
    .filter(({ acknowledged }) => acknowledged === undefined)
    .map(({ name }) => name);
  if (options.json === true) printJson({ id, did: 'corrected', recipients: waiting, receipt });
  else {
    print(`corrected, receipt ${receipt}; ${waiting.length} recipients are to be told`);
    for (const name of waiting) print(`  ${visible(name)}`);
  }
  return EXIT_OK;
}

/** Destinations that are sent what is sealed received it as well. */
function destinationsOf({ config }: Located): readonly string[] {
  return (config?.export ?? [])
    .filter(({ disclose }) => disclose.length > 0)
    .map(({ name }) => `export:${name}`);
}

/** Tells one recipient by an HTTP POST; told is who answers 2xx, and that is a step of the case. Without `--with-data` it is told that there is something to correct, and not what. */
export async function notify(id: string, options: NotifyOptions): Promise<number> {
  const located = locate(options);
  const { recipient, to, withData = false } = options;
  const body = await readData(located.data, ({ state, reader }) =>
    messageOf(findCase(state, id), reader, { recipient, withData }),
  );
  const problem = await post(requireAddress(to), body);
  if (problem !== undefined) {
    if (options.json === true) printJson({ id, recipient, told: false, problem });
    else print(`\`${visible(recipient)}\` was not told: ${visible(problem)}`);
    return EXIT_NEGATIVE;
  }
  const change = { action: 'step', step: 'acknowledged', recipient } as const;
  const { receipt } = await writeData(located, (data) =>
    applyChange(data, id, change, { details: { recipient } }),
  );
  if (options.json === true) printJson({ id, recipient, told: true, receipt });
  else print(`\`${visible(recipient)}\` was told, receipt ${receipt}`);
  return EXIT_OK;
}

function messageOf(
  one: StandingCase,
  reader: LogReader,
  { recipient, withData }: { readonly recipient: string; readonly withData: boolean },
): JsonObject {
  if (!one.recipients.some(({ name }) => name === recipient))
    throw new Fault('case.refused', `\`${recipient}\` is none of its recipients`, {
      hint: '`writ case show` lists them',
    });
  return {
    version: 1,
    id: one.id,
    type: one.type,
    status: one.status,
    due: new Date(one.due).toISOString(),
    recipient,
    ...(withData ? { subject: one.subject, corrections: corrections(one, reader) } : {}),
  };
}

/** Every value that steps of the case corrected, from their sealed bodies. */
function corrections({ id, subject }: StandingCase, reader: LogReader): readonly JsonObject[] {
  const indexes = new Set(subject.flatMap((name) => reader.concerning(name)));
  return [...indexes]
    .toSorted((left, right) => left - right)
    .flatMap((index) => {
      const { entry } = reader.entry(index);
      if (entry.kind !== 'case' || entry.case.id !== id || entry.case.step !== 'corrected') return [];
      const { fields } = reader.body(index);
      const corrected = isJsonObject(fields) ? fields['corrected'] : undefined;
      return isJsonObject(corrected) ? [corrected] : [];
    });
}

function requireAddress(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.has(url.hostname));
  if (url !== undefined && isSafe && url.username === '') return url;
  throw new Fault('cli.usage', 'that is no address to tell a recipient at', {
    hint: 'an `https:` URL without user, or `http:` on this machine',
  });
}

/** Why it was not taken; `undefined` where it was. No fault quotes the address: some hold a secret. */
async function post(url: URL, body: JsonObject): Promise<string | undefined> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      redirect: 'error',
      signal: AbortSignal.timeout(NOTIFY_MS),
    });
    await response.body?.cancel();
    return response.ok ? undefined : `it answered ${response.status}`;
  } catch {
    return `nobody answered within ${NOTIFY_MS / 1_000} s`;
  }
}
