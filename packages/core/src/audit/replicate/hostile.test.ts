// What a mirror makes of senders that are wrong, broken or hostile.
import { describe, expect, test } from 'vitest';
import { concatBytes, utf8 } from '../../kernel/index.ts';
import {
  encodePackage,
  encodeUploadHeader,
  formatAddCheckpoint,
  MAX_ADD_ENTRIES_BYTES,
  parseCheckpoint,
  parseMirrorInfo,
  parseNote,
} from '../../proof/index.ts';
import { sampleLog, sampleSigner, settableClock } from '../../testing/index.ts';
import {
  inPieces,
  mirrorWorld,
  type MirrorWorld,
  NODE,
  nodeLog,
  ORIGIN,
  placedEntries,
  sendAll,
} from './fixtures.ts';
import { createUploads } from './upload-body.ts';

const NOTHING = new Uint8Array();

function header(start: number, end: number, origin = ORIGIN): Uint8Array {
  return encodeUploadHeader({ origin, start, end, ticket: NOTHING });
}

const offer = (note: Uint8Array, oldSize = 0): Uint8Array =>
  formatAddCheckpoint({ oldSize, proof: [], checkpoint: note });

const add = (world: MirrorWorld, body: Uint8Array): ReturnType<MirrorWorld['mirror']['addEntries']> =>
  world.mirror.addEntries(inPieces(body));

describe('somebody without the key of a log', () => {
  test('makes no checkpoint pending', async () => {
    const world = await mirrorWorld();
    const forged = nodeLog(5, sampleSigner(ORIGIN, 99));
    expect((await world.mirror.addCheckpoint(offer(forged.checkpointAt(5)))).status).toBe(403);
    expect((await world.store.position(ORIGIN)).pending).toEqual([]);
    expect(await world.store.evidence(ORIGIN)).toEqual([]);
  });

  test('stores no entry but those that the log signed', async () => {
    const world = await mirrorWorld();
    const log = nodeLog(10);
    await world.mirror.addCheckpoint(offer(log.checkpointAt(10)));
    const entries = placedEntries(10, { 4: { text: 'forged' } });
    const answer = await add(world, concatBytes(header(0, 10), encodePackage({ entries, proof: [] })));
    expect(answer).toMatchObject({ status: 422, body: expect.stringContaining('not proven') });
    expect((await world.store.position(ORIGIN)).next).toBe(0);
  });

  test('that repeats what the log sent, changes nothing', async () => {
    const world = await mirrorWorld();
    const log = nodeLog(10);
    const body = concatBytes(header(0, 10), encodePackage({ entries: placedEntries(10), proof: [] }));
    await world.mirror.addCheckpoint(offer(log.checkpointAt(10)));
    expect((await add(world, body)).status).toBe(200);
    expect((await add(world, body)).status).toBe(200);
    expect((await world.mirror.addCheckpoint(offer(log.checkpointAt(10)))).status).toBe(409);
    expect((await world.store.position(ORIGIN)).next).toBe(10);
  });

  test('learns of a log only how far its copy is', async () => {
    const world = await mirrorWorld();
    await sendAll(nodeLog(10), 10, world.mirror);
    const answer = await add(world, header(0, 0));
    expect(answer.status).toBe(409);
    expect(parseMirrorInfo(answer.body)).toEqual({ size: 10, next: 10, ticket: NOTHING });
  });
});

describe('a request', () => {
  test.each([
    ['for a log that is not enrolled', header(0, 1, 'other.example/log'), 404],
    ['that is empty', NOTHING, 400],
    ['whose head is cut', header(0, 1).subarray(0, 9), 400],
    ['that ends before it starts', header(9, 3), 400],
    ['for a size that nobody signed', header(0, 7), 409],
    ['that starts behind what is held', header(5, 10), 409],
    ['without a whole package', header(0, 10), 400],
    ['whose first package is cut', concatBytes(header(0, 10), Uint8Array.of(0, 200, 1)), 400],
    ['with 64 hashes in a proof', packageOf10(64), 400],
  ])('%s is refused', async (_why, body, status) => {
    const world = await mirrorWorld();
    await world.mirror.addCheckpoint(offer(nodeLog(10).checkpointAt(10)));
    expect((await add(world, body)).status).toBe(status);
    expect((await world.store.position(ORIGIN)).next).toBe(0);
  });

  test('of more bytes than any may have is refused before they are kept', async () => {
    const world = await mirrorWorld();
    let sent = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      const chunk = new Uint8Array(MAX_ADD_ENTRIES_BYTES / 8);
      yield concatBytes(header(0, 10));
      for (;;) {
        sent += chunk.length;
        yield chunk;
      }
    }
    await world.mirror.addCheckpoint(offer(nodeLog(10).checkpointAt(10)));
    // 10 empty entries and no proof: not proven, and the rest is not read.
    expect((await world.mirror.addEntries(endless())).status).toBe(422);
    expect(sent).toBeLessThan(MAX_ADD_ENTRIES_BYTES);
  });

  test('that begins far below what is held is told where to go on', async () => {
    const world = await mirrorWorld();
    await sendAll(nodeLog(9_000), 9_000, world.mirror);
    const answers = [await add(world, header(0, 9_000)), await add(world, header(9_000 - 8_192, 9_000))];
    expect(answers.map(({ status }) => status)).toEqual([409, 200]);
  });

  test('of more packages than one may have is taken as far as that', async () => {
    const world = await mirrorWorld();
    const log = nodeLog(9_000);
    await sendAll(log, 9_000, world.mirror, 0);
    const upload = createUploads(log.source, parseCheckpoint(parseNote(log.checkpointAt(9_000)).text));
    const [first, rest] = [await upload(0, NOTHING), await upload(8_192, NOTHING)];
    const answer = await add(world, concatBytes(first, rest.subarray(header(0, 0).length)));
    expect(answer.status).toBe(202);
    expect(parseMirrorInfo(answer.body)).toMatchObject({ size: 9_000, next: 8_192 });
  });

  test('for a log that was retired is refused, and what was held stays', async () => {
    const world = await mirrorWorld();
    await sendAll(nodeLog(10), 10, world.mirror);
    await world.store.retire(ORIGIN, 5);
    expect((await add(world, header(0, 0))).status).toBe(404);
    expect((await world.mirror.addCheckpoint(offer(nodeLog(11).checkpointAt(11)))).status).toBe(404);
    expect((await world.store.position(ORIGIN)).next).toBe(10);
  });
});

