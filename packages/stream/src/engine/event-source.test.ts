import { Fault, type LogReader } from '@writ/core';
import { guardWorld, toolCall } from '@writ/core/testing';
import type { Disclosable } from '@writ/export';
import { expect, test } from 'vitest';
import { type EventFormat, eventSource, type EventSource } from './event-source.ts';

const SECRET = 'quite plain words';

/** The log of a guard that let a call pass. */
async function recordedLog(): Promise<LogReader> {
  const { guard, log } = await guardWorld({
    policies: '@id("all") permit (principal, action, resource);',
    tools: [
      {
        server: 'files',
        name: 'read',
        definition: {
          name: 'read',
          inputSchema: {
            type: 'object',
            properties: { path: { type: 'string' }, password: { type: 'string' } },
          },
        },
      },
    ],
  });
  const call = toolCall('files/read', { path: '/srv/report.txt', password: SECRET });
  await guard.enforce(call, () => Promise.resolve({ text: 'the letter' }));
  return log.reader;
}

function sourceOf(
  reader: LogReader,
  format: EventFormat = 'ocsf',
  disclose: readonly Disclosable[] = [],
): EventSource {
  const log = { reader, refresh: () => Promise.resolve() };
  return eventSource(log, { disclose, format, productVersion: '0.1.0' });
}

function textsOf(source: EventSource): readonly string[] {
  return Array.from({ length: source.size() }, (_, index) =>
    source.events(index).map(({ text }) => text),
  ).flat();
}

test('every entry is at least one event, each with a name that does not change', async () => {
  const source = sourceOf(await recordedLog());
  const uids = Array.from({ length: source.size() }, (_, index) => {
    const events = source.events(index);
    expect(events.length).toBeGreaterThan(0);
    expect(events.map(({ uid }) => uid)).toStrictEqual(source.events(index).map(({ uid }) => uid));
    expect(events.every((event) => event.index === index && event.producer !== '')).toBe(true);
    return events.map(({ uid }) => uid);
  }).flat();
  expect(new Set(uids).size).toBe(uids.length);
});

test('an outcome says what was done, for its decision is looked up', async () => {
  const reader = await recordedLog();
  const source = sourceOf(reader);
  const outcome = Array.from({ length: reader.size() }, (_, index) => index).find(
    (index) => reader.entry(index).entry.kind === 'outcome',
  );
  expect(source.events(outcome ?? -1)[0]?.event).toMatchObject({ api: { operation: 'tools/call' } });
});

test('an outcome comes with what is disclosed of its decision, for its own body does not say it', async () => {
  const reader = await recordedLog();
  const index = Array.from({ length: reader.size() }, (_, at) => at).find(
    (at) => reader.entry(at).entry.kind === 'outcome',
  );
  const [shown] = sourceOf(reader, 'ocsf', ['target', 'agent']).events(index ?? -1);
  expect(shown?.opened).toMatchObject({ agent: 'bot', parts: [{ type: 'tool', id: 'files/read' }] });
  const [hidden] = sourceOf(reader).events(index ?? -1);
  expect(hidden?.opened).toStrictEqual({});
});

test.each([
  ['ocsf', /^\{"class_uid":/],
  ['cloudevents', /^\{"specversion":"1.0"/],
  ['cef', /^CEF:0\|/],
] as const)('the text of %s is one line of it', async (format, form) => {
  for (const text of textsOf(sourceOf(await recordedLog(), format))) {
    expect(text).toMatch(form);
    expect(text).not.toMatch(/[\n\r]/);
  }
});

test('without disclosure nothing is opened, and with it no secret is shown', async () => {
  const reader = await recordedLog();
  const sealed: LogReader = {
    ...reader,
    size: () => reader.size(),
    entry: (index) => reader.entry(index),
    body: () => {
      throw new Error('a body was opened');
    },
  };
  const clear = textsOf(sourceOf(sealed)).join('\n');
  const opened = textsOf(sourceOf(reader, 'ocsf', ['target', 'arguments'])).join('\n');
  expect(clear).not.toContain('report.txt');
  expect(opened).toContain('report.txt');
  for (const text of [clear, opened])
    for (const hidden of [SECRET, 'the letter']) expect(text).not.toContain(hidden);
});

test('what was erased before it was sent is never sent; the clear part is', async () => {
  const reader = await recordedLog();
  const erased: LogReader = {
    origin: reader.origin,
    size: () => reader.size(),
    entry: (index) => reader.entry(index),
    concerning: () => [],
    wrapping: () => '',
    body: (index) => {
      throw new Fault('log.body-erased', `the body of entry ${index} was erased`, { index });
    },
  };
  const disclosed = sourceOf(erased, 'ocsf', ['target', 'arguments']);
  expect(textsOf(disclosed)).toStrictEqual(textsOf(sourceOf(reader)));
});
