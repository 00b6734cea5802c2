// Envelopes are valid by the SDK of CloudEvents, which takes them for messages of its own.
import { ENTRY_KINDS, utf8 } from '@writ/core';
import { CloudEvent, HTTP, ValidationError } from 'cloudevents';
import { describe, expect, test } from 'vitest';
import {
  CLOUD_EVENT_TYPE,
  type CloudEvent as Envelope,
  leafHash,
  readRecorded,
  toCloudEvent,
  toOcsf,
} from '../src/index.ts';
import { decision, DETAILS, ORIGIN, recorded } from '../../../scripts/testing/recorded-entries.ts';

const PLAIN = { productVersion: '0.1.0' };

function received(envelope: Envelope): CloudEvent<unknown> {
  const message = { headers: { 'content-type': CLOUD_EVENT_TYPE }, body: JSON.stringify(envelope) };
  return HTTP.toEvent(message) as CloudEvent<unknown>;
}

describe('an envelope', () => {
  test.each(ENTRY_KINDS)('of a %s entry is valid by the SDK and comes back as it went', (kind) => {
    for (const detail of DETAILS[kind])
      for (const event of toOcsf(recorded(detail), PLAIN)) {
        const envelope = toCloudEvent(event);
        expect(new CloudEvent(envelope).validate()).toBe(true);
        expect(JSON.parse(received(envelope).toString())).toStrictEqual(envelope);
      }
  });

  test('names entry, log, leaf and class', () => {
    const one = recorded(decision());
    const [event] = toOcsf(one, PLAIN);
    expect(toCloudEvent(event as never)).toMatchObject({
      id: `${ORIGIN}#7`,
      source: ORIGIN,
      type: 'writ.ocsf.600399',
      subject: 'decision',
      time: '2026-09-21T14:13:20.000Z',
      origin: ORIGIN,
      index: '7',
      leafhash: leafHash(one.bytes),
    });
  });

  test('of bytes that no one can read, at any time and in any log, is valid too', () => {
    for (const origin of ['a', 'log.example/ä/[1]', '[::1]:8080/x%', 'x?y'])
      for (const time of [0, Number.MAX_SAFE_INTEGER]) {
        const unread = readRecorded(origin, 2 ** 40, utf8(`{"kind":"future","time":${time}}`));
        for (const event of toOcsf(unread, PLAIN)) {
          const envelope = toCloudEvent(event);
          expect(new CloudEvent(envelope).validate()).toBe(true);
          expect(envelope.source).toMatch(/^[^:?#[\]\s]*$/);
          expect(() => new URL(envelope.source, 'http://localhost/')).not.toThrow();
        }
      }
  });

  test.each([
    ['without a type', { type: '' }],
    ['without a source', { source: '' }],
    ['with an extension in capitals', { leafHash: 'x' }],
  ])('%s would be refused by the SDK', (_what, change) => {
    const [event] = toOcsf(recorded(decision()), PLAIN);
    expect(() => new CloudEvent({ ...toCloudEvent(event as never), ...change })).toThrow(ValidationError);
  });
});
