// Who may do what, of every route that the document names: nothing here knows a single one.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ADMINISTERED } from '@writ/core';
import { PEOPLE } from '../src/people/index.ts';
import { authenticatorsOf, ROUTES } from '../src/index.ts';
import {
  type Answered,
  type Filled,
  type Operation,
  operationsOf,
  sampleOf,
  sendFilled,
  testNodes,
} from './document.ts';
import { openWorld, type Someone, type World } from './world.ts';

/** What each word means, written down a second time and in another way than the policies. */
const MAY: Readonly<Record<string, readonly string[]>> = {
  read: ['reader', 'writer', 'admin', 'auditor'],
  audit: ['admin', 'auditor'],
  work: ['writer', 'admin'],
  decide: ['writer', 'admin'],
  stop: ['writer', 'admin'],
  administer: ['admin'],
  own: ['reader', 'writer', 'admin', 'auditor'],
  leave: ['reader', 'writer', 'admin', 'auditor'],
  serve: ['node'],
  nobody: [
    'reader',
    'writer',
    'admin',
    'auditor',
    'node',
    'suspended',
    'nobody',
    'somebody with a wrong token',
  ],
};
const CALLERS = [
  'reader',
  'writer',
  'admin',
  'auditor',
  'node',
  'suspended',
  'nobody',
  'somebody with a wrong token',
] as const;
/** A ULID that is nobody’s. */
const UNKNOWN = '01ARZ3NDEKTSV4RRFFQ69G5FAV';

const OPERATIONS = operationsOf();
const WITH_IDS = OPERATIONS.filter(({ params }) => Object.keys(params).length > 0);

let world: World;
let suspended: Someone;
const callers: Record<string, Record<string, string>> = {};

beforeAll(async () => {
  const opened = await openWorld('sqlite', {
    authenticators: (plane) => [testNodes, ...authenticatorsOf(plane)],
  });
  if (opened === undefined) throw new Error('SQLite is always there');
  world = opened;
  suspended = await world.addPerson(world.organisation, ['admin'], 'suspended');
  await suspend(suspended);
  for (const [role, { token }] of Object.entries(world.people)) callers[role] = bearer(token);
  callers['node'] = { 'x-test-node': `${world.organisation} ${world.plane.newId()}` };
  callers['stranger’s node'] = { 'x-test-node': `${world.stranger.organisation} ${world.plane.newId()}` };
  callers['suspended'] = bearer(suspended.token);
  callers['nobody'] = {};
  callers['somebody with a wrong token'] = bearer(world.people.admin.token.replace(/.{4}$/, 'AAAA'));
  callers['stranger'] = bearer(world.stranger.token);
  // Something of everything that can be made without naming anything else.
  for (const operation of OPERATIONS)
    if (
      operation.method === 'POST' &&
      Object.keys(operation.params).length === 0 &&
      operation.access !== 'nobody'
    )
      for (const seed of [1, 2, 3])
        for (const who of ['admin', 'stranger']) await send(operation, sampleOf(operation, seed), who);
});
afterAll(async () => {
  await world?.close();
});

function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}

async function suspend({ organisation, id }: Someone): Promise<void> {
  const people = world.plane.objects(organisation, PEOPLE);
  const person = people.get(id);
  if (person === undefined) throw new Error('there is no such person');
  const { id: _id, index, ...record } = person;
  await world.plane.changes.commit({
    action: 'people.suspend',
    object: id,
    organisation,
    actor: { kind: 'server', id: 'server', concerns: [] },
    effects: [people.put(id, { ...record, status: 'suspended' }, index)],
  });
}

function send(operation: Operation, filled: Filled, who: string): Promise<Answered> {
  return sendFilled(world, operation, filled, callers[who] ?? {});
}

/** A refusal by role: before anything of the request is looked at. */
const isRefusedByRole = ({ status, detail }: Answered): boolean =>
  status === 403 && detail.startsWith('your roles');

const size = (): number => world.plane.log.reader.size();

