// The small S3 server in a thread of its own, so that whoever blocks while it reads is answered.
import { parentPort, workerData } from 'node:worker_threads';
import type { S3Account } from './s3-account.ts';
import { startSmallS3 } from './small-s3.ts';

const { endpoint } = await startSmallS3(workerData as S3Account);
parentPort?.postMessage(endpoint);
