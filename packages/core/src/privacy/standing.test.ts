/** A purpose is in force for a person, or it says why it is not. */
import { describe, expect, test } from 'vitest';
import type { JsonValue } from '../kernel/index.ts';
import type { PurposeStatus } from '../model/index.ts';
import { contentsOf, recordsOf } from './fixtures.ts';
import { createRegister, noticeKey, type Purpose, purposeStanding } from './index.ts';

const ANN = { declared: 'support', person: 'ann', args: {} };
/** Where it stands that ann was shown `welcome` in `version`, with `text`. */
const shown = (version: number, text = 'We use your data.'): string =>
  `notices/${noticeKey('t:ann', { id: 'welcome', version, texts: { en: text } })}`;
const CONSENT = 'consents/t:ann.consent.support';

function standing(
  change: Partial<Purpose>,
  records: Readonly<Record<string, JsonValue>> = {},
  question: Partial<typeof ANN> = {},
) {
  const register = createRegister(contentsOf(change));
  const indexed = Object.fromEntries(
    Object.entries(records).map(([key, value], index) => [key, { value, index }]),
  );
  return purposeStanding(register, { ...ANN, ...question }, recordsOf(indexed));
}

/** What a person agreed to who agreed to the purpose with `change`. */
function given(change: Partial<Purpose>): JsonValue {
  const register = createRegister(contentsOf(change));
  const purpose = register.purpose('support');
  return { state: 'given', terms: purpose === undefined ? '' : register.terms(purpose) };
}

const BY_CONSENT: Partial<Purpose> = { basis: 'consent' };

describe('the status of a declared purpose', () => {
  test.each<[string, Partial<Purpose>, Readonly<Record<string, JsonValue>>, PurposeStatus]>([
    ['a contract needs no consent', {}, {}, 'in_force'],
    ['nobody agreed', BY_CONSENT, {}, 'no_consent'],
    ['the person agreed', BY_CONSENT, { [CONSENT]: given(BY_CONSENT) }, 'in_force'],
    ['the person took it back', BY_CONSENT, { [CONSENT]: { state: 'withdrawn' } }, 'withdrawn'],
    [
      'the person agreed to fewer recipients',
      BY_CONSENT,
      { [CONSENT]: given({ ...BY_CONSENT, recipients: [] }) },
      'no_consent',
    ],
    ['what is recorded is not legible', BY_CONSENT, { [CONSENT]: 'yes' }, 'no_consent'],
    ['processing is restricted', {}, { 'consents/t:ann.restricted': {} }, 'restricted'],
    ['processing for this is restricted', {}, { 'consents/t:ann.restricted.support': {} }, 'restricted'],
    [
      'processing for something else is restricted',
      {},
      { 'consents/t:ann.restricted.sales': {} },
      'in_force',
    ],
    [
      'restricted, though the person agreed',
      BY_CONSENT,
      { [CONSENT]: given(BY_CONSENT), 'consents/t:ann.restricted': 0 },
      'restricted',
    ],
    ['the notice was not shown', { notice: 'welcome' }, {}, 'notice_due'],
    ['the notice was shown', { notice: 'welcome' }, { [shown(2)]: {} }, 'in_force'],
    ['an older version was shown', { notice: 'welcome' }, { [shown(1)]: {} }, 'notice_due'],
    [
      'another text was shown under this version',
      { notice: 'welcome' },
      { [shown(2, 'We sell it.')]: {} },
      'notice_due',
    ],
    ['no consent, and no notice yet', { ...BY_CONSENT, notice: 'welcome' }, {}, 'no_consent'],
  ])('%s', (_why, change, records, status) => {
    expect(standing(change, records).status).toBe(status);
  });

  test('a purpose that no register knows is none', () => {
    expect(standing({}, {}, { declared: 'sales' }).status).toBe('unregistered');
  });

  test('whose data it is may stand in the arguments, and nobody else is asked', () => {
    const change = { ...BY_CONSENT, subject: 'context.args.customer.id' };
    const records = { 'consents/t:77.consent.support': given(change) };
    const args = { customer: { id: 77 } };
    expect(standing(change, records, { args })).toMatchObject({ status: 'in_force', subject: '77' });
    expect(standing(change, records, { args: { customer: 77 } }).status).toBe('unknown_subject');
  });

  test('nobody who cannot be looked up is taken to have no restriction', () => {
    const register = createRegister(contentsOf());
    expect(
      purposeStanding(
        register,
        ANN,
        recordsOf({}, () => []),
      ).status,
    ).toBe('unknown_subject');
  });

  test('an answer names every record it rests on, those that are absent too', () => {
    const { relied } = standing({ ...BY_CONSENT, notice: 'welcome' }, { [CONSENT]: given(BY_CONSENT) });
    expect(relied.map(({ key, index }) => [key, index])).toEqual([
      ['t:ann.restricted', null],
      ['t:ann.restricted.support', null],
      ['t:ann.consent.support', 0],
      [shown(2).slice('notices/'.length), null],
    ]);
  });

  test('after a change of keys the youngest record speaks, under whichever tag it stands', () => {
    const register = createRegister(contentsOf(BY_CONSENT));
    const read = (old: number, young: number) =>
      purposeStanding(
        register,
        ANN,
        recordsOf(
          {
            'consents/new.consent.support': { value: given(BY_CONSENT), index: young },
            'consents/old.consent.support': { value: { state: 'withdrawn' }, index: old },
          },
          () => ['new', 'old'],
        ),
      ).status;
    expect(read(1, 2)).toBe('in_force');
    expect(read(3, 2)).toBe('withdrawn');
  });
});
