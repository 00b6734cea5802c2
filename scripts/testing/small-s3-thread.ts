// The small S3 server in a thread of its own, so that whoever blocks while it reads is answered.
import { parentPort, workerData } from 'node:worker_threads';
import type { S3Account } from './s3-account.ts';
import { startSmallS3 } from './small-s3.ts';

/** What the thread is told. */
export interface SmallS3Task {
  readonly account: S3Account;
  readonly locked: readonly string[];
  readonly plain: readonly string[];
}

const { account, locked, plain } = workerData as SmallS3Task;
const { endpoint } = await startSmallS3(account, locked, plain);
parentPort?.postMessage(endpoint);
