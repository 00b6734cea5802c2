/** Data that is wrong is found in the record, and whoever received it is known. */
import { beforeAll, describe, expect, test } from 'vitest';
import { type ActionWorld, actionWorld } from '../../testing/index.ts';
import { parseQualityChecks, recipientsOf, runQualityChecks } from './index.ts';

let world: ActionWorld;
const NOW = Date.UTC(2026, 4, 1);
const run = (...checks: readonly object[]) =>
  runQualityChecks(world.log.reader, parseQualityChecks({ checks }), {
    from: 0,
    to: Number.MAX_SAFE_INTEGER,
    now: NOW,
  });

beforeAll(async () => {
  world = await actionWorld();
  await world.act(
    'crm/save',
    'ann',
    { customer: { email: 'ann@example.org', country: 'DE' } },
    { checked: '2026-04-01' },
    'support',
  );
  await world.act(
    'crm/save',
    'ann',
    { customer: { email: 'ann(at)example', country: 'Germany' } },
    { checked: '2024-02-30' },
  );
  await world.act('mail/send', 'bob', { customer: { email: 7 } }, { checked: '2020-01-01' });
  await world.act('crm/find', 'bob', { q: 'about ann' }, { other: true });
  await world.act('crm/save', 'ann', { customer: { email: 'x' } }, undefined, 'insight');
});

test.each([
  ['a form', { field: 'arguments.customer.email', form: 'email' }, { checked: 5, failed: 3, missing: 1 }],
  [
    'allowed values',
    { field: 'arguments.customer.country', values: ['DE', 'FR'] },
    { checked: 5, failed: 1, missing: 3 },
  ],
  ['a shape', { field: 'arguments.customer.email', like: '*@*' }, { failed: 3 }],
  [
    'presence',
    { field: 'arguments.customer.country', required: true },
    { checked: 5, failed: 3, missing: 3 },
  ],
  ['freshness', { field: 'result.checked', max_age_days: 400 }, { checked: 4, failed: 2, missing: 1 }],
  [
    'one purpose',
    { field: 'arguments.customer.email', form: 'email', purpose: 'support' },
    { checked: 1, failed: 0 },
  ],
  [
    'one tool',
    { field: 'arguments.customer.email', form: 'email', tool: 'mail/send' },
    { checked: 1, failed: 1 },
  ],
])('a check on %s counts what fails, and names entries alone', (_what, check, counts) => {
  const [finding] = run({ id: 'one', ...check });
  expect(finding).toMatchObject({ id: 'one', ...counts });
  expect(finding?.entries).toHaveLength(finding?.failed ?? -1);
  expect(JSON.stringify(finding)).not.toMatch(/ann|bob|example/);
});

describe('checks are read strictly', () => {
  test.each([
    ['no list', {}],
    ['an unknown field', { checks: [{ id: 'a', field: 'arguments.a', form: 'email', regex: '.*' }] }],
    ['a field elsewhere', { checks: [{ id: 'a', field: 'subject.person', form: 'email' }] }],
    ['a form that there is not', { checks: [{ id: 'a', field: 'arguments.a', form: 'iban' }] }],
    ['nothing that is asked for', { checks: [{ id: 'a', field: 'arguments.a' }] }],
    ['the same id twice', { checks: [0, 1].map(() => ({ id: 'a', field: 'arguments.a', required: true })) }],
  ])('%s is refused', (_what, value) => {
    expect(() => parseQualityChecks(value)).toThrow(expect.objectContaining({ code: 'config.invalid' }));
  });
});

describe('recipients', () => {
  test('are those that were sent something of the person, not those that were refused', () => {
    expect(recipientsOf(world.log.reader, ['ann'])).toEqual([{ name: 'crm/save', entries: 2 }]);
    expect(recipientsOf(world.log.reader, ['bob'])).toEqual([
      { name: 'crm/find', entries: 1 },
      { name: 'mail/send', entries: 1 },
    ]);
    expect(recipientsOf(world.log.reader, ['nobody'])).toEqual([]);
  });

  test('of one value are those alone that were sent it', () => {
    expect(recipientsOf(world.log.reader, ['ann', 'bob'], 'ann(at)example')).toEqual([
      { name: 'crm/save', entries: 1 },
    ]);
  });
});
