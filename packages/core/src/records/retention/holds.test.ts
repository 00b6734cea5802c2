import { expect, test } from 'vitest';
import { committed, outcomeDraft } from '../../testing/index.ts';
import { retentionWorld } from './fixtures.ts';
import { retain } from './retain.ts';

const REASON = 'matter 7';

test.each([
  ['everything', { scope: 'tenant', reason: REASON }],
  ['the session', { scope: 'session', session: 's-ann', reason: REASON }],
  ['these indexes', { scope: 'indexes', from: 0, to: 2, reason: REASON }],
] as const)(
  'a legal hold on %s keeps a body past its time, which is counted, until it is released',
  async (_what, hold) => {
    const world = await retentionWorld();
    const ann = await world.add('ann');
    await world.hold('h1', hold);
    world.goTo(2_000);
    await world.add('now');
    expect(await retain(world.ports)).toMatchObject({ classes: [{ destroyed: 0, held: 1 }] });
    expect(world.there()).toContain(ann);
    expect(world.told('retention')).toMatchObject([{ destroyed: 0, held: 1 }]);
    expect(await retain(world.ports)).toMatchObject({ classes: [{ destroyed: 0, held: 0 }] });
    await world.release('h1');
    expect(await retain(world.ports)).toMatchObject({ classes: [{ destroyed: 1, held: 0 }] });
    expect(world.there()).not.toContain(ann);
    await world.verify();
  },
);

test('a legal hold on a person keeps what concerns them, and nothing beside it', async () => {
  const world = await retentionWorld();
  const [ann, bob] = [await world.add('ann'), await world.add('bob')];
  const both = await world.add('bob', { concerns: ['bob', 'ann'] });
  await world.hold('h1', { scope: 'subject', tags: [...world.log.state.tags('ann')], reason: REASON });
  world.goTo(2_000);
  await world.add('now');
  expect(await retain(world.ports)).toMatchObject({ classes: [{ destroyed: 1, held: 2 }] });
  expect(world.there()).toEqual(expect.arrayContaining([ann, both]));
  expect(world.there()).not.toContain(bob);
});

test('a legal hold on a session keeps the results of its actions, too', async () => {
  const world = await retentionWorld();
  const decision = await world.add('ann');
  const outcome = await committed(world.log, {
    ...outcomeDraft(decision),
    committed: { result: 'of ann' },
    time: world.clock.now(),
  });
  await world.hold('h1', { scope: 'session', session: 's-ann', reason: REASON });
  world.goTo(2_000);
  await world.add('now');
  expect(await retain(world.ports)).toMatchObject({ classes: [{ destroyed: 0, held: 2 }] });
  expect(world.there()).toEqual(expect.arrayContaining([decision, outcome.index]));
});

test('a legal hold that is placed between the look and the transaction keeps the body', async () => {
  const world = await retentionWorld();
  const [ann, bob] = [await world.add('ann'), await world.add('bob')];
  world.goTo(2_000);
  await world.add('now');
  let isPlaced = false;
  const writer: typeof world.ports.writer = {
    async append(draft) {
      if (!isPlaced && draft.detail.kind === 'erasure') {
        isPlaced = true;
        await world.hold('h1', { scope: 'indexes', from: ann, to: ann + 1, reason: REASON });
      }
      return world.log.writer.append(draft);
    },
  };
  expect(await retain({ ...world.ports, writer })).toMatchObject({ classes: [{ destroyed: 1, held: 1 }] });
  expect(world.there()).toContain(ann);
  expect(world.there()).not.toContain(bob);
  expect(world.told('retention')).toMatchObject([{ destroyed: 1, held: 1 }]);
  await world.release('h1');
  await retain(world.ports);
  expect(world.there()).not.toContain(ann);
});

test('a legal hold that says nothing anybody understands keeps everything', async () => {
  const world = await retentionWorld();
  const ann = await world.add('ann');
  await world.hold('h1', 7 as never);
  world.goTo(2_000);
  await world.add('now');
  expect(await retain(world.ports)).toMatchObject({ classes: [{ destroyed: 0, held: 1 }] });
  expect(world.there()).toContain(ann);
});
