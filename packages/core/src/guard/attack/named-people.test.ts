/** Who is named in somebody else's call is found with it. */
import { expect, test } from 'vitest';
import type { Detector } from '../../model/index.ts';
import { toolCall } from '../../testing/index.ts';
import { DELIVER, PERMIT_ALL, world } from './fixtures.ts';

/** Most people that a body is found under because they are named in it. */
const MAX_NAMED_PEOPLE = 64;

/** Sees a number where `@writ/detectors` would. */
const phones: Detector = {
  id: 'phone',
  version: '1',
  kinds: ['phone'],
  detect: ({ value }) => {
    const text = (value as { readonly call?: string }).call ?? '';
    const start = text.indexOf('+');
    if (start < 0) return [];
    const span = { pointer: '/call', start, end: text.length };
    return [{ kind: 'phone', severity: 'medium', confidence: 1, detector: 'phone', span }];
  },
};

test('addresses and numbers in arguments and results are concerns of the decision and of its outcome', async () => {
  const here = await world();
  const call = toolCall('crm/find', { note: 'ask Ann.Smith@Example.com', 'bob@example.com': 1 });
  await here.guard.enforce(call, async () => ({ seen: ['cy@example.com', 'x@', '@'] }));
  const { reader } = here.log;
  const decision = reader.size() - 2;
  expect(reader.concerning('ann.smith@example.com')).toEqual([decision]);
  expect(reader.concerning('bob@example.com')).toEqual([decision]);
  expect(reader.concerning('cy@example.com')).toEqual([decision + 1]);
});

test('a telephone number is found however it was written', async () => {
  const here = await world({
    policies: PERMIT_ALL,
    ports: { detectors: [{ detector: phones, mode: 'observe' }] },
  });
  await here.guard.enforce(toolCall('crm/find', { call: 'to +49 (30) 123-4567' }), async () => null);
  expect(here.log.reader.concerning('+49301234567')).toEqual([here.log.reader.size() - 2]);
});

test('past the bound the rest is counted and told', async () => {
  const here = await world();
  const to = Array.from({ length: MAX_NAMED_PEOPLE + 3 }, (_, at) => `p${at}@example.com`);
  await here.guard.enforce(toolCall('crm/find', { to }), async () => null);
  const body = here.log.reader.body(here.log.reader.size() - 2);
  expect(body).toMatchObject({ input: { peopleCut: 3 } });
  expect(body['concerns']).toHaveLength(MAX_NAMED_PEOPLE);
});

test('an address that a policy takes out before the call is found all the same: the requested arguments are recorded', async () => {
  const redacting = '@redact("email") permit (principal, action, resource);';
  const here = await world({ policies: redacting + DELIVER });
  const end = await here.guard.enforce(toolCall('crm/find', { to: 'ann@example.com' }), async () => null);
  expect(end.verdict).toBe('modify');
  expect(here.log.reader.concerning('ann@example.com')).toHaveLength(1);
});
