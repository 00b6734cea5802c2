/** Who may do what, of any operation that a document names, and what is wrong with it: nothing here knows a single one. */
import { ADMINISTERED, type JsonValue } from '@writ/core';
import { authenticatorsOf, ROUTES } from '../src/index.ts';
import type { Route } from '../src/api/index.ts';
import {
  type Answered,
  type Filled,
  type Operation,
  operationsOf,
  sampleOf as newSampleOf,
  sendFilled,
  testNodes,
} from './document.ts';
import { seed } from './seeds.ts';
import { openWorld, type Someone, type Store, type World } from './world.ts';

const ROLES = ['reader', 'writer', 'admin', 'auditor'] as const;
const UNKNOWN_CALLERS = ['suspended', 'nobody', 'somebody with a wrong token'] as const;
const CALLERS: readonly string[] = [...ROLES, 'node', 'somebody without a role', ...UNKNOWN_CALLERS];

/** What each word means, written down a second time and in another way than the policies. */
export const MAY: Readonly<Record<string, readonly string[]>> = {
  read: ROLES,
  watch: ROLES,
  audit: ['admin', 'auditor'],
  look: ['admin', 'auditor'],
  work: ['writer', 'admin'],
  decide: ['writer', 'admin'],
  stop: ['writer', 'admin'],
  administer: ['admin'],
  own: [...ROLES, 'somebody without a role'],
  leave: [...ROLES, 'somebody without a role'],
  serve: ['node'],
  nobody: CALLERS,
};
/** A ULID that is nobody’s. */
const UNKNOWN = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
const ANY_ULID = /\b[0-7][0-9A-HJKMNP-TV-Z]{25}\b/g;

/** Two organisations that have something of everything, and everybody who could ask. */
export interface Matrix {
  readonly world: World;
  readonly operations: readonly Operation[];
  send(operation: Operation, filled: Filled, who: string): Promise<Answered>;
  /** Ids of what an organisation has, one of each kind. */
  idsOf(organisation: string): readonly string[];
}

/** Opens it over `routes`; nothing where there is no PostgreSQL. */
export async function openMatrix(
  store: Store = 'sqlite',
  routes: readonly Route[] = ROUTES,
): Promise<Matrix | undefined> {
  const world = await openWorld(store, {
    routes,
    authenticators: (plane) => [testNodes, ...authenticatorsOf(plane)],
  });
  if (world === undefined) return undefined;
  const callers = await callersOf(world);
  const rows = new Map<string, readonly string[]>();
  const operations = operationsOf(routes);
  const matrix: Matrix = {
    world,
    operations,
    send: (operation, filled, who) => sendFilled(world, operation, filled, callers[who] ?? {}),
    idsOf(organisation) {
      const { state } = world.plane.log;
      const objects = ADMINISTERED.flatMap((name) =>
        state
          .records(name)
          .filter(({ key }) => key.startsWith(`${organisation}/`))
          .slice(-1)
          .map(({ key }) => key.slice(organisation.length + 1)),
      );
      return [...objects, ...(rows.get(organisation) ?? [])];
    },
  };
  // Something of everything that can be made without naming anything else, and of the rest as it is kept.
  for (const operation of operations)
    if (isMaking(operation))
      for (const at of [1, 2, 3])
        for (const who of ['admin', 'stranger']) await matrix.send(operation, sampleOf(operation, at), who);
  for (const someone of [world.people.admin, world.stranger])
    rows.set(someone.organisation, await seed(world, someone));
  return matrix;
}

const SAMPLES = new WeakMap<Operation, Filled[]>();

/** A sample, made once. */
function sampleOf(operation: Operation, seeded = 1): Filled {
  const samples = SAMPLES.get(operation) ?? [];
  SAMPLES.set(operation, samples);
  return (samples[seeded] ??= newSampleOf(operation, seeded));
}

function isMaking({ method, params, access }: Operation): boolean {
  return method === 'POST' && Object.keys(params).length === 0 && access !== 'nobody';
}

/** What is wrong with `operation`, which is to be what `word` says; nothing where all is as it must be. */
export async function judgeRoute(
  matrix: Matrix,
  operation: Operation,
  word: string | undefined,
): Promise<readonly string[]> {
  return [
    ...(operation.access === word ? [] : [`calls itself \`${operation.access}\`, and is to be \`${word}\``]),
    ...(await judgeCallers(matrix, operation, word ?? operation.access)),
    ...(await judgeSilence(matrix, operation)),
    ...(await judgeIds(matrix, operation)),
  ];
}

/** Whether everybody is let in or refused as the word says, and who is refused changes nothing. */
async function judgeCallers(
  { world, send }: Matrix,
  operation: Operation,
  word: string,
): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const who of CALLERS) {
    const before = world.plane.log.reader.size();
    const { status, title, detail } = await send(operation, sampleOf(operation), who);
    if (status >= 500) problems.push(`fails for ${who}`);
    if (MAY[word]?.includes(who) ?? false) {
      const isRefused =
        (status === 403 && detail.startsWith('your roles')) || (status === 401 && word !== 'nobody');
      if (isRefused) problems.push(`refuses ${who}`);
      continue;
    }
    const isUnknown = UNKNOWN_CALLERS.some((one) => one === who);
    const wanted = isUnknown ? [401, 'request.unauthenticated'] : [403, 'request.forbidden'];
    if (status !== wanted[0] || title !== wanted[1]) problems.push(`answers ${who} with ${status} ${title}`);
    if (world.plane.log.reader.size() !== before) problems.push(`writes for ${who}`);
  }
  return problems;
}

