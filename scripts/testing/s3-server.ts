// Servers of S3 for tests: the one in `WRIT_TEST_S3_URL` (with `WRIT_TEST_S3_KEY` and `WRIT_TEST_S3_SECRET`), else a Ceph gateway where its programs are installed, and a small
// one of our own beside it, which does what AWS does where the real one does not.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { hasCeph, startCeph } from './ceph-server.ts';
import type { S3Account } from './s3-account.ts';
import type { SmallS3Task } from './small-s3-thread.ts';

/** A server and how to let go of it. */
export interface S3Server {
  readonly name: string;
  readonly endpoint: string;
  readonly account: S3Account;
  stop(): Promise<void>;
}

const ACCOUNT: S3Account = { accessKeyId: 'writ-test-key', secretAccessKey: 'writ-test-secret' };

/** The servers at hand. The absence of a real one is said aloud. */
export async function s3Servers(): Promise<readonly S3Server[]> {
  const small = {
    name: 'the small server',
    account: ACCOUNT,
    ...(await startSmallThread({ account: ACCOUNT, locked: [], plain: [] })),
  };
  const endpoint = process.env['WRIT_TEST_S3_URL'] ?? '';
  if (endpoint !== '') {
    const account = {
      accessKeyId: process.env['WRIT_TEST_S3_KEY'] ?? '',
      secretAccessKey: process.env['WRIT_TEST_S3_SECRET'] ?? '',
    };
    return [
      small,
      { name: 'the server of WRIT_TEST_S3_URL', endpoint, account, stop: () => Promise.resolve() },
    ];
  }
  if (hasCeph()) return [small, { name: 'a Ceph gateway', account: ACCOUNT, ...(await startCeph(ACCOUNT)) }];
  process.stderr.write(
    'skipped: no real S3 server (set WRIT_TEST_S3_URL, WRIT_TEST_S3_KEY and WRIT_TEST_S3_SECRET, or install radosgw, ceph-mon and ceph-osd)\n',
  );
  return [small];
}

/** The small server in a thread: it answers also while the thread of a test waits for a process. */
export async function startSmallThread(
  task: SmallS3Task,
): Promise<{ endpoint: string; stop(): Promise<void> }> {
  const worker = new Worker(new URL('./small-s3-thread.ts', import.meta.url), { workerData: task });
  const [endpoint] = (await once(worker, 'message')) as [string];
  return {
    endpoint,
    async stop() {
      await worker.terminate();
    },
  };
}
