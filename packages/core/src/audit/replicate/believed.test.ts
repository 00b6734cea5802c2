// What a node believes of its mirror, and what it is told where they differ.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fromUtf8, utf8 } from '../../kernel/index.ts';
import { formatCheckpoint, parseCheckpoint, parseNote, signNote } from '../../proof/index.ts';
import { sampleLog, sampleSigner } from '../../testing/index.ts';
import {
  MIRROR,
  mirrorWorld,
  NODE,
  nodeLog,
  offerOf,
  ORIGIN,
  placedEntries,
  sendAll,
  wireTo,
  expectCopy,
} from './fixtures.ts';
import { askMirror } from './ask-mirror.ts';

describe('a node', () => {
  test('that was put back to an old backup hears that the mirror saw further', async () => {
    const world = await mirrorWorld();
    await sendAll(nodeLog(500), 500, world.mirror);
    expect(await sendAll(nodeLog(300), 300, world.mirror)).toEqual({ kind: 'ahead', size: 500 });
  });

  test('whose history is another than the mirror holds hears that it forked', async () => {
    const world = await mirrorWorld();
    await sendAll(nodeLog(500), 500, world.mirror);
    const other = sampleLog(placedEntries(600, { 400: { text: 'another' } }), NODE);
    expect(await sendAll(other, 600, world.mirror)).toEqual({ kind: 'forked', size: 500 });
    expect(await sendAll(other, 500, world.mirror)).toEqual({ kind: 'forked', size: 500 });
    await expectCopy(world, nodeLog(500), 500);
  });

  test('believes no cosignature but that of the mirror it was given', async () => {
    const log = nodeLog(10);
    const world = await mirrorWorld();
    const transport = wireTo(() => world.mirror);
    const other = { key: sampleSigner('mirror.example/m1', 51, 'cosignature/v1').key, url: 'https://m' };
    const context = { transport, signal: new AbortController().signal, maxUploads: 9 };
    expect(await askMirror(other, offerOf(log, 10), 0, context)).toMatchObject({ kind: 'failed' });
  });

  test.each([
    ['a mirror that is never satisfied', 409, '10\n0\n\n', 'it refused what it asked for'],
    ['a mirror that talks nonsense', 202, 'x', 'an answer of a mirror'],
    ['a mirror that refuses', 422, 'no\u001b[2J\n', 'it answered 422: no [2J'],
  ])('ends its turn with %s', async (_why, status, body, message) => {
    const transport = {
      post: (url: string) =>
        Promise.resolve(
          url.endsWith('add-checkpoint') ? { status: 200, body: utf8('') } : { status, body: utf8(body) },
        ),
    };
    const context = { transport, signal: new AbortController().signal, maxUploads: 1_000 };
    const asked = await askMirror(
      { key: MIRROR.key, url: 'https://m' },
      offerOf(nodeLog(10), 10),
      0,
      context,
    );
    expect(asked).toMatchObject({ kind: 'failed', message: expect.stringContaining(message) });
  });

  test.each([
    ['takes entries for a larger checkpoint', '20\n5\n\n', 20],
    ['has more entries', '10\n15\n\n', 15],
  ])('hears that a mirror is ahead which %s than it was offered', async (_why, body, size) => {
    const transport = {
      post: (url: string) =>
        Promise.resolve(
          url.endsWith('add-checkpoint')
            ? { status: 200, body: utf8('') }
            : { status: 409, body: utf8(body) },
        ),
    };
    const context = { transport, signal: new AbortController().signal, maxUploads: 9 };
    const asked = await askMirror(
      { key: MIRROR.key, url: 'https://m' },
      offerOf(nodeLog(10), 10),
      0,
      context,
    );
    expect(asked).toEqual({ kind: 'ahead', size });
  });

  test('whose published entries were edited is refused them', async () => {
    const log = nodeLog(600);
    log.edit('tile/entries/000', (bytes) => bytes.fill(0x20, 40, 44));
    const world = await mirrorWorld();
    expect(await sendAll(log, 600, world.mirror)).toMatchObject({
      kind: 'failed',
      message: expect.stringContaining('not proven'),
    });
    expect((await world.store.position(ORIGIN)).next).toBe(0);
  });
});

describe('a signed checkpoint', () => {
  test('of the published copy has the signature of its log and of the mirror, and nobody else’s', async () => {
    const world = await mirrorWorld();
    const log = nodeLog(20);
    const stranger = sampleSigner('stranger.example', 9, 'ed25519');
    const text = formatCheckpoint(parseCheckpoint(parseNote(log.checkpointAt(20)).text));
    const offered = { ...offerOf(log, 20), note: signNote(text, [NODE, stranger]) };
    const context = {
      transport: wireTo(() => world.mirror),
      signal: new AbortController().signal,
      maxUploads: 9,
    };
    await askMirror({ key: MIRROR.key, url: 'https://m' }, offered, 0, context);
    const published = parseNote(readFileSync(join(world.copy, 'log', 'checkpoint')));
    expect(published.signatures.map(({ name }) => name)).toEqual([ORIGIN, MIRROR.key.name]);
    expect(fromUtf8(utf8(published.text))).toBe(text);
  });
});
