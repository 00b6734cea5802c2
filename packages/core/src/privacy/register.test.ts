/** A register says what it says, once, and is known by that. */
import { describe, expect, test } from 'vitest';
import { isFault } from '../kernel/index.ts';
import { contentsOf, purposeOf } from './fixtures.ts';
import { createRegister, noticeText, type Purpose } from './index.ts';

describe('the address of a register', () => {
  test('is that of its content, whatever order it is written in', () => {
    const one = createRegister(contentsOf({ data: ['order', 'contact'] }));
    expect(one.hash).toBe(createRegister(contentsOf()).hash);
    expect(one.hash).not.toBe(createRegister(contentsOf({ description: 'sell more' })).hash);
  });

  test.each<[string, Partial<Purpose>, boolean]>([
    ['a sentence', { description: 'answer questions' }, true],
    ['the retention class', { retention: 'short' }, true],
    ['a rule for a tool', { minimise: { 'crm/find': [] } }, true],
    ['the classes of data', { data: ['contact', 'order', 'health'] }, false],
    ['the legal basis', { basis: 'consent' }, false],
    ['the recipients', { recipients: ['crm', 'advertiser'] }, false],
    ['whose data it is', { subject: 'context.args.customer' }, false],
  ])('%s: what a person agreed to stays the same is %s', (_what, change, isSame) => {
    const register = createRegister(contentsOf());
    const before = register.terms(purposeOf());
    const changed = createRegister(contentsOf(change));
    const purpose = changed.purpose('support');
    expect(purpose === undefined ? undefined : changed.terms(purpose) === before).toBe(isSame);
  });
});

describe('what contradicts itself is refused', () => {
  test.each<[string, Partial<Purpose>, string]>([
    ['a notice that is not there', { notice: 'absent' }, 'purposes.support.notice'],
    ['consent of nobody', { basis: 'consent', subject: 'none' }, 'purposes.support.subject'],
    ['a notice for nobody', { notice: 'welcome', subject: 'none' }, 'purposes.support.subject'],
    ['a subject that is no path', { subject: 'context.user.id' }, 'purposes.support.subject'],
    ['no class of data', { data: [] }, 'purposes.support.data'],
    ['a field that is no path', { minimise: { 'crm/find': ['a..b'] } }, 'purposes.support.minimise.crm/find'],
    ['an empty sentence', { description: ' ' }, 'purposes.support.description'],
    ['a basis that the law does not know', { basis: 'because' as never }, 'purposes.support.basis'],
  ])('%s', (_why, change, path) => {
    expect(pathOf(() => createRegister(contentsOf(change)))).toBe(path);
  });

  test('an id twice', () => {
    const contents = { ...contentsOf(), purposes: [purposeOf(), purposeOf()] };
    expect(pathOf(() => createRegister(contents))).toBe('purposes.support');
  });
});

test('a notice is read in the language that is asked for, else in English, else in what there is', () => {
  const notice = { id: 'n', version: 1, texts: { de: 'Hallo', en: 'Hello', fr: 'Bonjour' } };
  expect(noticeText(notice, ['fr'])).toEqual({ language: 'fr', text: 'Bonjour' });
  expect(noticeText(notice, ['it'])).toEqual({ language: 'en', text: 'Hello' });
  expect(noticeText({ ...notice, texts: { de: 'Hallo' } })).toEqual({ language: 'de', text: 'Hallo' });
});

function pathOf(act: () => unknown): unknown {
  try {
    act();
  } catch (thrown) {
    if (isFault(thrown, 'config.invalid')) return thrown.data['path'];
    throw thrown;
  }
  return undefined;
}
