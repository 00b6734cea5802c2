// A broker that is not ours: the mock cluster of librdkafka, started by kcat (Debian: kafkacat), and read by kcat, which compares checksums. It is no Apache Kafka.
import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { openKafka } from '../../../src/destinations/kafka/index.ts';
import { eventsOf, uidsOf } from '../events.ts';
import { testPorts } from '../ports.ts';

const PROGRAM = 'kcat';
const HAS_KCAT = spawnSync(PROGRAM, ['-V']).status === 0;
if (!HAS_KCAT) console.warn('kcat not present: nothing is sent to the mock cluster of librdkafka');

const TOPIC = 'writ-events';
const BOOTSTRAP = /bootstrap\.servers=(127\.0\.0\.1:\d+)/;

interface Consumed {
  readonly partition: number;
  readonly offset: number;
  readonly key: string;
  readonly payload: string;
  readonly ts: number;
  readonly headers: readonly string[];
}

test.runIf(HAS_KCAT)(
  'the mock cluster of librdkafka takes idempotent batches, and kcat reads them in order',
  async () => {
    const broker = await mockCluster();
    const destination = await openKafka(
      { type: 'kafka', brokers: [broker], tls: false, topic: TOPIC, format: 'ocsf' },
      testPorts(),
    );
    onTestFinished(() => destination.close());
    for (const from of [0, 10, 20])
      expect(await destination.send(eventsOf(10, from), AbortSignal.timeout(20_000))).toBe(10);
    const consumed = await consume(broker);
    const events = eventsOf(30);
    expect(consumed.map(({ headers }) => headers)).toStrictEqual(
      uidsOf(events).map((uid) => ['writ-uid', uid]),
    );
    expect(consumed.map(({ payload }) => payload)).toStrictEqual(events.map(({ text }) => text));
    expect(consumed.map(({ ts }) => ts)).toStrictEqual(events.map(({ time }) => time));
    expect(new Set(consumed.map(({ key, partition }) => `${key} in ${partition}`)).size).toBe(1);
  },
);

/** The address of a cluster that lives as long as the test. */
async function mockCluster(): Promise<string> {
  const child = spawn(
    PROGRAM,
    ['-P', '-b', 'ignored', '-X', 'test.mock.num.brokers=1', '-d', 'mock', '-t', TOPIC],
    { stdio: ['pipe', 'ignore', 'pipe'] },
  );
  onTestFinished(async () => {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  });
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let told = '';
  // It goes on telling: nobody may close the pipe before it ends.
  child.stderr.on('data', (chunk: Buffer) => {
    told = told.slice(-10_000) + String(chunk);
    const found = BOOTSTRAP.exec(told)?.[1];
    if (found !== undefined) resolve(found);
  });
  child.once('exit', () => reject(new Error(`kcat told no address: ${told}`)));
  return promise;
}

async function consume(broker: string): Promise<readonly Consumed[]> {
  const { stdout } = await promisify(execFile)(
    PROGRAM,
    ['-C', '-b', broker, '-t', TOPIC, '-e', '-q', '-J', '-X', 'check.crcs=true'],
    { maxBuffer: 10_000_000 },
  );
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Consumed);
}