function packageOf10(hashes: number): Uint8Array {
  const entries = placedEntries(10).flatMap((entry) => [Uint8Array.of(0, entry.length), entry]);
  return concatBytes(header(0, 10), ...entries, Uint8Array.of(hashes), new Uint8Array(hashes * 32));
}

describe('entries that a log signed and that are not in their place', () => {
  test.each([
    [
      'a gap in the counter of a producer',
      { producer: { boot: 'B', counter: 6, previous: 4 } },
      'producer counter 6, expected 5',
    ],
    [
      'a counter used twice',
      { producer: { boot: 'B', counter: 4, previous: 3 } },
      'producer counter 4, expected 5',
    ],
    [
      'another entry named as the one before',
      { producer: { boot: 'B', counter: 5, previous: 3 } },
      'names another entry',
    ],
    [
      'a process that begins in its middle',
      { producer: { boot: 'C', counter: 1, previous: 0 } },
      'expected 0',
    ],
    ['no producer', { producer: {} }, 'is of no process'],
    ['a time floor that falls', { timeFloor: 1_001 }, 'time floor below'],
    ['a time above its floor', { time: 9_999 }, 'time floor below'],
    ['another log', { origin: 'other.example/log' }, 'is of another log'],
    ['more witnessed than there was', { witnessedSize: 6 }, 'impossible witnessed size'],
  ])('%s: refused by name, and the checkpoint that covers it is kept', async (_why, change, message) => {
    const world = await mirrorWorld();
    await sendAll(nodeLog(3), 3, world.mirror);
    const log = sampleLog(placedEntries(9, { 5: change }), NODE);
    const asked = await sendAll(log, 9, world.mirror);
    expect(asked).toMatchObject({ kind: 'failed', message: expect.stringContaining(message) });
    expect(await world.store.evidence(ORIGIN)).toEqual([
      expect.objectContaining({ kind: 'entry', message: expect.stringContaining(`entry 5 `) }),
    ]);
    expect((await world.store.position(ORIGIN)).next).toBe(3);
  });

  test('are told from those of another process, which begins anew', async () => {
    const world = await mirrorWorld();
    await sendAll(nodeLog(3), 3, world.mirror);
    const changes = {
      5: { producer: { boot: 'C', counter: 0, previous: null } },
      6: { producer: { boot: 'B', counter: 5, previous: 4 } },
    };
    expect((await sendAll(sampleLog(placedEntries(7, changes), NODE), 7, world.mirror)).kind).toBe(
      'cosigned',
    );
  });

  test('include what is no entry at all', async () => {
    const world = await mirrorWorld();
    const log = sampleLog([utf8('{"origin":')], NODE);
    expect(await sendAll(log, 1, world.mirror)).toMatchObject({
      message: expect.stringContaining('not a JSON object'),
    });
  });
});

describe('two histories of one log', () => {
  test('at one size: both signed checkpoints are kept, and neither log nor key can deny them', async () => {
    const clock = settableClock(77);
    const world = await mirrorWorld({ clock });
    const [one, other] = [nodeLog(50), sampleLog(placedEntries(50, { 7: { text: 'other' } }), NODE)];
    await sendAll(one, 50, world.mirror);
    expect((await sendAll(other, 50, world.mirror)).kind).toBe('forked');
    expect(await world.store.evidence(ORIGIN)).toEqual([
      {
        kind: 'forked',
        time: 77,
        message: expect.stringContaining('the log forked'),
        held: new TextDecoder().decode(one.checkpointAt(50)),
        offered: new TextDecoder().decode(other.checkpointAt(50)),
      },
    ]);
  });

  test('where the second is shorter than what is held: found by the entries held', async () => {
    const world = await mirrorWorld();
    await sendAll(nodeLog(300), 300, world.mirror);
    const other = sampleLog(placedEntries(270, { 7: { text: 'other' } }), NODE);
    expect((await sendAll(other, 270, world.mirror)).kind).toBe('ahead');
    expect(await world.store.evidence(ORIGIN)).toEqual([
      expect.objectContaining({
        kind: 'forked',
        message: 'the 270 entries held have another root: the log forked',
      }),
    ]);
  });

  test('where the second is longer: kept as unproven, because a wrong proof looks the same', async () => {
    const world = await mirrorWorld();
    await sendAll(nodeLog(300), 300, world.mirror);
    const other = sampleLog(placedEntries(310, { 7: { text: 'other' } }), NODE);
    expect((await sendAll(other, 310, world.mirror)).kind).toBe('forked');
    expect(await world.store.evidence(ORIGIN)).toEqual([expect.objectContaining({ kind: 'unproven' })]);
  });

  test('an older checkpoint of the one history is no evidence', async () => {
    const world = await mirrorWorld();
    await sendAll(nodeLog(300), 300, world.mirror);
    await sendAll(nodeLog(120), 120, world.mirror);
    expect(await world.store.evidence(ORIGIN)).toEqual([]);
  });
});
