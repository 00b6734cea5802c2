/** A log and its witnesses, without a network: the transport calls the witness. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Clock, fromUtf8, utf8 } from '../../kernel/index.ts';
import { committed, fakeClock, SAMPLE_LOG_KEYS, sampleSigner } from '../../testing/index.ts';
import { openWitnessed, parseCheckpoint, parseNote, type TrustPolicy } from '../../proof/index.ts';
import { DATABASE_FILE, openDatabaseForReading } from '../store/index.ts';
import { verifyFolder } from '../index.ts';
import { openCosignedStore, verifyNoteSignature, Witness, type WitnessTransport } from './index.ts';
import { START, ORIGIN_KEY, signers, world, folder, open, draft, publish, checkpointOf } from './fixtures.ts';

describe('a log with witnesses', () => {
  test('publishes what they cosigned, and its entries say how far', async () => {
    const of = await world();
    const path = folder();
    const log = await open(path, of, 'group g 2 a b c\nquorum g');
    await committed(log, draft());
    await publish(log);
    const witnessed = await openWitnessed(
      checkpointOf(path),
      of.policy('group g 2 a b c\nquorum g'),
      verifyNoteSignature,
    );
    expect([witnessed.hasQuorum, witnessed.cosignedBy.length]).toEqual([true, 3]);
    expect(log.unwitnessedSeconds?.()).toBe(0);
    const { index } = await committed(log, draft());
    expect(log.reader.entry(index).entry.witnessedSize).toBe(witnessed.checkpoint.size);
    await log.close();
    const database = openDatabaseForReading(path);
    onTestFinished(() => database.close());
    expect(Number(database.prepare('SELECT witnessed_size FROM head').get()?.['witnessed_size'])).toBe(
      witnessed.checkpoint.size,
    );
    const report = await verifyFolder(join(path, 'log'), {
      keys: [ORIGIN_KEY],
      witnesses: signers.map(({ key }) => key),
      minimumWitnesses: 3,
    });
    expect(report).toMatchObject({ ok: true, problems: [] });
  });

  test('proves from whatever size a witness knows, also after a restart and over many tiles', async () => {
    const of = await world();
    const path = folder();
    const log = await open(path, of);
    await publish(log);
    of.down.add('w.example/b');
    await Promise.all(Array.from({ length: 600 }, () => committed(log, draft())));
    await log.close();
    of.down.clear();
    const next = await open(path, of);
    await committed(next, draft());
    await publish(next);
    const { cosignedBy } = await openWitnessed(
      checkpointOf(path),
      of.policy('quorum a'),
      verifyNoteSignature,
    );
    expect(cosignedBy.map(({ witness }) => witness.name)).toEqual(['a', 'b', 'c']);
  });

  test('appends and publishes while a witness does not answer', async () => {
    const of = await world();
    const path = folder();
    const log = await open(path, of);
    const { promise, resolve } = Promise.withResolvers<void>();
    of.onRequest = () => promise;
    await committed(log, draft());
    const size = await log.publish();
    await committed(log, draft());
    expect(await log.publish()).toBe(size + 1);
    resolve();
    await log.close();
    expect((await verifyFolder(path, { keys: [ORIGIN_KEY] })).ok).toBe(true);
  });

  test('without a quorum says nothing of witnesses in its entries', async () => {
    const of = await world();
    of.down.add('w.example/b').add('w.example/c');
    const path = folder();
    const log = await open(path, of, 'group g 2 a b c\nquorum g', { clock: of.clock });
    await publish(log);
    const { index } = await committed(log, draft());
    expect(log.reader.entry(index).entry.witnessedSize).toBe(0);
    expect(log.unwitnessedSeconds?.()).toBe(START / 1_000);
    expect(of.faults.map(({ message }) => message)).toContainEqual(
      expect.stringContaining('`b` did not cosign'),
    );
  });

  test('counts the seconds since a quorum cosigned by monotonic time', async () => {
    const of = await world();
    const log = await open(folder(), of, 'quorum a', { clock: of.clock });
    await publish(log);
    expect(log.unwitnessedSeconds?.()).toBe(0);
    of.clock.advance(90_500);
    of.clock.advance(-3_600_000);
    expect(log.unwitnessedSeconds?.()).toBe(91);
    await committed(log, draft());
    await publish(log);
    expect(log.unwitnessedSeconds?.()).toBe(0);
  });

  test('asks a witness that failed again only after a while, and longer after each failure', async () => {
    const of = await world();
    of.down.add('w.example/a');
    const clock: Clock = of.clock;
    const log = await open(folder(), of, 'quorum a', { clock });
    const times = async (): Promise<number> => {
      of.asked.length = 0;
      await committed(log, draft());
      await publish(log);
      return of.asked.filter((name) => name === 'w.example/a').length;
    };
    expect(await times()).toBe(0);
    of.clock.advance(1_000);
    expect(await times()).toBe(1);
    of.clock.advance(1_999);
    expect(await times()).toBe(0);
    of.clock.advance(1);
    of.down.clear();
    expect(await times()).toBe(1);
    expect(await times()).toBe(1);
  });

  test('raises its floor of time to what a quorum says, and no further than a day ahead of its own clock', async () => {
    const of = await world();
    const own = fakeClock(START - 3_600_000);
    const log = await open(folder(), of, 'quorum a', { clock: own });
    await publish(log);
    const first = await committed(log, draft());
    expect(log.reader.entry(first.index).entry.timeFloor).toBe(START);
    of.clock.advance(30 * 86_400_000);
    await publish(log);
    const second = await committed(log, draft());
    expect(log.reader.entry(second.index).entry.timeFloor).toBe(START);
    expect(log.reader.entry(second.index).entry.witnessedSize).toBe(second.index);
    expect(of.faults.map(({ message }) => message)).toContainEqual(
      expect.stringContaining('one of the two is wrong'),
    );
  });

  test('believes no answer that is not by the key of the witness', async () => {
    const of = await world();
    const path = folder();
    const bad = sampleSigner('w.example/a', 99, 'cosignature/v1');
    const store = await openCosignedStore(folder(), [bad.key]);
    onTestFinished(() => store.close());
    const impostor = new Witness({ signers: [bad], logs: [ORIGIN_KEY], store, clock: of.clock });
    const transport: WitnessTransport = {
      post: async (_url, body) => {
        const { status, body: text } = await impostor.addCheckpoint(body);
        return { status, body: utf8(text) };
      },
    };
    const log = await open(path, of, 'quorum a', {
      witnesses: { policy: of.policy('quorum a'), transport, onFault: (fault) => of.faults.push(fault) },
    });
    await publish(log);
    expect(fromUtf8(checkpointOf(path))).not.toContain('w.example');
    expect(of.faults[0]?.message).toContain('without a cosignature that verifies under its key');
  });

  test('keeps cosignatures of one checkpoint that two processes obtained', async () => {
    const of = await world();
    const path = folder();
    const log = await open(path, of);
    const second = await open(path, of);
    of.down.add('w.example/b');
    await committed(second, draft());
    await publish(log);
    of.down.clear();
    of.down.add('w.example/a').add('w.example/c');
    await publish(second);
    const { cosignedBy } = await openWitnessed(
      checkpointOf(path),
      of.policy('quorum a'),
      verifyNoteSignature,
    );
    expect(cosignedBy.map(({ witness }) => witness.name)).toEqual(['a', 'b', 'c']);
    expect(of.faults.filter(({ code }) => code === 'log.corrupt')).toEqual([]);
  });

  test('is not overtaken: a late answer does not put an older checkpoint in the place of a newer', async () => {
    const of = await world();
    const path = folder();
    const log = await open(path, of);
    const { promise, resolve } = Promise.withResolvers<void>();
    of.onRequest = () => promise;
    await committed(log, draft());
    await log.publish();
    await committed(log, draft());
    const size = await log.publish();
    resolve();
    await log.awaitWitnesses?.();
    expect(parseCheckpoint(parseNote(checkpointOf(path)).text).size).toBe(size);
  });

  test('goes on where a witness knows more than is published, and the database holds it', async () => {
    const of = await world();
    const path = folder();
    const log = await open(path, of);
    await publish(log);
    const older = checkpointOf(path);
    await committed(log, draft());
    await log.close();
    writeFileSync(join(path, 'log', 'checkpoint'), older);
    const next = await open(path, of);
    await committed(next, draft());
    await publish(next);
    await expect(committed(next, draft())).resolves.toBeDefined();
  });

  test('does not start where its head says another witnessed size than was sealed', async () => {
    const of = await world();
    const path = folder();
    const log = await open(path, of);
    await publish(log);
    await log.close();
    const database = new DatabaseSync(join(path, DATABASE_FILE));
    database.exec('UPDATE head SET witnessed_size = witnessed_size + 1');
    database.close();
    await expect(open(path, of)).rejects.toMatchObject({ code: 'log.corrupt' });
  });

  test('is cosigned while its keys change, for whoever knows one of them', async () => {
    const of = await world();
    const path = folder();
    const next = { seed: new Uint8Array(32).fill(8), overlapping: [SAMPLE_LOG_KEYS.signingKey.seed] };
    const log = await open(path, of, 'quorum a', { signingKey: next });
    await publish(log);
    const { hasQuorum } = await openWitnessed(checkpointOf(path), of.policy('quorum a'), verifyNoteSignature);
    expect(hasQuorum).toBe(true);
    const keys = parseNote(checkpointOf(path)).signatures.filter(({ name }) => name === ORIGIN_KEY.name);
    expect(keys).toHaveLength(2);
  });

  test('starts over a published cosignature that somebody broke', async () => {
    const of = await world();
    const path = folder();
    const log = await open(path, of);
    await log.close();
    const broken = fromUtf8(checkpointOf(path)).replace(/(w\.example\/a .{60}).{6}/, '$1AAAAAA');
    expect(broken).not.toBe(fromUtf8(checkpointOf(path)));
    writeFileSync(join(path, 'log', 'checkpoint'), broken);
    await expect(open(path, of)).resolves.toBeDefined();
  });

  test.each([
    [
      'names another log',
      (policy: TrustPolicy): TrustPolicy => ({ ...policy, logs: [] }),
      'does not name the log',
    ],
    [
      'has no witness with an address',
      (policy: TrustPolicy): TrustPolicy => ({
        ...policy,
        witnesses: policy.witnesses.map(({ name, key }) => ({ name, key })),
      }),
      'no witness with an address',
    ],
    [
      'has an address of another kind',
      (policy: TrustPolicy): TrustPolicy => ({
        ...policy,
        witnesses: policy.witnesses.map((witness) => ({ ...witness, url: 'file:///x' })),
      }),
      'expected http: or https:',
    ],
  ])('is not opened where its policy %s', async (_why, change, message) => {
    const of = await world();
    const witnesses = { policy: change(of.policy('quorum none')), transport: of.transport };
    await expect(open(folder(), of, 'quorum none', { witnesses })).rejects.toThrow(message);
  });
});
