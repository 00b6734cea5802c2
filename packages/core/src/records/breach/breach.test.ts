/** Whom a breach concerns, read from what a guard recorded. */
import { beforeAll, expect, test } from 'vitest';
import { type ActionWorld, actionWorld } from '../../testing/index.ts';
import { openCase } from '../cases/index.ts';
import { type BreachScope, printBreach, surveyBreach } from './index.ts';

let world: ActionWorld;
let [start, end] = [0, 0];
const survey = (scope: Partial<BreachScope> = {}) =>
  surveyBreach(world.log.reader, { from: start, to: end, ...scope });

beforeAll(async () => {
  world = await actionWorld();
  await world.act('crm/find', 'early', { q: 'before it began' });
  world.clock.advance(60_000);
  start = world.clock.now();
  await world.act('crm/find', 'ann', { q: 'ann@example.org' }, undefined, 'support');
  await world.act('mail/send', 'ann', { to: 'x|y@example.org' });
  await world.act('crm/find', 'bob', { q: 'bob' });
  await world.act('crm/find', 'eve', { q: 'no consent' }, undefined, 'insight');
  world.clock.advance(60_000);
  end = world.clock.now();
  await world.act('crm/find', 'late', { q: 'after it ended' });
});

test('people, categories, purposes and tools of the period are counted, and of nothing that was refused', () => {
  expect(survey()).toMatchObject({
    actions: 3,
    people: new Map([
      ['ann', 4],
      ['ann@example.org', 1],
      ['y@example.org', 1],
      ['bob', 2],
    ]),
    categories: { email: 2 },
    purposes: { support: 1 },
    agents: { bot: 3 },
    targets: { 'crm/find': 2, 'mail/send': 1 },
    unread: 0,
  });
});

test.each([
  [{ tool: 'mail/send' }, ['ann', 'y@example.org']],
  [{ server: 'crm' }, ['ann', 'ann@example.org', 'bob']],
  [{ server: 'cr' }, []],
  [{ agent: 'bot' }, ['ann', 'ann@example.org', 'y@example.org', 'bob']],
  [{ agent: 'other' }, []],
])('%j narrows whom it concerns to %j', (scope, people) => {
  expect([...survey(scope).people.keys()]).toEqual(people);
});

test('the notification has every point of article 33(3), with what the record cannot say marked for a person', () => {
  const { opened } = openCase(
    { type: 'breach', subject: [], aware: start },
    { clock: world.clock, random: { bytes: (length) => new Uint8Array(length) } },
  );
  const print = (withPeople: boolean): string =>
    printBreach({ subjectCase: opened, survey: survey(), origin: 'log.example/a', withPeople });
  const text = print(false);
  for (const point of ['33(3)(a)', '33(3)(b)', '33(3)(c)', '33(3)(d)', '33(1)', 'article 34'])
    expect(text).toContain(point);
  expect(text).toContain('- Data subjects concerned: 4 names');
  expect(text).toContain('| email | 2 |');
  expect(text.match(/\*\*TO BE COMPLETED:\*\*/g)?.length).toBeGreaterThanOrEqual(7);
  expect(text).not.toContain('| ann |');
  expect(print(true)).toContain('| ann | 4 |');
  expect(print(true)).toBe(print(true));
});

test('whose body was erased is not left out in silence', async () => {
  const [index = 0] = world.log.reader.concerning('bob');
  const record = {
    cause: 'operator',
    destroyed: [{ from: index, to: index + 1 }],
    resealed: [],
    bodies: 1,
  } as const;
  await world.log.writer.append({
    detail: { kind: 'erasure', erasure: record },
    tenant: 'test',
    time: world.clock.now(),
    monotonicNs: 1n,
    retentionClass: 'log',
    committed: {},
    concerns: [],
    effects: [{ type: 'erase', bodies: [{ index, time: start, tags: [], dropped: [] }] }],
  });
  expect(survey().unread).toBe(1);
  const { opened } = openCase(
    { type: 'breach', subject: [] },
    { clock: world.clock, random: { bytes: (length) => new Uint8Array(length) } },
  );
  const text = printBreach({
    subjectCase: opened,
    survey: survey(),
    origin: 'log.example/a',
    withPeople: false,
  });
  expect(text).toContain('- Data subjects concerned: at least 4 names');
  expect(text).toContain('1 entries have no body');
});
