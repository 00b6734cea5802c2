// Legal holds: what each keeps, and that one which is not understood keeps everything.
import { describe, expect, test } from 'vitest';
import type { JsonValue } from '../kernel/index.ts';
import { keeps } from './index.ts';

const BODY = { index: 7, time: 1_000, tags: ['ann'], session: 's1' };
/** Of nobody, in no session: nothing in it that a hold could name. */
const BARE = { index: 7, time: 1_000, tags: [] };

describe('a legal hold', () => {
  test.each<readonly [string, JsonValue, boolean]>([
    ['on the tenant', { scope: 'tenant' }, true],
    ['on one of its people', { scope: 'subject', tags: ['bob', 'ann'] }, true],
    ['on others', { scope: 'subject', tags: ['bob'] }, false],
    ['on its session', { scope: 'session', session: 's1' }, true],
    ['on another session', { scope: 'session', session: 's2' }, false],
    ['from its index on', { scope: 'indexes', from: 7 }, true],
    ['up to its index', { scope: 'indexes', to: 7 }, false],
    ['from its instant on', { scope: 'period', from: 1_000, to: 1_001 }, true],
    ['up to its instant', { scope: 'period', from: 0, to: 1_000 }, false],
  ])('%s', (_what, hold, isKept) => expect(keeps(hold, BODY)).toBe(isKept));

  test.each<readonly [string, JsonValue]>([
    ['is no object', 7],
    ['is a list', []],
    ['has no scope', {}],
    ['has a scope that nobody knows', { scope: 'matter' }],
    ['is on people and names none', { scope: 'subject' }],
    ['is on an empty list of people', { scope: 'subject', tags: [] }],
    ['is on people of another form', { scope: 'subject', tags: [7] }],
    ['is on a session without a name', { scope: 'session' }],
    ['is on indexes that are no numbers', { scope: 'indexes', from: 'first' }],
    ['is on a period that ends at no number', { scope: 'period', from: 0, to: null }],
  ])('that %s keeps even a body of nobody', (_what, hold) => expect(keeps(hold, BARE)).toBe(true));
});
