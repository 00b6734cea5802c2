// Messages of syslog: read back by a parser of our own over any text, and taken by a real rsyslogd.
import { concatBytes, ENTRY_KINDS, utf8, visible } from '@writ/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatSyslog, frameSyslog, LOG_AUDIT, toOcsf, toSyslog } from '../src/index.ts';
import { decision, DETAILS, ORIGIN, recorded } from '../../../scripts/testing/recorded-entries.ts';
import { readFrames, readMessage } from './syslog-parser.ts';

const PLAIN = { productVersion: '0.1.0' };
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.stringMatching(/^["\\\]= \na-z[]{0,60}$/),
);
const oneLine = (given: string): string =>
  // eslint-disable-next-line no-control-regex -- control characters are exactly what is meant
  visible(given.toWellFormed().replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' '));

describe('a message', () => {
  test('holds any text in its structured data and behind it, and is one line', () => {
    fc.assert(
      fc.property(text, text, text, (first, second, body) => {
        const message = readMessage(
          formatSyslog({
            facility: LOG_AUDIT,
            severity: 5,
            timestamp: '2026-01-01T00:00:00.000Z',
            structuredData: { 'a@32473': { x: first, y: second } },
            text: body,
          }),
        );
        expect(Object.fromEntries(message.data.get('a@32473') ?? [])).toStrictEqual({
          x: oneLine(first),
          y: oneLine(second),
        });
        expect(message.text).toBe(oneLine(body));
      }),
      { numRuns: 2_000 },
    );
  });

  test('holds names of any length and kind, within the bounds of the header', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (name) => {
        const message = readMessage(
          formatSyslog({
            facility: 0,
            severity: 7,
            timestamp: '2026-01-01T00:00:00Z',
            hostname: name,
            appName: name,
            processId: name,
            messageId: name,
            structuredData: { [name]: { [name]: 'v' } },
            text: '',
          }),
        );
        expect(message.header).toHaveLength(5);
        expect(message.data.size).toBe(1);
      }),
      { numRuns: 1_000 },
    );
  });

  test.each([
    [24, 0],
    [-1, 0],
    [1, 8],
    [1.5, 2],
  ])('of facility %d and severity %d is refused', (facility, severity) => {
    const parts = { timestamp: '-', structuredData: {}, text: '' };
    expect(() => formatSyslog({ facility, severity, ...parts })).toThrow('syslog has no priority');
  });

  test.each(ENTRY_KINDS)('of a %s entry holds its event, and what is searched for', (kind) => {
    for (const detail of DETAILS[kind])
      for (const event of toOcsf(recorded(detail), PLAIN)) {
        const message = readMessage(toSyslog(event, { hostname: 'node-1', maxOctets: 65_536 }));
        expect(JSON.parse(message.text)).toStrictEqual(event);
        expect(Object.fromEntries(message.data.get('writ@32473') ?? [])).toMatchObject({
          uid: event.metadata.uid,
          kind,
          type: String(event.type_uid),
        });
        expect(message.priority >> 3).toBe(LOG_AUDIT);
      }
  });

  test('that a receiver would cut has one line for its text and says how long it was', () => {
    const [event] = toOcsf(recorded(decision({ verdict: 'deny', code: 'kill.agent' })), PLAIN);
    const whole = toSyslog(event as never, { hostname: 'n', maxOctets: 65_536 });
    const octets = toSyslog(event as never, { hostname: 'n', maxOctets: 1_024 });
    const cut = readMessage(octets);
    expect(octets.length).toBeLessThanOrEqual(1_024);
    expect(cut.text).toBe('tools/call: deny (kill.agent)');
    expect(cut.data.get('writ@32473')?.get('uid')).toBe(`${ORIGIN}#7`);
    expect(cut.data.get('writ@32473')?.get('truncated')).toBe(String(whole.length));
  });
});

describe('a stream', () => {
  test('of messages is split where they end, in octets and not in characters', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 30 }), { maxLength: 8 }), (texts) => {
        const messages = texts.map((given) => utf8(given.toWellFormed()));
        const stream = concatBytes(...messages.map(frameSyslog));
        const split =
          stream.length === 0
            ? []
            : readFrames(concatBytes(...messages.filter((one) => one.length > 0).map(frameSyslog)));
        expect(split.map((one) => Buffer.from(one).toString('hex'))).toStrictEqual(
          messages.filter((one) => one.length > 0).map((one) => Buffer.from(one).toString('hex')),
        );
      }),
    );
  });
});
