// Who may do what, of every route that the document names: nothing here knows a single one.
import { ADMINISTERED } from '@writ/core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ROUTES } from '../src/index.ts';
import { ACCESS_WORDS } from './access-words.ts';
import { operationsOf } from './document.ts';
import { isWholeDocument, judgeRoute, leadsSomewhere, type Matrix, MAY, openMatrix } from './judge-route.ts';
import { COLLECTIONS } from './seeds.ts';
import { stopServer } from './world.ts';

const OPERATIONS = operationsOf();
/** Routes that no id here leads anywhere, with the reason. */
const NOWHERE: Readonly<Record<string, string>> = {
  changeAgent: 'the owner that its body names is looked at first; see agents.test.ts',
  replaceChannel: 'where its body sends to is looked at first; see channels/',
  endDelegation: 'it is of whoever delegates; see approvals.test.ts',
  revokeApiToken: 'it is of whoever made it; see api.test.ts',
  removePasskey: 'it is of whoever made it in a browser; see sign-in.test.ts',
  endHold: 'a hold is ended by the node that tells of it; see approvals.test.ts',
  refuseAnswer:
    'an answer is refused by the node that told of the hold; see approvals/hold-and-answer.test.ts',
  getTool: 'a tool is found by its names; see facts.test.ts',
  answerLook: 'a look is answered by the node that it is told to; see facts.test.ts',
  beginProviderSignIn: 'providers are of the operator',
  endProviderSignIn: 'providers are of the operator',
};
/** Of the routes over PostgreSQL one of so many is judged: what differs there is where objects are kept, and they all are in one way. */
const SHARE = 4;

afterAll(stopServer);

describe('the document', () => {
  test('names every route, each with a word of access that has a meaning', () => {
    expect(isWholeDocument(OPERATIONS, ROUTES)).toBe(true);
    for (const { access } of OPERATIONS) expect(Object.keys(MAY)).toContain(access);
    expect([...ACCESS_WORDS.keys()].toSorted()).toEqual(OPERATIONS.map(({ name }) => name).toSorted());
  });

  test('is judged with something of every collection that there is', () => {
    expect(COLLECTIONS.map(({ name }) => name)).toEqual(ADMINISTERED);
  });

  test('has no change that is called reading', () => {
    const changes = OPERATIONS.filter(({ method }) => method !== 'GET');
    expect(changes.filter(({ access }) => access === 'read' || access === 'audit')).toEqual([]);
  });
});

describe.each(['sqlite', 'postgres'] as const)('over %s', (store) => {
  let matrix: Matrix | undefined;
  beforeAll(async () => {
    matrix = await openMatrix(store);
  }, 120_000);
  afterAll(async () => {
    await matrix?.world.close();
  });
  beforeEach(({ skip }) => skip(matrix === undefined, 'no PostgreSQL'));

  test.each(OPERATIONS.filter((_, at) => store === 'sqlite' || at % SHARE === 0))(
    '$method $path, which is to $access, is open to whom it must be, and says and changes nothing of another organisation',
    async (operation) => {
      if (matrix === undefined) return;
      expect(await judgeRoute(matrix, operation, ACCESS_WORDS.get(operation.name))).toEqual([]);
    },
    60_000,
  );

  test('what an organisation has is found by its own people: the ids above lead somewhere', async ({
    skip,
  }) => {
    if (matrix === undefined || store === 'postgres') return skip('told by SQLite');
    const nowhere: string[] = [];
    for (const operation of OPERATIONS)
      if (Object.keys(operation.params).length > 0 && NOWHERE[operation.name] === undefined)
        if (!(await leadsSomewhere(matrix, operation))) nowhere.push(operation.name);
    expect(nowhere).toEqual([]);
  }, 120_000);
});
