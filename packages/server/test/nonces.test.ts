// Nonces of nodes' proofs: each counts once, however many come at the same instant.
import { NODE_PROOF_MAX_AGE_MS, type ReadProof } from '@writ/core';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isFirstShown } from '../src/nodes/index.ts';
import { openWorld, START, stopServer, type World } from './world.ts';

afterAll(stopServer);

const proofOf = (nonce: string, more: Partial<ReadProof> = {}): ReadProof => ({
  node: 'node',
  organisation: 'organisation',
  method: 'GET',
  url: 'https://plane.example.org/v1/node',
  body: '',
  at: START,
  nonce,
  keyId: 'key',
  bytes: new Uint8Array(),
  signature: new Uint8Array(),
  ...more,
});

describe.each(['sqlite', 'postgres'] as const)('nonces over %s', (store) => {
  let world: World;
  beforeEach(async (context) => {
    const opened = await openWorld(store);
    if (opened === undefined) return context.skip('no PostgreSQL');
    world = opened;
  });
  afterEach(() => world?.close());
  const show = (nonce: string, more: Partial<ReadProof> = {}): Promise<boolean> =>
    isFirstShown(world.plane, proofOf(nonce, more), START);

  test('of two that come at once one counts, and none after it', async () => {
    expect((await Promise.all([show('a'), show('a')])).filter(Boolean)).toEqual([true]);
    expect(await show('a')).toBe(false);
  });

  test('of two that two servers are shown at once one counts', async () => {
    const other = { ...world.plane };
    const came = await Promise.all([show('a'), isFirstShown(other, proofOf('a'), START)]);
    expect(came.filter(Boolean)).toEqual([true]);
  });

  test('hundreds at once all count, and what comes while they are written as well', async () => {
    const first = Array.from({ length: 1_100 }, (_unused, at) => show(`n${at}`));
    const more = first[0]?.then(() =>
      Promise.all(Array.from({ length: 20 }, (_unused, at) => show(`m${at}`))),
    );
    expect(new Set(await Promise.all(first))).toEqual(new Set([true]));
    expect(new Set(await more)).toEqual(new Set([true]));
  });

  test('one node uses up nothing of another, nor of one of that name elsewhere', async () => {
    expect(await show('a')).toBe(true);
    expect(await show('a', { node: 'other' })).toBe(true);
    expect(await show('a', { organisation: 'other' })).toBe(true);
  });

  test('is kept for as long as its proof would be taken, by whichever clock', async () => {
    await show('behind', { at: START - 100 });
    await show('ahead', { at: START + 100 });
    const rows = await world.plane.tables.selectFrom('seen_nonces').select('expires').execute();
    for (const { expires } of rows) expect(expires).toBeGreaterThanOrEqual(START + 2 * NODE_PROOF_MAX_AGE_MS);
  });

  test('where it cannot be kept nothing counts, and the next that can be does', async () => {
    const { tables } = world.plane;
    let isFailing = true;
    const broken = new Proxy(tables, {
      get(target, name) {
        if (name === 'insertInto' && isFailing) throw new Error('the disk is full');
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    const plane = { ...world.plane, tables: broken };
    const came = await Promise.allSettled(['a', 'b'].map((one) => isFirstShown(plane, proofOf(one), START)));
    expect(came.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    isFailing = false;
    expect(await isFirstShown(plane, proofOf('a'), START)).toBe(true);
  });
});
