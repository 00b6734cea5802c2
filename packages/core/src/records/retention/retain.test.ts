import { describe, expect, test } from 'vitest';
import { Fault } from '../../kernel/index.ts';
import { committed, sampleDraft, sampleReseal } from '../../testing/index.ts';
import { bodyOf, DAY_MS, retentionWorld, SETTINGS } from './fixtures.ts';
import { retain } from './retain.ts';

describe('a run of retention', () => {
  test('destroys bodies past their time, tells of it, and leaves younger ones; the log verifies', async () => {
    const world = await retentionWorld();
    const [ann, bob] = [await world.add('ann'), await world.add('bob')];
    world.goTo(1_001);
    const cleo = await world.add('cleo');
    world.goTo(1_400);
    await world.add('dan');
    expect(await retain(world.ports)).toMatchObject({ classes: [{ destroyed: 0 }] });
    world.goTo(1_400 + 1 / 24);
    await world.add('eve');
    expect(await retain(world.ports)).toMatchObject({
      isComplete: true,
      classes: [{ class: 'default', destroyed: 2, held: 0, unreadable: 0 }],
    });
    expect(world.there()).not.toContain(ann);
    expect(world.there()).toContain(cleo);
    expect(world.told('erasure')).toEqual([
      { cause: 'retention', destroyed: [{ from: ann, to: bob + 1 }], resealed: [], bodies: 2 },
    ]);
    expect(world.told('retention')).toMatchObject([{ class: 'default', destroyed: 2, held: 0 }]);
    expect(world.log.reader.concerning('ann')).toEqual([]);
    await world.verify();
  });

  test('a second run finds nothing, writes nothing, and looks at nothing a second time', async () => {
    const world = await retentionWorld();
    for (let count = 0; count < 40; count += 1) await world.add(`p${count}`);
    world.goTo(2_000);
    await world.add('zoe');
    await retain(world.ports);
    const size = world.log.reader.size();
    let read = 0;
    const reader = {
      ...world.log.reader,
      entry: (index: number) => ((read += 1), world.log.reader.entry(index)),
    };
    expect(await retain({ ...world.ports, reader })).toMatchObject({ classes: [{ destroyed: 0 }] });
    expect(world.log.reader.size()).toBe(size);
    expect(read).toBeLessThan(10);
  });

  test('each class has its time, one that nobody configured the default, and the class of the log none', async () => {
    const settings = { ...SETTINGS, classes: { operator: 10 * DAY_MS, long: 'keep' } as const };
    const world = await retentionWorld({ settings });
    const [decision, operator, other, long, log] = [
      await world.add('ann'),
      await world.add('ann', { retentionClass: 'operator' }),
      await world.add('ann', { retentionClass: 'purpose/7' }),
      await world.add('ann', { retentionClass: 'long' }),
      await world.add('ann', { retentionClass: 'log' }),
    ];
    world.goTo(1_011);
    await world.add('now');
    await retain(world.ports);
    expect(world.there()).toEqual(expect.arrayContaining([decision, other, long, log]));
    expect(world.there()).not.toContain(operator);
    world.goTo(1_401);
    const last = await world.add('now');
    expect(await retain(world.ports)).toMatchObject({
      classes: [{ class: 'default', destroyed: 2 }, {}],
    });
    expect(world.there()).toEqual(expect.arrayContaining([long, log, last]));
    expect(world.there()).not.toContain(other);
    await world.verify();
  });

  test('a class whose time is made shorter is looked at from the beginning', async () => {
    const world = await retentionWorld();
    const old = await world.add('ann');
    world.goTo(1_100);
    await world.add('now');
    await retain(world.ports);
    expect(world.there()).toContain(old);
    const settings = { ...SETTINGS, classes: { decision: 50 * DAY_MS } };
    expect(await retain({ ...world.ports, settings })).toMatchObject({
      classes: [
        { class: 'decision', destroyed: 1 },
        { class: 'default', destroyed: 0 },
      ],
    });
    expect(world.there()).not.toContain(old);
  });

  test('settings below their floor end a run before it looks at anything', async () => {
    const world = await retentionWorld({ settings: { ...SETTINGS, floorMs: 401 * DAY_MS } });
    await world.add('ann');
    world.goTo(3_000);
    await world.add('now');
    await expect(retain(world.ports)).rejects.toMatchObject({ code: 'config.invalid' });
    expect(world.told('erasure')).toEqual([]);
  });

  test('a dry run counts, writes no entry and keeps no progress', async () => {
    const world = await retentionWorld();
    const ann = await world.add('ann');
    world.goTo(2_000);
    await world.add('now');
    const size = world.log.reader.size();
    expect(await retain(world.ports, { isDryRun: true })).toMatchObject({
      isDryRun: true,
      classes: [{ destroyed: 1 }],
    });
    expect(world.log.reader.size()).toBe(size);
    expect(world.progress()).toBeUndefined();
    expect(world.there()).toContain(ann);
  });

  test('an instant that is named stands for now', async () => {
    const world = await retentionWorld();
    const ann = await world.add('ann');
    await retain(world.ports, { now: 1_401 * DAY_MS });
    expect(world.there()).not.toContain(ann);
  });
});

describe('what time it is', () => {
  test('a clock that was set back makes nothing older, and entries written under it no younger than those before them', async () => {
    const world = await retentionWorld();
    const ann = await world.add('ann');
    world.goTo(1_300);
    await world.add('bob');
    world.goTo(10);
    // Its own time is long past; the log has recorded a later one.
    const back = await world.add('cleo');
    expect(await retain(world.ports)).toMatchObject({ asOf: 10 * DAY_MS, classes: [{ destroyed: 0 }] });
    world.goTo(1_500);
    await world.add('now');
    await retain(world.ports);
    expect(world.there()).toContain(back);
    expect(world.there()).not.toContain(ann);
  });

  test('a clock before the log destroys no more than the newest entry says', async () => {
    const world = await retentionWorld();
    await world.add('ann');
    world.goTo(9_000);
    expect(await retain(world.ports)).toMatchObject({ asOf: 1_000 * DAY_MS, classes: [{ destroyed: 0 }] });
  });
});

