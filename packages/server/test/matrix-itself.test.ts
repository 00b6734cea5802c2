// The matrix judged: routes that are wrong in one way each, and whether it says so.
import { z } from 'zod';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { defineRoute, type Route } from '../src/api/index.ts';
import { ROUTES } from '../src/index.ts';
import { AGENTS } from '../src/agents/index.ts';
import { Problem } from '../src/http/index.ts';
import { organisationsOf, ULID } from '../src/people/index.ts';
import { STOPS } from '../src/stops/index.ts';
import { operationsOf } from './document.ts';
import { isWholeDocument, judgeRoute, type Matrix, openMatrix } from './judge-route.ts';

const AGENT = { agent: ULID };
const ANY = z.unknown();
const gone = (): never => {
  throw new Problem('request.not-found', 'there is none');
};

/** Routes with the word that each is to be, and what must be said of it. */
const WRONG: readonly (readonly [why: string, word: string, Route, said: RegExp])[] = [
  [
    'is open to nobody by mistake',
    'administer',
    defineRoute({
      method: 'post',
      path: '/v1/wrong/open',
      operation: 'wrongOpen',
      summary: 'Wrong.',
      access: 'nobody',
      handle: () => ({}),
    }),
    /calls itself `nobody`.*answers reader with 204.*answers nobody with 204/s,
  ],
  [
    'asks for too little',
    'administer',
    defineRoute({
      method: 'post',
      path: '/v1/wrong/work',
      operation: 'wrongWork',
      summary: 'Wrong.',
      access: 'work',
      naturallyIdempotent: true,
      handle: () => ({}),
    }),
    /answers writer with 204/,
  ],
  [
    'reads by an id of another organisation',
    'read',
    defineRoute({
      method: 'get',
      path: '/v1/wrong/agents/{agent}',
      operation: 'wrongGet',
      summary: 'Wrong.',
      access: 'read',
      params: AGENT,
      answers: ANY,
      handle: ({ plane, params }) =>
        organisationsOf(plane).some((one) => plane.objects(one, AGENTS).get(params.agent) !== undefined)
          ? { body: {} }
          : gone(),
    }),
    /answers admin for .* of another organisation with 200/,
  ],
  [
    'refuses what another organisation has in other words than what there is not',
    'work',
    defineRoute({
      method: 'delete',
      path: '/v1/wrong/agents/{agent}',
      operation: 'wrongRefuse',
      summary: 'Wrong.',
      access: 'work',
      params: AGENT,
      handle({ plane, params }) {
        if (organisationsOf(plane).some((one) => plane.objects(one, AGENTS).get(params.agent) !== undefined))
          throw new Problem('request.forbidden', 'it is not yours');
        return gone();
      },
    }),
    /of another organisation with 403/,
  ],
  [
    'takes an id of another organisation in its body',
    'work',
    defineRoute({
      method: 'post',
      path: '/v1/wrong/bodies',
      operation: 'wrongBody',
      summary: 'Wrong.',
      access: 'work',
      body: z.strictObject({ stop: ULID }),
      handle: ({ plane, body }) =>
        organisationsOf(plane).some((one) => plane.objects(one, STOPS).get(body.stop) !== undefined)
          ? {}
          : gone(),
    }),
    /in the body with 204 .*not 404/,
  ],
  [
    'lists what all have',
    'read',
    defineRoute({
      method: 'get',
      path: '/v1/wrong/lists',
      operation: 'wrongList',
      summary: 'Wrong.',
      access: 'read',
      answers: ANY,
      handle: ({ plane }) => ({
        body: organisationsOf(plane).flatMap((one) =>
          plane
            .objects(one, AGENTS)
            .list()
            .map(({ id }) => id),
        ),
      }),
    }),
    /tells admin of another organisation/,
  ],
  [
    'tells nobody who is here',
    'nobody',
    defineRoute({
      method: 'get',
      path: '/v1/wrong/who',
      operation: 'wrongWho',
      summary: 'Wrong.',
      access: 'nobody',
      answers: ANY,
      handle: ({ plane }) => ({ body: organisationsOf(plane) }),
    }),
    /tells nobody of another organisation/,
  ],
  [
    'changes what another organisation has',
    'work',
    defineRoute({
      method: 'put',
      path: '/v1/wrong/agents/{agent}',
      operation: 'wrongChange',
      summary: 'Wrong.',
      access: 'work',
      params: AGENT,
      async handle({ plane, params, caller }) {
        for (const organisation of organisationsOf(plane)) {
          const agents = plane.objects(organisation, AGENTS);
          const found = agents.get(params.agent);
          if (found === undefined || organisation === caller.organisation) continue;
          const actor = { kind: 'server', id: 'server', concerns: [] } as const;
          const effects = [agents.remove(found.id, found.index)];
          await plane.changes.commit({
            action: 'agents.remove',
            object: found.id,
            organisation,
            actor,
            effects,
          });
        }
        return gone();
      },
    }),
    /changes another organisation for admin/,
  ],
  [
    'writes before it refuses',
    'administer',
    defineRoute({
      method: 'post',
      path: '/v1/wrong/late',
      operation: 'wrongLate',
      summary: 'Wrong.',
      access: 'own',
      naturallyIdempotent: true,
      async handle({ commit, caller, requireAccess }) {
        await commit({ action: 'wrong.late', object: caller.organisation, effects: [] });
        requireAccess('administer', { id: caller.organisation });
        return {};
      },
    }),
    /writes for reader/,
  ],
];
const RIGHT = defineRoute({
  method: 'get',
  path: '/v1/right/agents/{agent}',
  operation: 'right',
  summary: 'Right.',
  access: 'read',
  params: AGENT,
  answers: ANY,
  handle: ({ objects, params }) => (objects(AGENTS).get(params.agent) === undefined ? gone() : { body: {} }),
});

let matrix: Matrix;
beforeAll(async () => {
  const opened = await openMatrix('sqlite', [...WRONG.map(([, , route]) => route), RIGHT]);
  if (opened === undefined) throw new Error('SQLite is always there');
  matrix = opened;
}, 120_000);
afterAll(async () => {
  await matrix?.world.close();
});

const judged = async ({ operation }: Route, word: string): Promise<readonly string[]> => {
  const found = matrix.operations.find(({ name }) => name === operation);
  if (found === undefined) throw new Error(`there is no ${operation}`);
  return judgeRoute(matrix, found, word);
};

test.each(WRONG)('a route that %s is found', async (_why, word, route, said) => {
  expect((await judged(route, word)).join('\n')).toMatch(said);
});

test('a route that is as it must be has nothing said of it', async () => {
  expect(await judged(RIGHT, 'read')).toEqual([]);
});

test('a role that may more than its word says is found', async () => {
  // As where a policy lets readers work.
  expect(await judged(WRONG[1]?.[2] ?? RIGHT, 'administer')).not.toEqual([]);
  expect(await judged(RIGHT, 'audit')).toEqual(
    expect.arrayContaining([expect.stringContaining('answers reader with 404')]),
  );
});

test('a route that is missing in the document, or hides another there, is found', () => {
  const operations = operationsOf();
  expect(isWholeDocument(operations, ROUTES)).toBe(true);
  expect(isWholeDocument(operations.slice(1), ROUTES)).toBe(false);
  expect(isWholeDocument(operations, ROUTES.slice(1))).toBe(false);
  const [first] = ROUTES;
  const hidden = [...ROUTES, { ...(first ?? RIGHT), operation: 'another' }];
  expect(isWholeDocument(operationsOf(hidden), hidden)).toBe(false);
});
