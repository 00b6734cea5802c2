// Whatever is sent to a route that the document names is answered, and never with a fault of the server.
import fc from 'fast-check';
import { isJsonObject, type JsonObject, type JsonValue } from '@writ/core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { authenticatorsOf } from '../src/index.ts';
import {
  type Filled,
  filledOf,
  type Operation,
  operationsOf,
  sampleOf,
  sendFilled,
  testNodes,
} from './document.ts';
import { openWorld, stopServer, type Store, type World } from './world.ts';

/** Requests of each kind to each route; `FC_RUNS` for more. */
const RUNS = Number(process.env['FC_RUNS'] ?? 12);
const OPERATIONS = operationsOf();

/** Of the routes over PostgreSQL one of so many is asked: parsing is the same, and statements to a database are few. */
const SHARE = 5;

let world: World;
let admin: Readonly<Record<string, string>>;
let node: Readonly<Record<string, string>>;

async function open(store: Store): Promise<boolean> {
  const opened = await openWorld(store, {
    authenticators: (plane) => [testNodes, ...authenticatorsOf(plane)],
  });
  if (opened === undefined) return false;
  world = opened;
  admin = { authorization: `Bearer ${world.people.admin.token}` };
  node = { 'x-test-node': `${world.organisation} ${world.plane.newId()}` };
  return true;
}

afterAll(stopServer);

const credentialsFor = ({ access }: Operation) => (access === 'serve' ? node : admin);

/** Sends and answers the status; what the server failed at is shown with the request that it failed at. */
async function statusOf(operation: Operation, filled: Filled): Promise<number> {
  const before = world.faults.length;
  const { status } = await sendFilled(world, operation, filled, credentialsFor(operation));
  expect(world.faults.slice(before)).toEqual([]);
  return status;
}

const CASES = (['sqlite', 'postgres'] as const).map((store) => ({
  store,
  operations: OPERATIONS.filter((_, at) => store === 'sqlite' || at % SHARE === 2),
}));

describe.each(CASES)('over $store', ({ store, operations }) => {
  let isOpen = false;
  beforeAll(async () => {
    isOpen = await open(store);
  });
  afterAll(async () => {
    if (isOpen) await world.close();
  });
  beforeEach(({ skip }) => skip(!isOpen, 'no PostgreSQL'));

  describe.each(operations)('$method $path', (operation) => {
    test('answers whatever its schemas allow', async () => {
      await fc.assert(
        fc.asyncProperty(filledOf(operation), async (filled) => {
          expect(await statusOf(operation, filled)).toBeLessThan(500);
        }),
        { numRuns: RUNS },
      );
    });

    test('answers whatever else stands in the path and the query', async () => {
      const texts = (names: readonly string[]) =>
        fc.record(Object.fromEntries(names.map((name) => [name, HOSTILE])), { noNullPrototype: true });
      const params = Object.keys(operation.params);
      const query = Object.keys(operation.query).filter((name) => name !== 'wait');
      await fc.assert(
        fc.asyncProperty(texts(params), texts(query), async (inPath, inQuery) => {
          const sample = sampleOf(operation);
          const filled = { ...sample, params: inPath, query: { ...sample.query, ...inQuery } };
          expect(await statusOf(operation, filled)).toBeLessThan(500);
        }),
        { numRuns: RUNS },
      );
    });

    test.runIf(operation.body !== undefined)('refuses any other body', async () => {
      await fc.assert(
        fc.asyncProperty(fc.jsonValue({ maxDepth: 3 }), async (body) => {
          const status = await statusOf(operation, { ...sampleOf(operation), body: body as JsonValue });
          expect(status).toBeLessThan(500);
          if (!isJsonObject(body)) expect(status).toBeGreaterThanOrEqual(400);
        }),
        { numRuns: RUNS },
      );
      const sample = sampleOf(operation);
      for (const text of ['', '{', '{"a":1,"a":2}', '"\ud800"', `${'['.repeat(200)}${']'.repeat(200)}`])
        expect(await statusOf(operation, { ...sample, text })).toBeGreaterThanOrEqual(400);
    });

    test.runIf(isStrict(operation.body))('refuses a field that it does not know', async () => {
      const sample = sampleOf(operation);
      const body = { ...(sample.body as JsonObject), zzUnknown: 1 };
      expect(await statusOf(operation, { ...sample, body })).toBe(422);
    });

    test('refuses a parameter that it does not know', async () => {
      const sample = sampleOf(operation);
      const filled = { ...sample, query: { ...sample.query, zzUnknown: '1' } };
      expect(await statusOf(operation, filled)).toBe(422);
    });
  });
});

test('every body that is an object refuses what it does not know', () => {
  const open = OPERATIONS.filter(({ body }) => body !== undefined && !isStrict(body));
  expect(open.map(({ name }) => name)).toEqual([]);
});

/** Texts that have broken other programs. */
const HOSTILE: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }).map((text) => text.replaceAll(/[\ud800-\udfff]/g, '')),
  fc.constantFrom(
    '..%2f..%2fetc%2fpasswd',
    "' or 1=1 --",
    '__proto__',
    'constructor',
    '\0',
    '-1',
    '1e309',
    '9'.repeat(400),
    '%',
    'NaN',
    '01ARZ3NDEKTSV4RRFFQ69G5FAV',
    '${jndi:ldap://x}',
    '\u202e',
  ),
);

/** Whether every form of the body takes nothing beside what it names. */
function isStrict(schema: JsonObject | undefined): boolean {
  if (schema === undefined) return false;
  const forms = ['anyOf', 'oneOf'].flatMap((name) => {
    const members = schema[name];
    return Array.isArray(members) ? members : [];
  });
  if (forms.length > 0) return forms.every((form) => isJsonObject(form) && isStrict(form));
  return schema['type'] === 'object' && schema['additionalProperties'] === false;
}
