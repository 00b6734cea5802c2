/** A fleet of hundreds is looked at with a few questions, whichever database answers. */
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ingestedOf } from '../src/mirror/index.ts';
import { openWorld, START, stopServer, type World } from './world.ts';

const NODES = 450;
const originOf = (at: number): string => `fleet.example.org/${at}`;

describe.each(['sqlite', 'postgres'] as const)('copies of many logs in %s', (store) => {
  let world: World;
  const boots = new Map<string, string>();

  beforeEach(async (context) => {
    const opened = await openWorld(store);
    if (opened === undefined) return context.skip('no PostgreSQL');
    world = opened;
    const { tables, newId } = world.plane;
    boots.clear();
    for (let at = 0; at < NODES; at += 1) {
      // Of every third nothing came.
      if (at % 3 === 2) continue;
      const boot = newId();
      boots.set(originOf(at), boot);
      await tables
        .insertInto('mirror_logs')
        .values({
          origin: originOf(at),
          enrolled_at: START,
          retired_at: null,
          revision: 0,
          pending: '{}',
          next: at,
          edge: new Uint8Array(),
          cosigned: null,
          time_floor: START,
          witnessed_size: 0,
          indexed: 0,
        })
        .execute();
      await tables
        .insertInto('mirror_producers')
        .values({ origin: originOf(at), boot, counter: at, idx: at + 1 })
        .execute();
    }
    await tables
      .insertInto('mirror_evidence')
      .values(
        [0, 1].map((place) => ({
          id: world.plane.newId(),
          origin: originOf(1),
          kind: 'fork',
          message: 'another root',
          held: '',
          offered: '',
          time: START,
          place,
        })),
      )
      .execute();
  }, 60_000);
  afterEach(() => world?.close());
  afterAll(stopServer);

  test('each has its own size, last places and evidence, and one that sent nothing has none', async () => {
    const asked = Array.from({ length: NODES }, (_, at) => ({
      origin: originOf(at),
      // Of one its boot is not asked for, and the boot of another never answers for it.
      boots: at === 0 ? [] : [boots.get(originOf(at)) ?? boots.get(originOf(0)) ?? ''],
    }));
    const held = await ingestedOf(world.plane.tables, asked);
    expect(held.size).toBe(NODES);
    expect(held.get(originOf(0))).toEqual({ next: 0, evidence: 0, producers: new Map() });
    expect(held.get(originOf(1))).toMatchObject({ next: 1, evidence: 2 });
    expect(held.get(originOf(2))).toEqual({ next: 0, evidence: 0, producers: new Map() });
    expect(held.get(originOf(448))).toEqual({
      next: 448,
      evidence: 0,
      producers: new Map([[boots.get(originOf(448)), { counter: 448, index: 449 }]]),
    });
  });

  test('takes nine questions for 450 nodes, not a thousand', async () => {
    let questions = 0;
    const counted = world.plane.tables.withPlugin({
      transformQuery({ node }) {
        questions += 1;
        return node;
      },
      transformResult: ({ result }) => Promise.resolve(result),
    });
    await ingestedOf(
      counted,
      Array.from({ length: NODES }, (_, at) => ({
        origin: originOf(at),
        boots: [boots.get(originOf(0)) ?? ''],
      })),
    );
    expect(questions).toBe(9);
  });
});