/** Whether it says nothing of another organisation; to nobody, nothing of any. */
async function judgeSilence(
  { world, send, idsOf }: Matrix,
  operation: Operation,
): Promise<readonly string[]> {
  const problems: string[] = [];
  const theirs = idsOf(world.stranger.organisation);
  for (const who of ['admin', 'auditor', 'node', 'nobody']) {
    const { text } = await send(operation, sampleOf(operation), who);
    const foreign = who === 'nobody' ? [...theirs, ...idsOf(world.organisation)] : theirs;
    if (foreign.some((id) => text.includes(id))) problems.push(`tells ${who} of another organisation`);
  }
  return problems;
}

/** Whether it answers for what another organisation has as for what there is not, and changes nothing of it; in the path and in the body. */
async function judgeIds(matrix: Matrix, operation: Operation): Promise<readonly string[]> {
  const { world, send, idsOf } = matrix;
  const sides = operation.access === 'serve' ? ['node', 'stranger’s node'] : ['admin', 'stranger'];
  const problems: string[] = [];
  for (const [at, of] of [world.stranger.organisation, world.organisation].entries()) {
    const who = sides[at] ?? '';
    const untouched = snapshotOf(world, of);
    const ids = Object.keys(operation.params).length === 0 ? [] : idsOf(of);
    const unknown = await send(operation, withId(operation, UNKNOWN), who);
    for (const id of ids) {
      const { status, title, text } = await send(operation, withId(operation, id), who);
      if (
        status !== unknown.status ||
        title !== unknown.title ||
        text.replaceAll(id, UNKNOWN) !== unknown.text
      )
        problems.push(`answers ${who} for ${id} of another organisation with ${status} ${title}`);
    }
    problems.push(...(await judgeBodyIds(matrix, operation, who, of)));
    if (snapshotOf(world, of) !== untouched) problems.push(`changes another organisation for ${who}`);
  }
  return problems;
}

async function judgeBodyIds(
  { send, idsOf }: Matrix,
  operation: Operation,
  who: string,
  of: string,
): Promise<readonly string[]> {
  const sample = sampleOf(operation, 2);
  const named = JSON.stringify(sample.body ?? null).match(ANY_ULID) ?? [];
  if (named.length === 0 || operation.access === 'nobody') return [];
  const withBody = (id: string): Filled => ({
    ...sample,
    body: JSON.parse(JSON.stringify(sample.body).replaceAll(ANY_ULID, id)) as JsonValue,
  });
  const unknown = await send(operation, withBody(UNKNOWN), who);
  const problems: string[] = [];
  for (const id of idsOf(of)) {
    const { status, title } = await send(operation, withBody(id), who);
    if (status !== unknown.status || title !== unknown.title)
      problems.push(`answers ${who} for ${id} in the body with ${status} ${title}, not ${unknown.status}`);
  }
  return problems;
}

/** Whether some id of one's own leads somewhere: without that, nothing above says anything. */
export async function leadsSomewhere({ world, send, idsOf }: Matrix, operation: Operation): Promise<boolean> {
  const who = operation.access === 'serve' ? 'node' : 'admin';
  const unknown = await send(operation, withId(operation, UNKNOWN), who);
  for (const id of idsOf(world.organisation)) {
    const { status, text } = await send(operation, withId(operation, id), who);
    if (status !== unknown.status || text.replaceAll(id, UNKNOWN) !== unknown.text) return true;
  }
  return false;
}

function withId(operation: Operation, id: string): Filled {
  const filled = sampleOf(operation);
  return { ...filled, params: Object.fromEntries(Object.keys(operation.params).map((name) => [name, id])) };
}

function snapshotOf({ plane }: World, organisation: string): string {
  return JSON.stringify(
    ADMINISTERED.map((name) =>
      plane.log.state.records(name).filter(({ key }) => key.startsWith(`${organisation}/`)),
    ),
  );
}

async function callersOf(world: World): Promise<Readonly<Record<string, Readonly<Record<string, string>>>>> {
  const { organisation, stranger, people, plane } = world;
  const suspended = await world.addPerson(organisation, ['admin'], 'suspended');
  await world.changePerson(suspended, { status: 'suspended' });
  const former = await world.addPerson(organisation, ['admin'], 'former');
  await world.changePerson(former, { roles: [] });
  const bearer = ({ token }: Pick<Someone, 'token'>) => ({ authorization: `Bearer ${token}` });
  return {
    ...Object.fromEntries(ROLES.map((role) => [role, bearer(people[role])])),
    node: { 'x-test-node': `${organisation} ${plane.newId()}` },
    'stranger’s node': { 'x-test-node': `${stranger.organisation} ${plane.newId()}` },
    'somebody without a role': bearer(former),
    suspended: bearer(suspended),
    'somebody with a wrong token': bearer({ token: people.admin.token.replace(/.{4}$/, 'AAAA') }),
    stranger: bearer(stranger),
  };
}

/** Whether `operations` are all `routes`, each under its own name and place. */
export function isWholeDocument(operations: readonly Operation[], routes: readonly Route[]): boolean {
  const named = new Map(operations.map((one) => [one.name, `${one.method} ${one.path}`]));
  return (
    operations.length === routes.length &&
    routes.every(({ operation, method, path }) => named.get(operation) === `${method.toUpperCase()} ${path}`)
  );
}