describe('the document', () => {
  test('names every route, each with a word of access that has a meaning', () => {
    expect(OPERATIONS).toHaveLength(ROUTES.length);
    for (const { access } of OPERATIONS) expect(Object.keys(MAY)).toContain(access);
    expect(new Set(OPERATIONS.map(({ name }) => name)).size).toBe(ROUTES.length);
  });
});

describe.each(OPERATIONS)('$method $path, which is to $access', (operation) => {
  test.each(CALLERS)('is refused or not to %s as the word says', async (who) => {
    const isAllowed = MAY[operation.access]?.includes(who) ?? false;
    const before = size();
    const answered = await send(operation, sampleOf(operation), who);
    expect(answered.status).toBeLessThan(500);
    if (isAllowed) {
      expect(isRefusedByRole(answered)).toBe(false);
      if (operation.access !== 'nobody') expect(answered.status).not.toBe(401);
      return;
    }
    const isKnown = !['suspended', 'nobody', 'somebody with a wrong token'].includes(who);
    expect([answered.status, answered.title]).toEqual(
      isKnown ? [403, 'request.forbidden'] : [401, 'request.unauthenticated'],
    );
    expect(size()).toBe(before);
  });

  test('says nothing of another organisation', async () => {
    const theirs = idsOf(world.stranger.organisation);
    for (const who of ['admin', 'auditor', 'node']) {
      const { text } = await send(operation, sampleOf(operation), who);
      expect(theirs.filter((id) => text.includes(id))).toEqual([]);
    }
  });
});

describe.each(WITH_IDS)('$method $path', (operation) => {
  test('answers for what another organisation has as for what there is not, and changes nothing of it', async () => {
    const mine = operation.access === 'serve' ? 'node' : 'admin';
    const theirs = operation.access === 'serve' ? 'stranger’s node' : 'stranger';
    for (const [who, of] of [
      [mine, world.stranger.organisation],
      [theirs, world.organisation],
    ] as const) {
      const before = size();
      const untouched = snapshotOf(of);
      const unknown = await send(operation, withId(operation, UNKNOWN), who);
      for (const id of idsOf(of)) {
        const answered = await send(operation, withId(operation, id), who);
        expect([id, answered.status, answered.title]).toEqual([id, unknown.status, unknown.title]);
        expect(answered.text.replaceAll(id, UNKNOWN)).toBe(unknown.text);
      }
      expect(snapshotOf(of)).toBe(untouched);
      const written = Array.from(
        { length: size() - before },
        (_, at) => world.plane.log.reader.entry(before + at).entry,
      );
      expect(
        written.filter(
          (entry) => entry.kind === 'administration' && entry.administration.organisation === of,
        ),
      ).toEqual([]);
    }
  });
});

test('what an organisation has is found by its own people: the ids above lead somewhere', async () => {
  const found: string[] = [];
  for (const operation of WITH_IDS.filter(({ method, access }) => method === 'GET' && access !== 'nobody'))
    for (const id of idsOf(world.organisation)) {
      const { status } = await send(
        operation,
        withId(operation, id),
        operation.access === 'serve' ? 'node' : 'admin',
      );
      if (status === 200) found.push(operation.name);
    }
  expect(found).toEqual(expect.arrayContaining(['getPerson', 'getTeam']));
});

/** Ids of everything that an organisation has, a few of each kind. */
function idsOf(organisation: string): readonly string[] {
  const { state } = world.plane.log;
  return ADMINISTERED.flatMap((name) =>
    state
      .records(name)
      .filter(({ key }) => key.startsWith(`${organisation}/`))
      .slice(0, 3)
      .map(({ key }) => key.slice(organisation.length + 1)),
  );
}

function snapshotOf(organisation: string): string {
  const { state } = world.plane.log;
  return JSON.stringify(
    ADMINISTERED.map((name) => state.records(name).filter(({ key }) => key.startsWith(`${organisation}/`))),
  );
}

function withId(operation: Operation, id: string): Filled {
  const filled = sampleOf(operation);
  return { ...filled, params: Object.fromEntries(Object.keys(operation.params).map((name) => [name, id])) };
}
