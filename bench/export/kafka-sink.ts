// A topic of the mock cluster of librdkafka, which kcat starts: it keeps messages in memory and is no Apache Kafka, so what it takes a second is how fast Writ hands over.
import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import type { Sink } from './sink.ts';

const PROGRAM = 'kcat';
const TOPIC = 'writ-events';
/** Partitions that the mock cluster gives a topic. */
const PARTITIONS = 4;
const BOOTSTRAP = /bootstrap\.servers=(127\.0\.0\.1:\d+)/;
/** `topic [0] offset 5001` */
const OFFSET = / offset (\d+)$/gm;

/** A cluster of one broker; `undefined` where kcat is not installed. */
export async function kafkaSink(): Promise<Sink | undefined> {
  if (spawnSync(PROGRAM, ['-V']).status !== 0) return undefined;
  const child = spawn(
    PROGRAM,
    ['-P', '-b', 'ignored', '-X', 'test.mock.num.brokers=1', '-d', 'mock', '-t', TOPIC],
    { stdio: ['pipe', 'ignore', 'pipe'] },
  );
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let told = '';
  // It goes on telling: nobody may close the pipe before it ends.
  child.stderr.on('data', (chunk: Buffer) => {
    told = told.slice(-10_000) + String(chunk);
    const found = BOOTSTRAP.exec(told)?.[1];
    if (found !== undefined) resolve(found);
  });
  child.once('exit', () => reject(new Error(`kcat told no address: ${told}`)));
  const broker = await promise;
  return {
    target: { type: 'kafka', brokers: [broker], tls: false, topic: TOPIC, format: 'ocsf' },
    arrived: () => ends(broker),
    async close() {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** The sum of where the partitions end: the cluster forgets what is old, and does not begin anew to count. */
async function ends(broker: string): Promise<number> {
  const { stdout } = await promisify(execFile)(PROGRAM, [
    '-Q',
    '-b',
    broker,
    ...Array.from({ length: PARTITIONS }, (_, at) => ['-t', `${TOPIC}:${at}:-1`]).flat(),
  ]);
  return [...stdout.matchAll(OFFSET)].reduce((sum, [, offset]) => sum + Number(offset), 0);
}
