/** Something of every kind that an organisation can have, so that a route that leaks any of it is seen to. */
import fc from 'fast-check';
import { ADMINISTERED, isJsonObject, type JsonObject } from '@writ/core';
import { z } from 'zod';
import { AGENTS } from '../src/agents/index.ts';
import { ALERTS } from '../src/alerts/index.ts';
import { APPROVALS, APPROVER_KEYS, DELEGATIONS } from '../src/approvals/index.ts';
import { BUNDLE_ANCHORS, BUNDLES, ROLLOUTS } from '../src/bundles/index.ts';
import { CHANNELS } from '../src/channels/index.ts';
import { EMERGENCIES } from '../src/emergency/index.ts';
import { ENROLMENTS } from '../src/enrolments/index.ts';
import { NODES } from '../src/nodes/index.ts';
import { ORGANISATIONS, PEOPLE, TEAMS } from '../src/people/index.ts';
import { POLICY_VERSIONS } from '../src/policies/index.ts';
import { CREDENTIALS } from '../src/sign-in/index.ts';
import type { CollectionOf } from '../src/state/index.ts';
import { STOP_RULES } from '../src/stops/rules/index.ts';
import { STOPS } from '../src/stops/index.ts';
import { API_TOKENS } from '../src/tokens/index.ts';
import { fromSchema } from './from-schema.ts';
import { type Someone, START, type World } from './world.ts';

/** Every collection of objects. */
export const COLLECTIONS: readonly CollectionOf<object>[] = [
  ORGANISATIONS,
  TEAMS,
  PEOPLE,
  CREDENTIALS,
  API_TOKENS,
  AGENTS,
  ENROLMENTS,
  NODES,
  APPROVALS,
  APPROVER_KEYS,
  DELEGATIONS,
  POLICY_VERSIONS,
  ROLLOUTS,
  BUNDLES,
  BUNDLE_ANCHORS,
  STOPS,
  STOP_RULES,
  ALERTS,
  CHANNELS,
  EMERGENCIES,
];

/** Seeds that are looked through for a sample that fits. */
const MOST_SEEDS = 100;

/** Puts what is missing into the organisation of `owner`, and answers the ids of rows beside the log. */
export async function seed(world: World, owner: Someone): Promise<readonly string[]> {
  const { organisation } = owner;
  for (const name of ADMINISTERED) {
    const { state } = world.plane.log;
    const isThere = state.records(name).some(({ key }) => key.startsWith(`${organisation}/`));
    const collection = COLLECTIONS.find((one) => one.name === name);
    if (collection === undefined) throw new Error(`nothing is seeded of ${name}`);
    if (!isThere || 'person' in propertiesOf(collection)) await put(world, owner, collection);
  }
  return rowsOf(world, owner);
}

async function put(
  { plane }: World,
  { organisation, id: person }: Someone,
  collection: CollectionOf<object>,
): Promise<void> {
  const id = plane.newId();
  await plane.changes.commit({
    action: 'seeds.create',
    object: id,
    organisation,
    actor: { kind: 'server', id: 'server', concerns: [] },
    effects: [plane.objects(organisation, collection).put(id, sampleOfCollection(collection, person), null)],
  });
}

/** A value that the schema of the collection takes; of `person`, where it is somebody's. */
function sampleOfCollection(collection: CollectionOf<object>, person: string): object {
  const schema = z.toJSONSchema(collection.schema, { io: 'input', unrepresentable: 'any' }) as JsonObject;
  const isOwned = 'person' in propertiesOf(collection);
  for (let at = 1; at <= MOST_SEEDS; at += 1)
    for (const sample of fc.sample(fromSchema(schema), { numRuns: 10, seed: at })) {
      const value = isJsonObject(sample) && isOwned ? { ...sample, person } : sample;
      const parsed = collection.schema.safeParse(value);
      if (parsed.success) return parsed.data;
    }
  throw new Error(`nothing fits the schema of ${collection.name}`);
}

function propertiesOf({ schema }: CollectionOf<object>): JsonObject {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonObject;
  const [first = json] = ['oneOf', 'anyOf'].flatMap((name) => {
    const forms = json[name];
    return Array.isArray(forms) ? forms.filter(isJsonObject) : [];
  });
  const { properties } = first;
  return properties !== undefined && isJsonObject(properties) ? properties : {};
}

async function rowsOf({ plane }: World, { organisation, id: person }: Someone): Promise<readonly string[]> {
  const { tables, log } = plane;
  const first = (name: (typeof ADMINISTERED)[number]): string =>
    log.state
      .records(name)
      .find(({ key }) => key.startsWith(`${organisation}/`))
      ?.key.slice(organisation.length + 1) ?? '';
  const [session, receipt, delivery] = [plane.newId(), plane.newId(), plane.newId()];
  const life = { created: START, last_used: START, expires: START + 1, entry: 0 };
  await tables
    .insertInto('sessions')
    .values({ id: session, token_hash: session, organisation, person, method: 'link', ...life })
    .execute();
  await tables
    .insertInto('receipts')
    .values({
      id: receipt,
      organisation,
      node: first('nodes'),
      origin: `example.org/${organisation}`,
      idx: 0,
      kind: 'decision',
      verdict: 'deny',
      outcome: null,
      code: null,
      method: 'tools/call',
      policy_hash: null,
      policies: '["seeded"]',
      decision_of: null,
      took_us: null,
      gives: null,
      cost_micros: null,
      time: START,
    })
    .execute();
  await tables
    .insertInto('deliveries')
    .values({
      id: delivery,
      organisation,
      channel: first('channels'),
      event: 0,
      attempts: 1,
      next_at: START,
      status: 'waiting',
      last_error: null,
    })
    .execute();
  return [session, receipt, delivery];
}
