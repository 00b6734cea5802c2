import { expect, test } from 'vitest';
import type { OutgoingEvent } from '../../destination.ts';
import { subjectOf } from './subject.ts';

/** What a subject is made of. */
function eventOf(recorded: object, producer = 'node-1'): OutgoingEvent {
  return { producer, recorded } as OutgoingEvent;
}

const entry = { tenant: 'acme', kind: 'legal_hold' };

test.each([
  [
    'each place is a token',
    'writ.{tenant}.{producer}.{kind}',
    eventOf({ entry }),
    'writ.acme.node-1.legal_hold',
  ],
  ['a place within a token stays there', 'writ-{tenant}.x', eventOf({ entry }), 'writ-acme.x'],
  [
    'what would be several tokens or a wildcard is one',
    'writ.{producer}',
    eventOf({ entry }, 'a.b*c>d e'),
    'writ.a_b_c_d_e',
  ],
  ['nothing is a token too', 'writ.{tenant}.{kind}', eventOf({}), 'writ._._'],
  ['an entry of a newer version has its kind', 'writ.{kind}', eventOf({ kind: 'future' }), 'writ.future'],
])('%s: a subject', (_why, template, event, subject) => {
  expect(subjectOf(template, event)).toBe(subject);
});