describe('bodies that were touched before', () => {
  test('one that is gone is passed over, and those beside it are destroyed', async () => {
    const world = await retentionWorld();
    const [ann, bob] = [await world.add('ann'), await world.add('bob')];
    const erasure = {
      cause: 'subject_request',
      destroyed: [{ from: ann, to: ann + 1 }],
      resealed: [],
      bodies: 1,
    } as const;
    const tags = world.log.state.tags('ann');
    const body = { index: ann, time: world.clock.now(), tags, dropped: tags };
    const draft = sampleDraft({ kind: 'erasure', erasure }, { effects: [{ type: 'erase', bodies: [body] }] });
    await committed(world.log, { ...draft, time: world.clock.now() });
    world.goTo(2_000);
    await world.add('now');
    expect(await retain(world.ports)).toMatchObject({ classes: [{ destroyed: 1 }] });
    expect(world.there()).not.toContain(bob);
    await world.verify();
  });

  test('one that was sealed again without a person is destroyed like any other', async () => {
    const world = await retentionWorld();
    const both = await world.add('ann', { concerns: ['ann', 'bob'] });
    const tags = world.log.state.tags('ann');
    const resealed = sampleReseal(world.log, { index: both, field: 'person', concern: 'ann' });
    const range = [{ from: both, to: both + 1 }];
    const erasure = { cause: 'subject_request', destroyed: [], resealed: range, bodies: 1 } as const;
    const body = { index: both, time: world.clock.now(), tags, dropped: tags, resealed };
    const draft = sampleDraft({ kind: 'erasure', erasure }, { effects: [{ type: 'erase', bodies: [body] }] });
    await committed(world.log, { ...draft, time: world.clock.now() });
    world.goTo(2_000);
    await world.add('now');
    expect(await retain(world.ports)).toMatchObject({ classes: [{ destroyed: 1 }] });
    expect(world.there()).not.toContain(both);
    expect(world.log.reader.concerning('bob')).toEqual([]);
    await world.verify();
  });

  test('one that somebody erases between the look and the transaction is passed over', async () => {
    const world = await retentionWorld();
    const [ann, bob] = [await world.add('ann'), await world.add('bob')];
    world.goTo(2_000);
    await world.add('now');
    let isFirst = true;
    const writer: typeof world.ports.writer = {
      async append(draft) {
        if (isFirst) {
          isFirst = false;
          // Another process runs to its end meanwhile.
          await retain({ ...world.ports, progress: { read: () => undefined, write: () => {} } });
        }
        return world.log.writer.append(draft);
      },
    };
    await retain({ ...world.ports, writer });
    expect(world.there()).not.toContain(ann);
    expect(world.there()).not.toContain(bob);
    expect(world.told('erasure')).toHaveLength(1);
    await world.verify();
  });

  test('one whose key is not at hand is left, told, and tried again at each run', async () => {
    const world = await retentionWorld();
    const ann = await world.add('ann');
    world.goTo(2_000);
    await world.add('now');
    const { reader } = world.log;
    const locked: typeof reader = {
      ...reader,
      body(index) {
        if (index === ann) throw new Fault('key.missing', 'not at hand');
        return reader.body(index);
      },
    };
    for (const _run of [1, 2])
      expect(await retain({ ...world.ports, reader: locked })).toMatchObject({
        classes: [{ destroyed: 0, unreadable: 1 }],
      });
    expect(world.there()).toContain(ann);
    expect(await retain(world.ports)).toMatchObject({ classes: [{ destroyed: 1, unreadable: 0 }] });
  });

  test('a log that cannot be read ends the run, which says why and is tried again', async () => {
    const world = await retentionWorld();
    const ann = await world.add('ann');
    world.goTo(2_000);
    await world.add('now');
    const unavailable = (): never => {
      throw new Fault('log.unavailable', 'the disk is gone');
    };
    const reader = { ...world.log.reader, body: unavailable };
    await expect(retain({ ...world.ports, reader })).rejects.toMatchObject({ code: 'log.unavailable' });
    expect(world.progress()?.problem).toMatch(/the disk is gone/);
    await retain(world.ports);
    expect(world.there()).not.toContain(ann);
    expect(world.progress()).not.toHaveProperty('problem');
  });
});

test('a thousand bodies go in transactions of at most 128, and everything else runs in between', async () => {
  const world = await retentionWorld();
  await Promise.all(
    Array.from({ length: 1_000 }, (_, at) =>
      world.log.writer.append({
        ...sampleDraft(
          { kind: 'token', token: { action: 'revoke', id: '0123456789abcdef' } },
          bodyOf(`p${at}`),
        ),
        time: world.clock.now(),
      }),
    ),
  );
  world.goTo(2_000);
  await world.add('now');
  const sizes: number[] = [];
  let pauses = 0;
  const writer: typeof world.ports.writer = {
    append(draft) {
      for (const effect of draft.effects ?? []) if (effect.type === 'erase') sizes.push(effect.bodies.length);
      return world.log.writer.append(draft);
    },
  };
  const pause = (): Promise<void> => Promise.resolve(void (pauses += 1));
  await retain({ ...world.ports, writer, pause });
  expect(Math.max(...sizes)).toBe(128);
  expect(sizes.reduce((sum, size) => sum + size)).toBe(1_000);
  expect(pauses).toBeGreaterThan(30);
  await world.verify();
});
