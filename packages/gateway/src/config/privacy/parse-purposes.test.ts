/** A register says what it means where it stands, or it is not read. */
import { isFault } from '@writ/core';
import { describe, expect, test } from 'vitest';
import { parseConfig } from '../parse-config.ts';
import { parsePurposes } from './index.ts';

const REGISTER = `purposes:
  support:
    description: answer what a customer asks
    data: [contact]
    basis: consent
    recipients: [crm]
    subject: context.args.customer
    notice: welcome
    minimise:
      crm/find_customer: [customer, 'address.city']
      crm/note: everything
      mail/send: []
notices:
  welcome:
    version: 3
    texts:
      en: |
        We use your data
        to answer you.
`;

function faultOf(text: string, classes?: ReadonlySet<string>) {
  try {
    parsePurposes(text, '/etc/writ/purposes.yaml', classes);
  } catch (thrown) {
    if (!isFault(thrown)) throw thrown;
    const { line, path, hint } = thrown.data;
    return { code: thrown.code, line, path, hint };
  }
  return undefined;
}

test('a register is read whole', () => {
  expect(parsePurposes(REGISTER, '/p.yaml')).toEqual({
    purposes: [
      {
        id: 'support',
        description: 'answer what a customer asks',
        data: ['contact'],
        basis: 'consent',
        retention: 'decision',
        recipients: ['crm'],
        subject: 'context.args.customer',
        notice: 'welcome',
        minimise: {
          'crm/find_customer': ['customer', 'address.city'],
          'crm/note': 'everything',
          'mail/send': [],
        },
      },
    ],
    notices: [{ id: 'welcome', version: 3, texts: { en: 'We use your data\nto answer you.' } }],
  });
});

describe('what is not understood is refused where it stands', () => {
  test.each([
    ['a key that nobody knows', REGISTER.replace('basis:', 'bases:'), 5, 'purposes.support.bases'],
    [
      'a basis that the law does not know',
      REGISTER.replace('basis: consent', 'basis: interest'),
      5,
      'purposes.support.basis',
    ],
    [
      'a notice that is not there',
      REGISTER.replace('notice: welcome', 'notice: hello'),
      8,
      'purposes.support.notice',
    ],
    [
      'a field that is no path',
      REGISTER.replace('address.city', 'address..city'),
      10,
      'purposes.support.minimise.crm/find_customer',
    ],
    [
      'another word than everything',
      REGISTER.replace('everything', 'anything'),
      11,
      'purposes.support.minimise.crm/note',
    ],
    [
      'a version that is no number',
      REGISTER.replace('version: 3', 'version: new'),
      15,
      'notices.welcome.version',
    ],
    [
      'a version that is no whole number',
      REGISTER.replace('version: 3', 'version: 1.5'),
      15,
      'notices.welcome.version',
    ],
    ['a purpose twice', REGISTER.replace('notices:', '  support: {}\nnotices:'), 13, ''],
  ])('%s', (_why, text, line, path) => {
    expect(faultOf(text)).toMatchObject({ line, path });
  });

  test('a retention class that there is not', () => {
    const text = REGISTER.replace('basis: consent', 'basis: consent\n    retention: forever');
    expect(faultOf(text, new Set(['decision', 'short']))).toMatchObject({
      line: 6,
      path: 'purposes.support.retention',
      hint: 'decision, short',
    });
    expect(faultOf(text.replace('forever', 'short'), new Set(['decision', 'short']))).toBeUndefined();
  });
});

describe('`privacy` in a configuration', () => {
  const parse = (privacy: string) =>
    parseConfig(`agent: {id: a}\npolicies: [p]\nprivacy: ${privacy}\n`, '/etc/writ/writ.yaml').privacy;

  test('names the register, and what actions are for', () => {
    expect(
      parse(
        '{purposes: purposes.yaml, purpose: support, servers: {crm: support}, tools: {crm/bill: billing}, claims: [billing]}',
      ),
    ).toEqual({
      purposes: '/etc/writ/purposes.yaml',
      purpose: 'support',
      servers: { crm: 'support' },
      tools: { 'crm/bill': 'billing' },
      claims: ['billing'],
      languages: [],
    });
  });

  test.each([
    ['no register', '{purpose: support}'],
    ['a server with a slash', '{purposes: p, servers: {crm/x: support}}'],
    ['a tool without a server', '{purposes: p, tools: {bill: billing}}'],
    ['a purpose that is no id', '{purposes: p, purpose: "Customer support"}'],
  ])('%s is refused', (_why, privacy) => {
    expect(() => parse(privacy)).toThrow(/writ\.yaml:3:/);
  });
});
